package dev.terrarium.systems.realtime.functions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.CRC32;

/// One event of a session, card, user, host or device.
///
/// @param key whose event it is; events of a key are in order
/// @param number its place among the events of its key, from 1
/// @param at when it happened, in milliseconds
/// @param sent when its producer sent it, in milliseconds
/// @param sequence its sequence number in the shard
record Event(
    String source,
    String key,
    long number,
    long at,
    long sent,
    ObjectNode body,
    long checksum,
    String sequence) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// Reads an event out of a record of a batch.
  ///
  /// @throws IOException if it is not an event
  static Event of(JsonNode record) throws IOException {
    var kinesis = record.path("kinesis");
    var data = Base64.getDecoder().decode(kinesis.path("data").asText());
    var tree = JSON.readTree(data);
    if (!(tree.path("body") instanceof ObjectNode body) || !tree.path("n").canConvertToLong()) {
      throw new IOException(
          "Not an event: "
              + new String(data, 0, Math.min(80, data.length), StandardCharsets.UTF_8));
    }
    var checksum = new CRC32();
    checksum.update(body.toString().getBytes(StandardCharsets.UTF_8));
    return new Event(
        tree.path("source").asText(),
        tree.path("key").asText(),
        tree.path("n").asLong(),
        tree.path("at").asLong(),
        tree.path("sent").asLong(),
        body,
        checksum.getValue(),
        kinesis.path("sequenceNumber").asText());
  }
}
