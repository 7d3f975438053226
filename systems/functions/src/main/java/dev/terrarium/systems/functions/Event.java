package dev.terrarium.systems.functions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Base64;

/// What a producer put into a stream, as JSON.
///
/// @param shard where it was
/// @param order its sequence number in the shard, with zeros before it, so that texts compare as
///   the numbers do
public record Event(String shard, String order, JsonNode data) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SEQUENCE_DIGITS = 64;

  /// Reads one out of a batch of a Kinesis stream.
  public static Event of(JsonNode record) {
    var kinesis = record.path("kinesis");
    var sequence = kinesis.path("sequenceNumber").asText();
    try {
      return new Event(
          record.path("eventID").asText().replaceFirst(":.*", ""),
          "0".repeat(Math.max(0, SEQUENCE_DIGITS - sequence.length())) + sequence,
          JSON.readTree(Base64.getDecoder().decode(kinesis.path("data").asText())));
    } catch (IOException e) {
      throw new IllegalArgumentException("Not JSON: " + sequence, e);
    }
  }
}
