package dev.terrarium.services.cloudformation.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.terrarium.kernel.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Replaces the intrinsic functions of a template's trees by their values.
public final class Evaluator {
  /// What the functions ask about the world outside of the template.
  public interface World {
    /// The value of a parameter, pseudo parameter or resource, or null if there is none.
    @Nullable JsonNode ref(String name);

    /// The attribute of a resource.
    ///
    /// @throws TemplateException if there is none
    JsonNode attribute(String logicalId, String name);

    /// What another stack exports.
    ///
    /// @throws TemplateException if nothing of the name is exported
    String imported(String exportName);

    /// The availability zones of a region.
    List<String> zones(String region);
  }

  /// Stands for `AWS::NoValue`: whatever holds it leaves it out.
  private static final JsonNode NOTHING = Json.object().put("AWS::NoValue", true);

  private final Template template;
  private final World world;
  private final Map<String, Boolean> conditions = new HashMap<>();
  private final Set<String> evaluating = new HashSet<>();

  /// An evaluator of one template in one world.
  public Evaluator(Template template, World world) {
    this.template = template;
    this.world = world;
  }

  /// The tree with all functions replaced; null if nothing is left.
  public @Nullable JsonNode evaluate(JsonNode node) {
    var value = value(node);
    return value == NOTHING ? null : value;
  }

  /// As [#evaluate], for objects.
  public ObjectNode evaluateObject(JsonNode node) {
    return evaluate(node) instanceof ObjectNode object ? object : Json.object();
  }

  /// Whether a condition of the template holds.
  public boolean condition(String name) {
    var known = conditions.get(name);
    if (known != null) {
      return known;
    }
    var definition = template.section("Conditions").get(name);
    if (definition == null) {
      throw new TemplateException(
          "Template format error: Unresolved condition dependency "
              + name
              + " in the Conditions block of the template");
    }
    if (!evaluating.add(name)) {
      throw new TemplateException(
          "Template format error: Circular dependency between conditions: " + evaluating);
    }
    var holds = truth(definition);
    evaluating.remove(name);
    conditions.put(name, holds);
    return holds;
  }

  private JsonNode value(JsonNode node) {
    var function = Functions.of(node);
    if (function != null) {
      return call(function, node.elements().next());
    }
    if (node.isObject()) {
      var object = Json.object();
      for (var entry : node.properties()) {
        var value = value(entry.getValue());
        if (value != NOTHING) {
          object.set(entry.getKey(), value);
        }
      }
      return object;
    }
    if (node.isArray()) {
      var array = Json.array();
      for (var element : node) {
        var value = value(element);
        if (value != NOTHING) {
          array.add(value);
        }
      }
      return array;
    }
    return node;
  }

  private JsonNode call(String function, JsonNode argument) {
    return switch (function) {
      case "Ref" -> ref(argument.asText());
      case "Fn::GetAtt" -> attribute(argument);
      case "Fn::Sub" -> sub(argument);
      case "Fn::Join" -> join(list(function, argument, 2, 2));
      case "Fn::Select" -> select(list(function, argument, 2, 2));
      case "Fn::Split" -> split(list(function, argument, 2, 2));
      case "Fn::If" -> {
        var parts = list(function, argument, 3, 3);
        yield value(condition(parts.get(0).asText()) ? parts.get(1) : parts.get(2));
      }
      case "Fn::FindInMap" -> findInMap(list(function, argument, 3, 4));
      case "Fn::Base64" ->
          TextNode.valueOf(
              Base64.getEncoder().encodeToString(text(argument).getBytes(StandardCharsets.UTF_8)));
      case "Fn::Cidr" ->
          CidrBlocks.of(list(function, argument, 2, 3).stream().map(this::text).toList());
      case "Fn::GetAZs" -> {
        var region = text(argument);
        var zones = Json.array();
        world.zones(region).forEach(zones::add);
        yield zones;
      }
      case "Fn::ImportValue" -> TextNode.valueOf(world.imported(text(argument)));
      case "Fn::Length" -> IntNode.valueOf(value(argument).size());
      case "Fn::ToJsonString" -> TextNode.valueOf(Json.write(value(argument)));
      case "Fn::And", "Fn::Or", "Fn::Not", "Fn::Equals" ->
          BooleanNode.valueOf(truth(Json.object().set(function, argument)));
      default ->
          throw new TemplateException("Template format error: Unrecognized function " + function);
    };
  }

  private JsonNode ref(String name) {
    if (name.equals("AWS::NoValue")) {
      return NOTHING;
    }
    var value = world.ref(name);
    if (value == null) {
      throw new TemplateException(
          "Template format error: Unresolved resource dependencies ["
              + name
              + "] in the Resources block of the template");
    }
    return value;
  }

  private JsonNode attribute(JsonNode argument) {
    if (argument.isArray() && argument.size() == 2) {
      return world.attribute(argument.get(0).asText(), text(argument.get(1)));
    }
    var path = Functions.attribute(argument);
    var dot = path.indexOf('.');
    if (dot < 0) {
      throw new TemplateException(
          "Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute");
    }
    return world.attribute(path.substring(0, dot), path.substring(dot + 1));
  }

  private JsonNode sub(JsonNode argument) {
    if (!argument.isTextual() && !(argument.isArray() && argument.size() == 2)) {
      throw new TemplateException(
          "Template error: One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, and an optional second argument to specify a mapping of values to replace in the string");
    }
    var text = argument.isArray() ? argument.get(0).asText() : argument.asText();
    var own = argument.isArray() ? argument.get(1) : Json.object();
    return TextNode.valueOf(
        Functions.substitute(
            text,
            name -> {
              if (own.has(name)) {
                return text(own.get(name));
              }
              var dot = name.indexOf('.');
              return dot < 0
                  ? plain(ref(name), name)
                  : plain(world.attribute(name.substring(0, dot), name.substring(dot + 1)), name);
            }));
  }

  private JsonNode join(List<JsonNode> parts) {
    var texts = new ArrayList<String>();
    var values = value(parts.get(1));
    if (!values.isArray()) {
      throw new TemplateException(
          "Template error: every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined.");
    }
    values.forEach(value -> texts.add(plain(value, "Fn::Join")));
    return TextNode.valueOf(String.join(text(parts.get(0)), texts));
  }

  private JsonNode select(List<JsonNode> parts) {
    var values = value(parts.get(1));
    var index = text(parts.get(0));
    if (!index.matches("\\d{1,6}") || Integer.parseInt(index) >= values.size()) {
      throw new TemplateException(
          "Template error: Fn::Select cannot select nonexistent value at index " + index);
    }
    return values.get(Integer.parseInt(index));
  }

  private JsonNode split(List<JsonNode> parts) {
    var array = Json.array();
    var delimiter = text(parts.get(0));
    for (var part : text(parts.get(1)).split(Pattern.quote(delimiter), -1)) {
      array.add(part);
    }
    return array;
  }

  private JsonNode findInMap(List<JsonNode> parts) {
    var map = text(parts.get(0));
    var top = text(parts.get(1));
    var second = text(parts.get(2));
    var found = template.section("Mappings").path(map).path(top).get(second);
    if (found != null) {
      return value(found);
    }
    if (parts.size() == 4 && parts.get(3).has("DefaultValue")) {
      return value(parts.get(3).get("DefaultValue"));
    }
    throw new TemplateException(
        "Template error: Unable to get mapping for %s::%s::%s".formatted(map, top, second));
  }

  private boolean truth(JsonNode node) {
    if (node.isObject() && node.size() == 1) {
      var name = node.fieldNames().next();
      var argument = node.elements().next();
      switch (name) {
        case "Condition" -> {
          return condition(argument.asText());
        }
        case "Fn::And" -> {
          return list(name, argument, 2, 10).stream().allMatch(this::truth);
        }
        case "Fn::Or" -> {
          return list(name, argument, 2, 10).stream().anyMatch(this::truth);
        }
        case "Fn::Not" -> {
          return !truth(list(name, argument, 1, 1).getFirst());
        }
        case "Fn::Equals" -> {
          var parts = list(name, argument, 2, 2);
          var left = value(parts.get(0));
          var right = value(parts.get(1));
          return left.isValueNode() && right.isValueNode()
              ? left.asText().equals(right.asText())
              : left.equals(right);
        }
        default -> {}
      }
    }
    var value = value(node);
    if (!value.isValueNode()) {
      throw new TemplateException(
          "Template format error: Conditions can only be boolean operations on parameters and other conditions");
    }
    return Boolean.parseBoolean(value.asText());
  }

  private static List<JsonNode> list(String function, JsonNode argument, int min, int max) {
    if (!argument.isArray() || argument.size() < min || argument.size() > max) {
      throw new TemplateException(
          "Template error: every %s object requires %s parameters"
              .formatted(function, min == max ? String.valueOf(min) : min + " to " + max));
    }
    var parts = new ArrayList<JsonNode>();
    argument.forEach(parts::add);
    return parts;
  }

  private String text(JsonNode node) {
    return plain(value(node), "a function's argument");
  }

  private static String plain(JsonNode value, String where) {
    if (value == NOTHING) {
      return "";
    }
    if (value.isArray() && value.size() > 0) {
      var texts = new ArrayList<String>();
      value.forEach(each -> texts.add(each.asText()));
      return String.join(",", texts);
    }
    if (!value.isValueNode()) {
      throw new TemplateException("Template error: " + where + " must be a string");
    }
    return value.asText();
  }
}
