package dev.terrarium.services.s3;

import dev.terrarium.kernel.store.KeyCodec;
import java.nio.charset.StandardCharsets;

/// Where an object is.
record ObjectKey(String bucket, String key) {
  static final int BYTES_MAX = 1024;

  static final KeyCodec<ObjectKey> CODEC =
      KeyCodec.of(
          (at, writer) -> writer.string(at.bucket).string(at.key),
          reader -> new ObjectKey(reader.string(), reader.string()));

  /// A key as it came in, if it may be one.
  static String checked(@org.jspecify.annotations.Nullable String key) {
    if (key == null || key.isEmpty()) {
      throw S3Errors.invalidArgument("A key must be specified", "Key", "");
    }
    var length = key.getBytes(StandardCharsets.UTF_8).length;
    if (length > BYTES_MAX) {
      throw S3Errors.draft(400, "KeyTooLongError", "Your key is too long")
          .with("Size", Integer.toString(length))
          .with("MaxSizeAllowed", Integer.toString(BYTES_MAX))
          .build();
    }
    return key;
  }
}
