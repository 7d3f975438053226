package dev.terrarium.services.cloudformation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.services.cloudformation.template.Evaluator;
import dev.terrarium.services.cloudformation.template.TemplateException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudformation.model.Change;
import software.amazon.awssdk.services.cloudformation.model.ChangeAction;
import software.amazon.awssdk.services.cloudformation.model.ChangeType;
import software.amazon.awssdk.services.cloudformation.model.ResourceChangeDetail;

/// Works out beforehand what an update would do.
final class Planner {
  /// Stands for what is known only once another resource is made.
  static final TextNode UNKNOWN = TextNode.valueOf("{{changeSet:KNOWN_AFTER_APPLY}}");

  private final StackStore store;
  private final Types types;

  Planner(StackStore store, Types types) {
    this.store = store;
    this.types = types;
  }

  /// What would change.
  ///
  /// @param outputsChange whether outputs or tags would, too
  /// @param nested the properties of the nested stacks that would be made or changed, as far as
  ///   they are known
  /// @param added the properties of all resources that would be made, as far as they are known
  record Plan(
      List<Change> changes,
      boolean outputsChange,
      Map<String, ObjectNode> nested,
      Map<String, ObjectNode> added) {
    boolean isEmpty() {
      return changes.isEmpty() && !outputsChange;
    }
  }

  /// The properties that differ.
  static Set<String> changed(
      ResourceType type, ObjectNode before, ObjectNode now, boolean tagsChanged) {
    var names = new TreeSet<String>();
    before.fieldNames().forEachRemaining(names::add);
    now.fieldNames().forEachRemaining(names::add);
    names.removeIf(name -> Objects.equals(before.get(name), now.get(name)));
    if (tagsChanged && type.properties().stream().anyMatch(p -> p.name().equals("Tags"))) {
      names.add("Tags");
    }
    return names;
  }

  /// Whether a change of these properties makes a new resource.
  static boolean replaces(ResourceType type, Set<String> changed) {
    return type.properties().stream()
        .anyMatch(property -> property.replaces() && changed.contains(property.name()));
  }

  /// What it takes to make `stack` into `target`.
  Plan plan(StackRecord stack, Version target) {
    var remade = new HashSet<String>();
    var world = new PlanWorld(stack, target, remade);
    var template = world.template();
    var evaluator = new Evaluator(template, world);
    var desired = Deployment.desired(world);
    var changes = new ArrayList<Change>();
    var nested = new TreeMap<String, ObjectNode>();
    var added = new TreeMap<String, ObjectNode>();
    var tagsChanged = !stack.version().tags().equals(target.tags());
    var wrongTypes = new TreeSet<String>();
    for (var name : template.order()) {
      var record = store.resource(stack.id(), name);
      var there = record != null && record.isThere();
      if (!desired.contains(name)) {
        continue;
      }
      var type = types.get(template.type(name));
      if (record == null || !there) {
        var properties = evaluator.evaluateObject(template.resource(name).path("Properties"));
        added.put(name, properties);
        if (type.name().equals(NestedStackType.NAME)) {
          nested.put(name, properties);
        }
        remade.add(name);
        changes.add(change(ChangeAction.ADD, name, type.name(), null, Set.of(), type));
        continue;
      }
      if (!record.actual().type().equals(type.name())) {
        wrongTypes.add(name);
        continue;
      }
      var properties = evaluator.evaluateObject(template.resource(name).path("Properties"));
      var changed = changed(type, record.actual().propertyTree(), properties, tagsChanged);
      if (!changed.isEmpty()) {
        if (replaces(type, changed)) {
          remade.add(name);
        }
        if (type.name().equals(NestedStackType.NAME)) {
          nested.put(name, properties);
        }
        changes.add(
            change(
                ChangeAction.MODIFY,
                name,
                type.name(),
                record.actual().physicalId(),
                changed,
                type));
      }
    }
    if (!wrongTypes.isEmpty()) {
      throw new TemplateException(
          "Update of resource type is not permitted. The new template modifies resource type of the following resources: "
              + wrongTypes);
    }
    for (var record : store.resourcesOf(stack.id())) {
      if (record.isThere() && !desired.contains(record.logicalId())) {
        var actual = record.actual();
        changes.add(
            change(
                ChangeAction.REMOVE,
                record.logicalId(),
                actual.type(),
                actual.physicalId(),
                Set.of(),
                types.get(actual.type())));
      }
    }
    return new Plan(changes, tagsChanged || outputsChange(stack, world, evaluator), nested, added);
  }

  private static boolean outputsChange(StackRecord stack, StackWorld world, Evaluator evaluator) {
    var now = new TreeMap<String, String>();
    for (var entry : world.template().section("Outputs").properties()) {
      var output = entry.getValue();
      var condition = output.path("Condition");
      if (condition.isTextual() && !evaluator.condition(condition.asText())) {
        continue;
      }
      var value = evaluator.evaluate(output.path("Value"));
      var export = evaluator.evaluate(output.path("Export").path("Name"));
      now.put(
          entry.getKey(),
          (value == null ? "" : value.asText())
              + "|"
              + (export == null || export.isMissingNode() ? "" : export.asText())
              + "|"
              + output.path("Description").asText(""));
    }
    var before = new TreeMap<String, String>();
    for (var output : stack.stack().outputs()) {
      before.put(
          output.outputKey(),
          output.outputValue()
              + "|"
              + Objects.requireNonNullElse(output.exportName(), "")
              + "|"
              + Objects.requireNonNullElse(output.description(), ""));
    }
    return !now.equals(before);
  }

  private static Change change(
      ChangeAction action,
      String name,
      String typeName,
      @Nullable String physicalId,
      Set<String> changed,
      ResourceType type) {
    var details = new ArrayList<ResourceChangeDetail>();
    for (var property : changed) {
      var recreates = replaces(type, Set.of(property));
      details.add(
          ResourceChangeDetail.builder()
              .target(target ->
                  target
                      .attribute(property.equals("Tags") ? "Tags" : "Properties")
                      .name(property.equals("Tags") ? null : property)
                      .requiresRecreation(recreates ? "Always" : "Never"))
              .evaluation("Static")
              .changeSource("DirectModification")
              .build());
    }
    var replacement =
        action != ChangeAction.MODIFY ? null : replaces(type, changed) ? "True" : "False";
    var scope = new TreeSet<String>();
    changed.forEach(property -> scope.add(property.equals("Tags") ? "Tags" : "Properties"));
    return Change.builder()
        .type(ChangeType.RESOURCE)
        .resourceChange(resource ->
            resource
                .action(action)
                .logicalResourceId(name)
                .physicalResourceId(physicalId)
                .resourceType(typeName)
                .replacement(replacement)
                .scopeWithStrings(scope)
                .details(details))
        .build();
  }

  /// The world as far as it is known before anything is done.
  private final class PlanWorld extends StackWorld {
    private final Set<String> remade;

    PlanWorld(StackRecord stack, Version target, Set<String> remade) {
      super(store, stack, target);
      this.remade = remade;
    }

    @Override
    @Nullable JsonNode physicalId(String logicalId) {
      if (remade.contains(logicalId)) {
        return UNKNOWN;
      }
      var known = super.physicalId(logicalId);
      return known == null && template().section("Resources").has(logicalId) ? UNKNOWN : known;
    }

    @Override
    public JsonNode attribute(String logicalId, String name) {
      return remade.contains(logicalId) || super.physicalId(logicalId) == null
          ? UNKNOWN
          : super.attribute(logicalId, name);
    }
  }
}
