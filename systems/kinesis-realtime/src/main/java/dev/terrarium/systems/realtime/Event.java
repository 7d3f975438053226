package dev.terrarium.systems.realtime;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/// An event that is to be sent, and what must be found out about it.
///
/// @param key whose it is: a session, a card, a user, a host, a device
/// @param number its place among those of its key, from 1
/// @param at when it happens, in milliseconds from the beginning
/// @param found what the function must find out about it
record Event(String source, String key, long number, long at, ObjectNode body, String found) {
  /// The record's data.
  byte[] data(long begun, long sent) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("source", source)
        .put("key", key)
        .put("n", number)
        .put("at", begun + at)
        .put("sent", sent)
        .set("body", body)
        .toString()
        .getBytes(StandardCharsets.UTF_8);
  }

  long checksum() {
    var checksum = new CRC32();
    checksum.update(body.toString().getBytes(StandardCharsets.UTF_8));
    return checksum.getValue();
  }
}
