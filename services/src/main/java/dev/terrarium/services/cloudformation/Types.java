package dev.terrarium.services.cloudformation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.services.cloudformation.template.Template;
import dev.terrarium.services.cloudformation.template.TemplateException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The resource types of all services that are there.
final class Types {
  private final Cloud cloud;
  private final Map<String, ResourceType> byName = new ConcurrentHashMap<>();
  private volatile boolean read;

  Types(Cloud cloud) {
    this.cloud = cloud;
  }

  /// A type by name, or null; all `Custom::` types are one.
  @Nullable ResourceType find(String name) {
    read();
    return name.startsWith("Custom::")
        ? byName.computeIfAbsent(name, custom -> new CustomResourceType(cloud, custom))
        : byName.get(name);
  }

  private void read() {
    if (!read) {
      for (var service : cloud.services()) {
        service.resourceTypes().forEach(type -> byName.put(type.name(), type));
      }
      read = true;
    }
  }

  /// The types of all services, by name; of the users' own none.
  List<ResourceType> all() {
    read();
    return byName.values().stream()
        .filter(type -> !type.name().startsWith("Custom::"))
        .sorted(Comparator.comparing(ResourceType::name))
        .toList();
  }

  ResourceType get(String name) {
    var type = find(name);
    if (type == null) {
      throw new TemplateException("Unrecognized resource types: [" + name + "]");
    }
    return type;
  }

  /// Whether any property is allowed.
  static boolean isOpen(ResourceType type) {
    return type instanceof CustomResourceType;
  }

  /// Refuses types that nobody brings and properties that no one honours.
  ///
  /// @throws TemplateException naming them
  void check(Template template) {
    var unknown = new TreeSet<String>();
    for (var name : template.resourceNames()) {
      if (find(template.type(name)) == null) {
        unknown.add(template.type(name));
      }
    }
    if (!unknown.isEmpty()) {
      throw new TemplateException("Template format error: Unrecognized resource types: " + unknown);
    }
    for (var name : template.resourceNames()) {
      checkProperties(name, get(template.type(name)), template.resource(name).path("Properties"));
    }
  }

  private static void checkProperties(String logicalId, ResourceType type, JsonNode properties) {
    var problems = new ArrayList<String>();
    var known = new HashSet<String>();
    for (var property : type.properties()) {
      known.add(property.name());
      if (property.required() && !properties.has(property.name())) {
        problems.add("#: required key [" + property.name() + "] not found");
      }
    }
    properties
        .fieldNames()
        .forEachRemaining(property -> {
          if (!known.contains(property) && !isOpen(type)) {
            problems.add("#: extraneous key [" + property + "] is not permitted");
          }
        });
    if (!problems.isEmpty()) {
      throw new TemplateException(
          "Properties validation failed for resource %s with message:\n%s"
              .formatted(logicalId, String.join("\n", problems)));
    }
  }
}
