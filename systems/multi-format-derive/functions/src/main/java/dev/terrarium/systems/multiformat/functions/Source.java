package dev.terrarium.systems.multiformat.functions;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/// An object that was created, as S3's event tells of it.
///
/// @param etag of the very content that the event is about; by now the key may hold another
public record Source(String bucket, String key, String etag, long size) {
  static Source of(JsonNode record) {
    var object = record.path("s3").path("object");
    return new Source(
        record.path("s3").path("bucket").path("name").asText(),
        URLDecoder.decode(object.path("key").asText(), StandardCharsets.UTF_8),
        object.path("eTag").asText(),
        object.path("size").asLong());
  }

  /// The key without its ending.
  public String stem() {
    var dot = key.lastIndexOf('.');
    return dot < 0 ? key : key.substring(0, dot);
  }

  /// The key's ending, in lower case.
  public String ending() {
    var dot = key.lastIndexOf('.');
    return dot < 0 ? "" : key.substring(dot + 1).toLowerCase(java.util.Locale.ROOT);
  }

  /// The last part of the key, without its ending.
  public String name() {
    return stem().substring(stem().lastIndexOf('/') + 1);
  }
}
