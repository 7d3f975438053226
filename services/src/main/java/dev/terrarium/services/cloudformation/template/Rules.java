package dev.terrarium.services.cloudformation.template;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The `Rules` of a template: what must hold of its parameters, together.
public final class Rules {
  private final Template template;
  private final Map<String, String> parameters;

  private Rules(Template template, Map<String, String> parameters) {
    this.template = template;
    this.parameters = parameters;
  }

  /// Refuses parameters that break a rule.
  ///
  /// @param region what `AWS::Region` is
  /// @throws TemplateException naming the assertions that fail
  public static void check(Template template, Map<String, String> parameters, String region) {
    var values = new java.util.HashMap<>(parameters);
    values.put("AWS::Region", region);
    new Rules(template, values).check();
  }

  private void check() {
    var failed = new ArrayList<String>();
    for (var rule : template.section("Rules").properties()) {
      var body = rule.getValue();
      if (body.has("RuleCondition") && !holds(body.get("RuleCondition"))) {
        continue;
      }
      for (var assertion : body.path("Assertions")) {
        if (!holds(assertion.path("Assert"))) {
          failed.add(assertion.path("AssertDescription").asText(rule.getKey()));
        }
      }
    }
    if (!failed.isEmpty()) {
      throw new TemplateException(
          "Template validation error: Rule assertion failed: " + String.join("; ", failed));
    }
  }

  private boolean holds(JsonNode node) {
    var function = Functions.of(node);
    if (function == null) {
      return node.asBoolean();
    }
    var argument = node.elements().next();
    return switch (function) {
      case "Fn::And" -> all(argument).stream().allMatch(this::holds);
      case "Fn::Or" -> all(argument).stream().anyMatch(this::holds);
      case "Fn::Not" -> !holds(argument.isArray() ? argument.path(0) : argument);
      case "Fn::Equals" -> values(argument.path(0)).equals(values(argument.path(1)));
      case "Fn::Contains" -> values(argument.path(0)).containsAll(values(argument.path(1)));
      case "Fn::EachMemberEquals" -> {
        var wanted = values(argument.path(1));
        yield values(argument.path(0)).stream().allMatch(each -> wanted.equals(List.of(each)));
      }
      case "Fn::EachMemberIn" -> values(argument.path(1)).containsAll(values(argument.path(0)));
      default ->
          throw new TemplateException(
              "Template format error: Function " + function + " is not allowed in Rules");
    };
  }

  private static List<JsonNode> all(JsonNode array) {
    var nodes = new ArrayList<JsonNode>();
    array.forEach(nodes::add);
    return nodes;
  }

  /// What an argument stands for: one value, or those of a list.
  private List<String> values(JsonNode node) {
    var found = new ArrayList<String>();
    if (node.isArray()) {
      node.forEach(each -> found.addAll(values(each)));
      return found;
    }
    var function = Functions.of(node);
    if (function == null) {
      found.add(node.asText());
      return found;
    }
    var argument = node.elements().next();
    switch (function) {
      case "Ref" -> found.addAll(values(argument.asText()));
      case "Fn::RefAll" -> {
        var type = argument.asText();
        for (var parameter : template.section("Parameters").properties()) {
          if (parameter.getValue().path("Type").asText().equals(type)) {
            found.addAll(values(parameter.getKey()));
          }
        }
      }
      default ->
          throw new TemplateException(
              "Template format error: Function " + function + " is not allowed in Rules");
    }
    return found;
  }

  private List<String> values(String parameter) {
    @Nullable String value = parameters.get(parameter);
    if (value == null) {
      throw new TemplateException(
          "Template format error: Unresolved dependencies ["
              + parameter
              + "]. Cannot reference resources in the Rules block of the template");
    }
    var shown = Parameters.value(template.section("Parameters").path(parameter), value);
    return shown.isArray() ? all(shown).stream().map(JsonNode::asText).toList() : List.of(value);
  }
}
