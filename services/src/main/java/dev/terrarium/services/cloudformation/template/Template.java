package dev.terrarium.services.cloudformation.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// A template whose form has been checked.
///
/// @param root the whole tree, transforms applied
public record Template(ObjectNode root) {
  private static final int RESOURCES_MAX = 500;
  private static final int PARAMETERS_MAX = 200;
  private static final int OUTPUTS_MAX = 200;
  private static final int DESCRIPTION_LENGTH_MAX = 1024;
  static final Pattern LOGICAL_ID = Pattern.compile("[A-Za-z0-9]{1,255}");
  private static final Set<String> SECTIONS =
      Set.of(
          "AWSTemplateFormatVersion",
          "Description",
          "Metadata",
          "Parameters",
          "Mappings",
          "Conditions",
          "Rules",
          "Transform",
          "Resources",
          "Outputs",
          "Hooks");
  private static final Set<String> RESOURCE_MEMBERS =
      Set.of(
          "Type",
          "Properties",
          "DependsOn",
          "Condition",
          "DeletionPolicy",
          "UpdateReplacePolicy",
          "Metadata",
          "CreationPolicy",
          "UpdatePolicy");

  /// Takes a tree that [#check] found good, such as one that was stored.
  public static Template of(ObjectNode root) {
    return new Template(root);
  }

  /// Checks the form: sections, resources, references, cycles.
  ///
  /// @throws TemplateException with AWS's message
  public static Template check(ObjectNode root) {
    var template = new Template(root);
    template.checkSections();
    template.checkResources();
    template.checkReferences();
    template.order();
    return template;
  }

  /// A section, empty if the template has none of the name.
  public ObjectNode section(String name) {
    return root.get(name) instanceof ObjectNode section ? section : Json.object();
  }

  /// The names of the resources, in the template's order.
  public List<String> resourceNames() {
    var names = new ArrayList<String>();
    section("Resources").fieldNames().forEachRemaining(names::add);
    return names;
  }

  /// A resource's definition.
  public JsonNode resource(String logicalId) {
    return section("Resources").path(logicalId);
  }

  /// The type of a resource.
  public String type(String logicalId) {
    return resource(logicalId).path("Type").asText();
  }

  /// Which resources a resource must wait for: those that it refers to and those in `DependsOn`.
  public Set<String> dependencies(String logicalId) {
    var found = new TreeSet<String>();
    var resources = section("Resources");
    var definition = resource(logicalId);
    Functions.references(
        definition.path("Properties"),
        reference -> {
          var name = reference.split("\\.", 2)[0];
          if (resources.has(name)) {
            found.add(name);
          }
        });
    var dependsOn = definition.path("DependsOn");
    for (var name : dependsOn.isArray() ? dependsOn : List.of(dependsOn)) {
      if (name.isTextual()) {
        found.add(name.asText());
      }
    }
    return found;
  }

  /// The resources so that each comes behind those that it depends on.
  ///
  /// @throws TemplateException `Circular dependency between resources: [A, B]`
  public List<String> order() {
    var ordered = new LinkedHashSet<String>();
    var left = new TreeMap<String, Set<String>>();
    resourceNames().forEach(name -> left.put(name, dependencies(name)));
    while (!left.isEmpty()) {
      var ready =
          left.keySet().stream()
              .filter(name -> ordered.containsAll(left.getOrDefault(name, Set.of())))
              .toList();
      if (ready.isEmpty()) {
        throw new TemplateException("Circular dependency between resources: " + onCycles(left));
      }
      ordered.addAll(ready);
      left.keySet().removeAll(ready);
    }
    return List.copyOf(ordered);
  }

  /// Those that wait only for a cycle are not named: what nobody left depends on goes first.
  private static Set<String> onCycles(Map<String, Set<String>> left) {
    var names = new TreeSet<>(left.keySet());
    while (true) {
      var needed = new HashSet<String>();
      names.forEach(name -> needed.addAll(left.getOrDefault(name, Set.of())));
      if (!names.retainAll(needed)) {
        return names;
      }
    }
  }

  private void checkSections() {
    var unknown = new TreeSet<String>();
    root.fieldNames().forEachRemaining(unknown::add);
    unknown.removeAll(SECTIONS);
    if (!unknown.isEmpty()) {
      throw new TemplateException("Invalid template property or properties " + unknown);
    }
    var version = root.path("AWSTemplateFormatVersion");
    if (!version.isMissingNode() && !version.asText().equals("2010-09-09")) {
      throw new TemplateException(
          "Template format error: Unsupported template version: " + version.asText());
    }
    if (root.has("Description") && !root.get("Description").isTextual()) {
      throw new TemplateException(
          "Template format error: [/Description] 'Description' must be of type String.");
    }
    for (var name :
        List.of("Parameters", "Mappings", "Conditions", "Rules", "Resources", "Outputs")) {
      if (root.has(name) && !root.get(name).isObject()) {
        throw new TemplateException(
            "Template format error: [/" + name + "] '" + name + "' must be of type Object.");
      }
    }
    if (root.has("Hooks")) {
      throw new TemplateException("Terrarium does not implement the section Hooks");
    }
    Parameters.checkTypes(section("Parameters"));
    TemplateForm.check(this);
    if (section("Resources").isEmpty()) {
      throw new TemplateException(
          "Template format error: At least one Resources member must be defined.");
    }
    limit("Resources", RESOURCES_MAX);
    limit("Parameters", PARAMETERS_MAX);
    limit("Outputs", OUTPUTS_MAX);
  }

  private void limit(String section, int max) {
    var size = section(section).size();
    if (size > max) {
      throw new TemplateException(
          "Template format error: Number of %s, %d, is greater than maximum allowed, %d"
              .formatted(section.toLowerCase(Locale.ROOT), size, max));
    }
  }

  private void checkResources() {
    for (var entry : section("Resources").properties()) {
      var name = entry.getKey();
      var definition = entry.getValue();
      if (!LOGICAL_ID.matcher(name).matches()) {
        throw new TemplateException(
            "Template format error: Resource name " + name + " is non alphanumeric.");
      }
      if (!definition.isObject()) {
        throw new TemplateException(
            "Template format error: [/Resources/" + name + "] resource definition is malformed");
      }
      if (!definition.path("Type").isTextual()) {
        throw new TemplateException(
            "Template format error: [/Resources/%s] Every Resources object must contain a Type member."
                .formatted(name));
      }
      definition
          .fieldNames()
          .forEachRemaining(member -> {
            if (!RESOURCE_MEMBERS.contains(member)) {
              throw new TemplateException("Invalid template resource property '" + member + "'");
            }
          });
      if (definition.has("Properties") && !definition.get("Properties").isObject()) {
        throw new TemplateException(
            "Template format error: [/Resources/"
                + name
                + "/Properties] 'Properties' must be of type Object.");
      }
      ResourceAttributes.check(name, definition);
      condition(definition.path("Condition"), "Resources");
    }
  }

  /// Refuses a condition that is not there.
  void condition(JsonNode condition, String block) {
    if (condition.isTextual() && !section("Conditions").has(condition.asText())) {
      throw new TemplateException(
          "Template format error: Unresolved condition dependency %s in the %s block of the template"
              .formatted(condition.asText(), block));
    }
  }

  private void checkReferences() {
    var known = new HashSet<String>(resourceNames());
    section("Parameters").fieldNames().forEachRemaining(known::add);
    for (var name : resourceNames()) {
      var missing = new TreeSet<String>();
      var dependsOn = resource(name).path("DependsOn");
      for (var other : dependsOn.isArray() ? dependsOn : List.of(dependsOn)) {
        if (other.isTextual() && !section("Resources").has(other.asText())) {
          missing.add(other.asText());
        }
      }
      collect(resource(name).path("Properties"), known, missing);
      refuse(missing, "Resources");
    }
    if (root.path("Description").asText().length() > DESCRIPTION_LENGTH_MAX) {
      throw new TemplateException(
          "Template format error: 'Description' length is greater than 1024.");
    }
    for (var output : section("Outputs").properties()) {
      if (!LOGICAL_ID.matcher(output.getKey()).matches()) {
        throw new TemplateException(
            "Template format error: Outputs name '" + output.getKey() + "' is non alphanumeric.");
      }
      if (!output.getValue().has("Value")) {
        throw new TemplateException(
            "Template format error: Output "
                + output.getKey()
                + " is malformed. Every Outputs member must contain a Value object");
      }
      condition(output.getValue().path("Condition"), "Outputs");
      var missing = new TreeSet<String>();
      collect(output.getValue(), known, missing);
      refuse(missing, "Outputs");
    }
    var missing = new TreeSet<String>();
    var parameters = new HashSet<String>();
    section("Parameters").fieldNames().forEachRemaining(parameters::add);
    collect(section("Conditions"), parameters, missing);
    if (!missing.isEmpty()) {
      throw new TemplateException(
          "Template format error: Unresolved dependencies "
              + missing
              + ". Cannot reference resources in the Conditions block of the template");
    }
  }

  private static void collect(JsonNode node, Set<String> known, Set<String> missing) {
    Functions.references(
        node,
        reference -> {
          var name = reference.split("\\.", 2)[0];
          if (!known.contains(name) && !name.startsWith("AWS::")) {
            missing.add(name);
          }
        });
  }

  private static void refuse(Set<String> missing, String block) {
    if (!missing.isEmpty()) {
      throw new TemplateException(
          "Template format error: Unresolved resource dependencies %s in the %s block of the template"
              .formatted(missing, block));
    }
  }
}
