package dev.terrarium.services.cloudformation.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.terrarium.kernel.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The parameters of a template: what was given for them, defaults, constraints.
public final class Parameters {
  private static final Set<String> TYPES =
      Set.of("String", "Number", "List<Number>", "CommaDelimitedList");

  /// The value is looked up in Parameter Store, and is of the type within.
  private static final String STORED = "AWS::SSM::Parameter::Value<";

  private Parameters() {}

  /// The value of every parameter, as text.
  ///
  /// @param given by the caller
  /// @throws TemplateException with AWS's message
  public static Map<String, String> resolve(Template template, Map<String, String> given) {
    var definitions = template.section("Parameters");
    var unknown = new ArrayList<String>();
    given
        .keySet()
        .forEach(name -> {
          if (!definitions.has(name)) {
            unknown.add(name);
          }
        });
    if (!unknown.isEmpty()) {
      throw new TemplateException(
          "Parameters: [" + String.join(", ", unknown) + "] do not exist in the template");
    }
    var values = new LinkedHashMap<String, String>();
    var missing = new ArrayList<String>();
    for (var entry : definitions.properties()) {
      var name = entry.getKey();
      var definition = entry.getValue();
      type(definition);
      var value = given.get(name);
      if (value == null && definition.has("Default")) {
        value = text(definition.get("Default"));
      }
      if (value == null) {
        missing.add(name);
      } else {
        check(name, definition, value);
        values.put(name, value);
      }
    }
    if (!missing.isEmpty()) {
      throw new TemplateException(
          "Parameters: [" + String.join(", ", missing) + "] must have values");
    }
    return values;
  }

  /// What `Ref` gives for a value: a list for the list types.
  public static JsonNode value(JsonNode definition, String value) {
    var type = definition.path("Type").asText();
    if (type.startsWith(STORED) && type.endsWith(">")) {
      type = type.substring(STORED.length(), type.length() - 1);
    }
    if (type.startsWith("List<") || type.equals("CommaDelimitedList")) {
      var array = Json.array();
      if (!value.isEmpty()) {
        for (var part : value.split(",", -1)) {
          array.add(part.strip());
        }
      }
      return array;
    }
    return TextNode.valueOf(value);
  }

  static void checkTypes(JsonNode definitions) {
    for (var entry : definitions.properties()) {
      if (!Template.LOGICAL_ID.matcher(entry.getKey()).matches()) {
        throw new TemplateException(
            "Template format error: Parameter name " + entry.getKey() + " is non alphanumeric.");
      }
      type(entry.getValue());
    }
  }

  private static void type(JsonNode definition) {
    var type = definition.path("Type").asText();
    if (type.isEmpty()) {
      throw new TemplateException(
          "Template format error: Every Parameters object must contain a Type member.");
    }
    if (!TYPES.contains(type) && !type.startsWith("AWS::") && !type.startsWith("List<AWS::")) {
      throw new TemplateException("Template format error: Unrecognized parameter type: " + type);
    }
  }

  private static String text(JsonNode value) {
    if (value.isArray()) {
      var parts = new ArrayList<String>();
      value.forEach(part -> parts.add(part.asText()));
      return String.join(",", parts);
    }
    return value.asText();
  }

  private static void check(String name, JsonNode definition, String value) {
    var type = definition.path("Type").asText();
    var described = definition.path("ConstraintDescription").asText("");
    var parts =
        type.equals("CommaDelimitedList") || type.startsWith("List<")
            ? value.split(",", -1)
            : new String[] {value};
    for (var part : parts) {
      var wrong =
          wrong(
              name,
              definition,
              type,
              part.strip().isEmpty() ? part : parts.length > 1 ? part.strip() : part);
      if (wrong != null) {
        throw new TemplateException(
            described.isEmpty()
                ? wrong
                : "Parameter " + name + " failed to satisfy constraint: " + described);
      }
    }
  }

  private static @Nullable String wrong(
      String name, JsonNode definition, String type, String value) {
    if (type.contains("Number")) {
      try {
        var number = new BigDecimal(value.strip());
        if (definition.has("MinValue") && number.compareTo(number(definition, "MinValue")) < 0) {
          return "Parameter '%s' must be a number not less than %s"
              .formatted(name, definition.get("MinValue").asText());
        }
        if (definition.has("MaxValue") && number.compareTo(number(definition, "MaxValue")) > 0) {
          return "Parameter '%s' must be a number not greater than %s"
              .formatted(name, definition.get("MaxValue").asText());
        }
      } catch (NumberFormatException e) {
        return "Parameter '" + name + "' must be a number.";
      }
    }
    if (definition.has("AllowedValues")) {
      var allowed = new ArrayList<String>();
      definition.get("AllowedValues").forEach(each -> allowed.add(each.asText()));
      if (!allowed.contains(value)) {
        return "Parameter '" + name + "' must be one of AllowedValues";
      }
    }
    if (definition.has("AllowedPattern")
        && !value.matches(definition.get("AllowedPattern").asText())) {
      return "Parameter '%s' must match pattern %s"
          .formatted(name, definition.get("AllowedPattern").asText());
    }
    if (definition.has("MinLength") && value.length() < definition.get("MinLength").asInt()) {
      return "Parameter '%s' must contain at least %s characters"
          .formatted(name, definition.get("MinLength").asText());
    }
    if (definition.has("MaxLength") && value.length() > definition.get("MaxLength").asInt()) {
      return "Parameter '%s' must contain at most %s characters"
          .formatted(name, definition.get("MaxLength").asText());
    }
    return null;
  }

  private static BigDecimal number(JsonNode definition, String name) {
    return new BigDecimal(definition.get(name).asText());
  }
}
