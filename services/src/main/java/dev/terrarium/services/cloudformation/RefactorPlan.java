package dev.terrarium.services.cloudformation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.terrarium.kernel.Json;
import dev.terrarium.services.cloudformation.ResourceRecord.Actual;
import dev.terrarium.services.cloudformation.template.Evaluator;
import dev.terrarium.services.cloudformation.template.TemplateException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudformation.model.ResourceLocation;
import software.amazon.awssdk.services.cloudformation.model.ResourceMapping;

/// Works out which resources go from which stack to which, so that nothing else changes.
final class RefactorPlan {
  /// A stack that takes part.
  ///
  /// @param record as it is
  /// @param target what it becomes
  /// @param fresh whether it is made
  record Member(StackRecord record, Version target, boolean fresh) {}

  /// Where a resource comes from.
  ///
  /// @param manual whether the caller has said so
  record Origin(Member from, ResourceRecord resource, boolean manual) {
    boolean moves(Member to, String logicalId) {
      return from != to || !resource.logicalId().equals(logicalId);
    }
  }

  private final StackStore store;
  private final List<Member> members;
  private final Map<Member, Map<String, Origin>> origins = new LinkedHashMap<>();

  RefactorPlan(StackStore store, List<Member> members) {
    this.store = store;
    this.members = members;
  }

  /// Works it out.
  ///
  /// @throws TemplateException if something else than the places of resources would change
  void work(List<ResourceMapping> mappings) {
    var taken = new HashSet<ResourceRecord>();
    for (var member : members) {
      var found = new LinkedHashMap<String, Origin>();
      for (var name : Deployment.desired(world(member))) {
        var origin = origin(member, name, mappings);
        if (origin == null) {
          throw new TemplateException(
              "Stack Refactor does not support resource creation: resource %s of stack %s has no source"
                  .formatted(name, member.record.name()));
        }
        if (!taken.add(origin.resource)) {
          throw new TemplateException(
              "Resource %s of stack %s has more than one destination"
                  .formatted(origin.resource.logicalId(), origin.from.record.name()));
        }
        found.put(name, origin);
      }
      origins.put(member, found);
    }
    for (var member : members) {
      var left = new TreeSet<String>();
      for (var record : there(member)) {
        if (!taken.contains(record)) {
          left.add(record.logicalId());
        }
      }
      if (!left.isEmpty()) {
        throw new TemplateException(
            "Stack Refactor does not support resource deletion: resources %s of stack %s have no destination"
                .formatted(left, member.record.name()));
      }
    }
    origins.forEach(
        (member, found) -> found.forEach((name, origin) -> compare(member, name, origin)));
  }

  private List<ResourceRecord> there(Member member) {
    return member.fresh
        ? List.of()
        : store.resourcesOf(member.record.id()).stream().filter(ResourceRecord::isThere).toList();
  }

  private @Nullable Origin origin(Member member, String name, List<ResourceMapping> mappings) {
    var type = member.target.template().type(name);
    for (var mapping : mappings) {
      if (isAt(mapping.destination(), member, name)) {
        for (var other : members) {
          for (var record : there(other)) {
            if (isAt(mapping.source(), other, record.logicalId())) {
              return new Origin(other, record, true);
            }
          }
        }
        throw new TemplateException(
            "Resource %s does not exist in stack %s"
                .formatted(mapping.source().logicalResourceId(), mapping.source().stackName()));
      }
    }
    var own = there(member).stream().filter(r -> r.logicalId().equals(name)).findFirst();
    if (own.isPresent() && own.get().actual().type().equals(type)) {
      return new Origin(member, own.get(), false);
    }
    for (var other : members) {
      for (var record : there(other)) {
        if (other != member
            && record.logicalId().equals(name)
            && record.actual().type().equals(type)
            && !other.target.template().resourceNames().contains(name)) {
          return new Origin(other, record, false);
        }
      }
    }
    return null;
  }

  private static boolean isAt(ResourceLocation location, Member member, String logicalId) {
    return logicalId.equals(location.logicalResourceId())
        && Set.of(member.record.name(), member.record.id()).contains(location.stackName());
  }

  private void compare(Member member, String name, Origin origin) {
    var template = member.target.template();
    var actual = origin.resource.actual();
    if (!template.type(name).equals(actual.type())) {
      throw new TemplateException(
          "Stack Refactor does not support changing the type of resource " + name);
    }
    var world = world(member);
    var wanted =
        new Evaluator(template, world).evaluateObject(template.resource(name).path("Properties"));
    if (!wanted.equals(actual.propertyTree())) {
      throw new TemplateException(
          "Stack Refactor does not support modifications to resources: the properties of resource %s of stack %s differ"
              .formatted(name, member.record.name()));
    }
  }

  Map<Member, Map<String, Origin>> origins() {
    return origins;
  }

  /// What a resource is in its new place.
  Actual placed(Member member, String name, Origin origin) {
    var template = member.target.template();
    var definition = template.resource(name);
    var was = origin.resource.actual();
    return new Actual(
        was.type(),
        was.physicalId(),
        was.properties(),
        was.attributes(),
        new ArrayList<>(template.dependencies(name)),
        definition.path("DeletionPolicy").asText("Delete"),
        definition.path("UpdateReplacePolicy").asText("Delete"));
  }

  /// The world of a stack that everything in its template has been asked of.
  StackWorld evaluated(Member member) {
    var world = world(member);
    var evaluator = new Evaluator(world.template(), world);
    for (var name : origins.getOrDefault(member, Map.of()).keySet()) {
      evaluator.evaluateObject(world.template().resource(name).path("Properties"));
    }
    return world;
  }

  private StackWorld world(Member member) {
    return new MovedWorld(member);
  }

  /// A stack as it will be: its resources are where they come from.
  private final class MovedWorld extends StackWorld {
    private final Member member;

    MovedWorld(Member member) {
      super(store, member.record, member.target);
      this.member = member;
    }

    private @Nullable Actual actual(String logicalId) {
      var origin = origins.getOrDefault(member, Map.of()).get(logicalId);
      return origin == null ? null : origin.resource.actual();
    }

    @Override
    @Nullable JsonNode physicalId(String logicalId) {
      var actual = actual(logicalId);
      return actual == null ? null : TextNode.valueOf(actual.physicalId());
    }

    @Override
    public JsonNode attribute(String logicalId, String name) {
      var actual = actual(logicalId);
      var value = actual == null ? null : Json.parse(actual.attributes()).get(name);
      if (value == null) {
        throw new TemplateException(
            "Requested attribute %s does not exist for %s".formatted(name, logicalId));
      }
      return value;
    }

    @Override
    public String imported(String exportName) {
      for (var other : members) {
        var value =
            other == member ? null : StackOutputs.of(world(other)).exports().get(exportName);
        if (value != null) {
          imports().add(exportName);
          return value;
        }
      }
      return super.imported(exportName);
    }
  }
}
