package dev.terrarium.services.cloudformation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.services.cloudformation.template.TemplateException;
import dev.terrarium.services.cloudformation.template.TemplateReader;
import java.util.Map;
import java.util.function.BinaryOperator;

/// The transform `AWS::Include`: snippets from S3, put where `Fn::Transform` asks for them, or into
/// the template as a whole.
final class Includes {
  static final String NAME = "AWS::Include";
  private static final int DEPTH_MAX = 10;

  private final Map<String, String> parameters;
  private final BinaryOperator<String> fetch;

  /// @param parameters to which locations may refer
  /// @param fetch the text of an object, by bucket and key
  Includes(Map<String, String> parameters, BinaryOperator<String> fetch) {
    this.parameters = parameters;
    this.fetch = fetch;
  }

  /// What a transform includes.
  ///
  /// @param depth in how many other snippets it stands
  ObjectNode snippet(JsonNode transform, int depth) {
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
    return TemplateReader.read(fetch.apply(path.substring(0, slash), path.substring(slash + 1)));
  }

  private String location(JsonNode node) {
    if (node.has("Ref")) {
      return parameters.getOrDefault(node.get("Ref").asText(), "");
    }
    return node.asText();
  }

  /// What stands there already wins.
  static void merge(ObjectNode into, ObjectNode snippet) {
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
