package dev.terrarium.services.firehose;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Several JSON values in one text: one after another, with or without white space between them, or
/// in an array.
final class JsonValues {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private JsonValues() {}

  static List<JsonNode> read(byte[] data) throws IOException {
    var found = new ArrayList<JsonNode>();
    try (var parser = MAPPER.getFactory().createParser(data)) {
      while (parser.nextToken() != null) {
        JsonNode value = MAPPER.readTree(parser);
        if (value.isArray()) {
          value.forEach(found::add);
        } else {
          found.add(value);
        }
      }
    }
    return found;
  }
}
