package dev.terrarium.services.cloudformation.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.terrarium.kernel.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The transform `AWS::LanguageExtensions`: unrolls `Fn::ForEach`. The functions that it adds are
/// known to [Evaluator] anyway.
public final class LanguageExtensions {
  private static final int COPIES_MAX = 1000;

  private final Map<String, String> parameters;
  private int copies;

  private LanguageExtensions(Map<String, String> parameters) {
    this.parameters = parameters;
  }

  /// The template with every loop unrolled.
  ///
  /// @param parameters may be collections of loops
  public static ObjectNode apply(ObjectNode root, Map<String, String> parameters) {
    return (ObjectNode) new LanguageExtensions(parameters).unroll(root, Map.of());
  }

  private JsonNode unroll(JsonNode node, Map<String, String> bound) {
    if (node.isArray()) {
      var array = Json.array();
      node.forEach(each -> array.add(unroll(each, bound)));
      return array;
    }
    if (node.isTextual()) {
      return TextNode.valueOf(replace(node.asText(), bound));
    }
    if (!node.isObject()) {
      return node;
    }
    if (node.size() == 1 && node.has("Ref") && bound.containsKey(node.get("Ref").asText())) {
      return TextNode.valueOf(bound.get(node.get("Ref").asText()));
    }
    var object = Json.object();
    for (var entry : node.properties()) {
      if (entry.getKey().startsWith("Fn::ForEach::")) {
        loop(entry.getKey(), entry.getValue(), bound, object);
      } else {
        object.set(replace(entry.getKey(), bound), unroll(entry.getValue(), bound));
      }
    }
    return object;
  }

  private void loop(String name, JsonNode loop, Map<String, String> bound, ObjectNode into) {
    if (!loop.isArray() || loop.size() != 3 || !loop.get(2).isObject()) {
      throw new TemplateException(
          "Template error: " + name + " requires an identifier, a collection and an object");
    }
    for (var value : collection(loop.get(1), bound)) {
      if (++copies > COPIES_MAX) {
        throw new TemplateException(
            "Template error: Fn::ForEach makes more than " + COPIES_MAX + " copies");
      }
      var inner = new HashMap<>(bound);
      inner.put(loop.get(0).asText(), value);
      for (var entry : loop.get(2).properties()) {
        if (entry.getKey().startsWith("Fn::ForEach::")) {
          loop(entry.getKey(), entry.getValue(), inner, into);
        } else {
          into.set(replace(entry.getKey(), inner), unroll(entry.getValue(), inner));
        }
      }
    }
  }

  private List<String> collection(JsonNode node, Map<String, String> bound) {
    var values = new ArrayList<String>();
    if (node.has("Ref")) {
      var text = parameters.get(node.get("Ref").asText());
      if (text == null) {
        throw new TemplateException(
            "Template error: Fn::ForEach cannot resolve its collection " + node);
      }
      for (var part : text.split(",")) {
        values.add(part.strip());
      }
    } else {
      node.forEach(each -> values.add(replace(each.asText(), bound)));
    }
    return values;
  }

  private static String replace(String text, Map<String, String> bound) {
    var result = text;
    for (var entry : bound.entrySet()) {
      result =
          result
              .replace("${" + entry.getKey() + "}", entry.getValue())
              .replace(
                  "&{" + entry.getKey() + "}", entry.getValue().replaceAll("[^A-Za-z0-9]", ""));
    }
    return result;
  }
}
