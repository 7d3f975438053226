package dev.terrarium.services.cloudformation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import dev.terrarium.services.cloudformation.template.TemplateException;
import dev.terrarium.services.cloudformation.template.TemplateReader;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;

/// The transform `AWS::Include`: snippets from S3, put where `Fn::Transform` asks for them, or into
/// the template as a whole.
final class Includes {
  static final String NAME = "AWS::Include";
  private static final int DEPTH_MAX = 10;

  private final Map<String, String> parameters;
  private final BinaryOperator<String> fetch;

  private Includes(Map<String, String> parameters, BinaryOperator<String> fetch) {
    this.parameters = parameters;
    this.fetch = fetch;
  }

  /// The template with all snippets in it.
  ///
  /// @param parameters to which locations may refer
  /// @param fetch the text of an object, by bucket and key
  static ObjectNode apply(
      ObjectNode root, Map<String, String> parameters, BinaryOperator<String> fetch) {
    var includes = new Includes(parameters, fetch);
    var whole = (ObjectNode) includes.expand(root, 0);
    var transform = whole.path("Transform");
    for (var each : transform.isArray() ? transform : List.of(transform)) {
      if (each.isObject() && each.path("Name").asText().equals(NAME)) {
        merge(whole, includes.snippet(each, 0));
      }
    }
    return whole;
  }

  private JsonNode expand(JsonNode node, int depth) {
    if (node.isArray()) {
      var array = Json.array();
      node.forEach(each -> array.add(expand(each, depth)));
      return array;
    }
    if (!node.isObject()) {
      return node;
    }
    var object = Json.object();
    for (var entry : node.properties()) {
      if (!entry.getKey().equals("Fn::Transform")) {
        object.set(entry.getKey(), expand(entry.getValue(), depth));
      }
    }
    if (node.has("Fn::Transform")) {
      merge(object, snippet(node.get("Fn::Transform"), depth));
    }
    return object;
  }

  private ObjectNode snippet(JsonNode transform, int depth) {
    var name = transform.path("Name").asText();
    if (!name.equals(NAME)) {
      throw new TemplateException("No transform named " + name + " found.");
    }
    if (depth > DEPTH_MAX) {
      throw new TemplateException("AWS::Include is nested too deeply");
    }
    var location = location(transform.path("Parameters").path("Location"));
    if (!location.matches("(?i)s3://[^/]+/.+")) {
      throw new TemplateException(
          "Transform AWS::Include failed with: The location parameter is not a valid S3 uri.");
    }
    var path = location.substring(5);
    var slash = path.indexOf('/');
    var text = fetch.apply(path.substring(0, slash), path.substring(slash + 1));
    return (ObjectNode) expand(TemplateReader.read(text), depth + 1);
  }

  private String location(JsonNode node) {
    if (node.has("Ref")) {
      return parameters.getOrDefault(node.get("Ref").asText(), "");
    }
    return node.asText();
  }

  /// What stands there already wins.
  private static void merge(ObjectNode into, ObjectNode snippet) {
    snippet
        .properties()
        .forEach(entry -> {
          var there = into.get(entry.getKey());
          if (there == null) {
            into.set(entry.getKey(), entry.getValue());
          } else if (there instanceof ObjectNode both
              && entry.getValue() instanceof ObjectNode more) {
            merge(both, more);
          }
        });
  }
}
