package dev.terrarium.services.cloudformation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Reading.State;
import dev.terrarium.services.cloudformation.Planner.Plan;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudformation.model.Change;
import software.amazon.awssdk.services.cloudformation.model.ChangeAction;
import software.amazon.awssdk.services.cloudformation.model.ResourceToImport;

/// What a change set is to take over instead of making it: what must hold of it, and how it is
/// shown.
final class Imports {
  private final StackStore store;
  private final Types types;

  Imports(StackStore store, Types types) {
    this.store = store;
    this.types = types;
  }

  /// What a plan becomes with imports in it.
  ///
  /// @param resources by logical id, their identifiers as JSON
  /// @param failure why the change set cannot be executed, or empty
  record Found(Map<String, String> resources, Plan plan, String failure) {}

  /// The resources that the caller names, nothing but which may change.
  ///
  /// @throws software.amazon.awssdk.services.cloudformation.model.CloudFormationException with
  ///   AWS's message if the template does not fit
  Found named(List<ResourceToImport> given, StackRecord stack, Version version, Plan plan) {
    if (given.isEmpty()) {
      throw StackErrors.validation("ResourcesToImport must be specified for IMPORT change sets");
    }
    var template = version.template();
    var named = new TreeMap<String, ResourceToImport>();
    given.forEach(one -> named.put(one.logicalResourceId(), one));
    var unknown = new TreeSet<>(named.keySet());
    unknown.removeAll(template.resourceNames());
    if (!unknown.isEmpty()) {
      throw StackErrors.validation(
          "The following resources to import " + unknown + " do not exist in the template.");
    }
    var unsupported = new ArrayList<String>();
    named.forEach((name, one) -> {
      if (!template.type(name).equals(one.resourceType())) {
        throw StackErrors.validation(
            "The resource type [%s] of resource [%s] does not match the type [%s] in the template."
                .formatted(one.resourceType(), name, template.type(name)));
      }
      if (types.get(template.type(name)).reading() == null) {
        unsupported.add(template.type(name));
      }
    });
    if (!unsupported.isEmpty()) {
      throw StackErrors.validation(
          "The following resource types are not supported for resource import: "
              + String.join(",", unsupported));
    }
    var unprotected = new TreeSet<>(named.keySet());
    unprotected.removeIf(name -> template.resource(name).has("DeletionPolicy"));
    if (!unprotected.isEmpty()) {
      throw StackErrors.validation(
          "The following resources to import %s must have DeletionPolicy attribute specified in the template."
              .formatted(unprotected));
    }
    nothingElse(named.keySet(), stack, version, plan);
    var found = new TreeMap<String, Map<String, String>>();
    named.forEach((name, one) -> found.put(name, identifier(name, one, plan)));
    return found(found, stack, plan);
  }

  private static void nothingElse(
      Set<String> named, StackRecord stack, Version version, Plan plan) {
    if (!version
        .template()
        .section("Outputs")
        .equals(stack.version().template().section("Outputs"))) {
      throw StackErrors.validation(
          "As part of the import operation, you cannot modify or add [Outputs]");
    }
    var missing = new TreeSet<String>();
    var modified = new TreeSet<String>();
    var there = new TreeSet<>(named);
    for (var change : plan.changes()) {
      var name = change.resourceChange().logicalResourceId();
      if (change.resourceChange().action() != ChangeAction.ADD) {
        modified.add(name);
      } else if (!there.remove(name)) {
        missing.add(name);
      }
    }
    if (!missing.isEmpty()) {
      throw StackErrors.validation(
          "Resources " + missing + " is missing from ResourceToImport list");
    }
    if (!modified.isEmpty()) {
      throw StackErrors.validation(
          "You have modified resources %s in your template that are not being imported. Update, create or delete operations cannot be executed during import operations."
              .formatted(modified));
    }
    if (!there.isEmpty()) {
      throw StackErrors.validation(
          "Resources %s already exist in stack %s and cannot be imported."
              .formatted(there, stack.name()));
    }
  }

  private Map<String, String> identifier(String name, ResourceToImport one, Plan plan) {
    var given = one.resourceIdentifier();
    var reading = types.get(one.resourceType()).reading();
    var wanted = reading == null ? List.<String>of() : reading.identifier();
    if (!new HashSet<>(wanted).equals(given.keySet())) {
      throw StackErrors.validation(
          "The identifier %s of resource [%s] is not valid: %s is identified by %s."
              .formatted(given.keySet(), name, one.resourceType(), wanted));
    }
    var properties = plan.added().getOrDefault(name, Json.object());
    given.forEach((part, value) -> {
      var said = properties.get(part);
      if (said != null
          && said.isTextual()
          && !said.asText().equals(value)
          && known(said.asText())) {
        throw StackErrors.validation(
            "The value [%s] of the identifier [%s] of resource [%s] differs from [%s] in the template."
                .formatted(value, part, name, said.asText()));
      }
    });
    return given;
  }

  private static boolean known(String text) {
    return !text.contains(Planner.UNKNOWN.asText());
  }

  /// The resources that a plan would make, but whose own names are taken already.
  Found existing(StackRecord stack, Version version, Plan plan) {
    var found = new TreeMap<String, Map<String, String>>();
    var unprotected = new ArrayList<String>();
    for (var change : plan.changes()) {
      var resource = change.resourceChange();
      var name = resource.logicalResourceId();
      var reading = types.get(resource.resourceType()).reading();
      var properties = plan.added().get(name);
      if (properties == null || reading == null) {
        continue;
      }
      var identifier = written(reading.identifier(), properties);
      if (identifier.size() == reading.identifier().size() && reading.find(identifier) != null) {
        found.put(name, identifier);
        var policy = version.template().resource(name).path("DeletionPolicy").asText();
        if (!policy.startsWith("Retain")) {
          unprotected.add(name + " (" + identifier + ")");
        }
      }
    }
    if (!unprotected.isEmpty()) {
      return new Found(
          Map.of(),
          plan,
          "CloudFormation is attempting to import some resources because they already exist in your account. The resources must have the DeletionPolicy attribute set to 'Retain' or 'RetainExceptOnCreate' in the template for successful import. The affected resources are "
              + String.join(", ", unprotected));
    }
    return found(found, stack, plan);
  }

  private static Map<String, String> written(List<String> names, ObjectNode properties) {
    var written = new LinkedHashMap<String, String>();
    for (var name : names) {
      var value = properties.path(name);
      if (value.isTextual() && known(value.asText())) {
        written.put(name, value.asText());
      }
    }
    return written;
  }

  private Found found(Map<String, Map<String, String>> found, StackRecord stack, Plan plan) {
    var resources = new TreeMap<String, String>();
    var ids = new TreeMap<String, String>();
    var failure = "";
    for (var entry : found.entrySet()) {
      var name = entry.getKey();
      var state = state(plan, name, entry.getValue());
      var identifier = String.join("|", entry.getValue().values());
      if (state == null) {
        failure = "Resource %s with identifier %s was not found.".formatted(name, entry.getValue());
      } else {
        identifier = state.resource().physicalId();
        var owner = owner(stack, identifier);
        if (!owner.isEmpty()) {
          failure = identifier + " already exists in stack " + owner;
        }
      }
      ids.put(name, identifier);
      resources.put(name, Json.write(Json.tree(entry.getValue())));
    }
    var changes = plan.changes().stream().map(change -> shown(change, ids)).toList();
    return new Found(
        resources, new Plan(changes, plan.outputsChange(), plan.nested(), plan.added()), failure);
  }

  private @Nullable State state(Plan plan, String name, Map<String, String> identifier) {
    for (var change : plan.changes()) {
      var resource = change.resourceChange();
      var reading = types.get(resource.resourceType()).reading();
      if (resource.logicalResourceId().equals(name) && reading != null) {
        return reading.find(identifier);
      }
    }
    return null;
  }

  /// The stack that a resource belongs to already, or empty.
  private String owner(StackRecord stack, String physicalId) {
    for (var other : store.all(stack.scope())) {
      for (var resource :
          other.isDeleted() ? List.<ResourceRecord>of() : store.resourcesOf(other.id())) {
        if (resource.isThere() && resource.actual().physicalId().equals(physicalId)) {
          return other.id();
        }
      }
    }
    return "";
  }

  private static Change shown(Change change, Map<String, String> ids) {
    var id = ids.get(change.resourceChange().logicalResourceId());
    return id == null
        ? change
        : change.toBuilder()
            .resourceChange(
                change.resourceChange().toBuilder()
                    .action(ChangeAction.IMPORT)
                    .physicalResourceId(id)
                    .build())
            .build();
  }
}
