package dev.terrarium.services.cloudformation.sam;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import dev.terrarium.services.cloudformation.template.Parameters;
import java.util.Map;

/// What SAM knows of a template's parameters and mappings while it transforms it: it has to, where
/// a property decides what is made.
///
/// @param given values of parameters, with defaults
record SamValues(ObjectNode root, Map<String, String> given) {
  /// A tree in which what is known stands for the functions that ask for it; others stay.
  JsonNode in(JsonNode node) {
    if (node.isArray()) {
      var array = Json.array();
      node.forEach(each -> array.add(in(each)));
      return array;
    }
    if (!node.isObject()) {
      return node;
    }
    if (node.size() == 1 && node.path("Ref").isTextual()) {
      var name = node.get("Ref").asText();
      var value = given.get(name);
      return value == null ? node : Parameters.value(root.path("Parameters").path(name), value);
    }
    if (node.size() == 1 && node.has("Fn::FindInMap")) {
      return found(node);
    }
    var object = Json.object();
    node.properties().forEach(entry -> object.set(entry.getKey(), in(entry.getValue())));
    if (object.path("Fn::Sub").isTextual()) {
      object.put("Fn::Sub", substituted(object.get("Fn::Sub").asText()));
    }
    return object;
  }

  private JsonNode found(JsonNode find) {
    var path = in(find.get("Fn::FindInMap"));
    var value = root.path("Mappings");
    for (var step : path) {
      value = value.path(step.asText());
    }
    return value.isMissingNode() || path.size() != 3 ? find : value;
  }

  private String substituted(String text) {
    var result = text;
    for (var entry : given.entrySet()) {
      result = result.replace("${" + entry.getKey() + "}", entry.getValue());
    }
    return result;
  }

  /// What a property says, which must be known now.
  String text(String resource, String property, JsonNode node) {
    var value = in(node);
    if (!value.isTextual()) {
      throw SamErrors.resource(
          resource, "'" + property + "' must be a string or a Ref to a template parameter");
    }
    return value.asText();
  }
}
