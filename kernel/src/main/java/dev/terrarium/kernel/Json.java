package dev.terrarium.kernel;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/// JSON as trees, for policies, events and templates, with limits against hostile input: 200
/// levels, 16 MiB of string, 1,000 digits.
public final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              com.fasterxml.jackson.core.JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(200)
                          .maxStringLength(16 * 1024 * 1024)
                          .maxNumberLength(1000)
                          .build())
                  .disable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private Json() {}

  /// Reads one JSON value.
  ///
  /// @throws IllegalArgumentException if the text is not one; the message says where
  public static JsonNode parse(String text) {
    try {
      var node = MAPPER.readTree(text);
      if (node == null || node.isMissingNode()) {
        throw new IllegalArgumentException("No JSON at all");
      }
      return node;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /// An empty object.
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /// An empty array.
  public static ArrayNode array() {
    return MAPPER.createArrayNode();
  }

  /// The tree of strings, numbers, booleans, lists and maps.
  public static JsonNode tree(Object value) {
    return MAPPER.valueToTree(value);
  }

  /// The text of a tree, without white space.
  public static String write(JsonNode node) {
    return node.toString();
  }

  /// The text of a tree for people.
  public static String pretty(JsonNode node) {
    return node.toPrettyString();
  }
}
