package dev.terrarium.services.cloudformation.template;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;

/// What must hold of every part of a template: no nulls, no functions that nobody knows, mappings
/// of two levels.
final class TemplateForm {
  private static final List<String> FUNCTIONS =
      List.of(
          "Fn::Base64",
          "Fn::GetAtt",
          "Fn::GetAZs",
          "Fn::ImportValue",
          "Fn::Join",
          "Fn::Split",
          "Fn::FindInMap",
          "Fn::Select",
          "Ref",
          "Fn::Equals",
          "Fn::If",
          "Fn::Not",
          "Condition",
          "Fn::And",
          "Fn::Or",
          "Fn::Contains",
          "Fn::EachMemberEquals",
          "Fn::EachMemberIn",
          "Fn::ValueOf",
          "Fn::ValueOfAll",
          "Fn::RefAll",
          "Fn::Sub",
          "Fn::Cidr");

  /// Those that the transform of language extensions leaves for later.
  private static final Set<String> EXTENSIONS =
      Set.of("Fn::Length", "Fn::ToJsonString", "Fn::Transform");

  private TemplateForm() {}

  static void check(Template template) {
    for (var name : List.of("Resources", "Outputs", "Conditions", "Mappings", "Parameters")) {
      checkNulls(template.section(name), "/" + name);
    }
    for (var mapping : template.section("Mappings").properties()) {
      checkMapping(mapping.getKey(), mapping.getValue());
    }
    for (var name : List.of("Resources", "Outputs", "Conditions")) {
      checkFunctions(template.section(name), template, name);
    }
  }

  private static void checkNulls(JsonNode node, String path) {
    if (node.isNull()) {
      throw new TemplateException(
          "Template format error: [" + path + "] 'null' values are not allowed in templates");
    }
    if (node.isObject()) {
      node.properties().forEach(entry -> checkNulls(entry.getValue(), path + "/" + entry.getKey()));
    } else if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        checkNulls(node.get(i), path + "/" + i);
      }
    }
  }

  private static void checkMapping(String name, JsonNode mapping) {
    if (!mapping.isObject()) {
      throw new TemplateException(
          "Template format error: Every Mappings member " + name + " must be a map");
    }
    for (var top : mapping.properties()) {
      if (!top.getValue().isObject()) {
        throw new TemplateException(
            "Template format error: Every Mappings member " + top.getKey() + " must be a map");
      }
      for (var attribute : top.getValue().properties()) {
        if (attribute.getValue().isObject()) {
          throw new TemplateException(
              "Template format error: Every Mappings attribute must be a String or a List.");
        }
      }
    }
  }

  private static void checkFunctions(JsonNode node, Template template, String block) {
    var function = Functions.of(node);
    if (function != null) {
      if (!FUNCTIONS.contains(function) && !EXTENSIONS.contains(function)) {
        throw new TemplateException(
            "Template Error: Encountered unsupported function: %s Supported functions are: %s"
                .formatted(function, FUNCTIONS));
      }
      var argument = node.elements().next();
      switch (function) {
        case "Fn::GetAtt" -> checkAttribute(argument, template);
        case "Fn::FindInMap" -> checkFind(argument, template);
        case "Fn::If" -> template.condition(argument.path(0), block);
        default -> {}
      }
    }
    node.forEach(child -> checkFunctions(child, template, block));
  }

  private static void checkAttribute(JsonNode argument, Template template) {
    var name = Functions.attribute(argument).split("\\.", 2)[0];
    if (!template.section("Resources").has(name) && !name.contains("*")) {
      throw new TemplateException(
          "Template error: instance of Fn::GetAtt references undefined resource " + name);
    }
  }

  /// With a default, a map need not be there.
  private static void checkFind(JsonNode argument, Template template) {
    var map = argument.path(0);
    if (argument.size() == 3
        && map.isTextual()
        && !template.section("Mappings").has(map.asText())) {
      throw new TemplateException(
          "Template error: Mapping named '%s' is not present in the 'Mappings' section of template."
              .formatted(map.asText()));
    }
  }
}
