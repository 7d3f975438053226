package dev.terrarium.services.firehose;

import dev.terrarium.kernel.Json;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// A record that cannot be delivered and is put aside.
///
/// @param kind the error output type: `processing-failed`, `http-endpoint-failed`,
///   `format-conversion-failed`
/// @param more what else is told of it, such as the function
record Failure(
    String kind,
    Item item,
    String code,
    String message,
    int attempts,
    long millis,
    ObjectNode more) {
  /// Conversion tells of its errors under other names than all else does.
  private boolean last() {
    return kind.equals(Conversions.FAILED);
  }

  /// As it is written into the bucket: one line.
  byte[] line() {
    var shown =
        Json.object()
            .put("attemptsMade", attempts)
            .put("arrivalTimestamp", item.arrivalMillis())
            .put(last() ? "lastErrorCode" : "errorCode", code)
            .put(last() ? "lastErrorMessage" : "errorMessage", message)
            .put("attemptEndingTimestamp", millis)
            .put("rawData", Base64.getEncoder().encodeToString(item.source().data()));
    shown.setAll(more);
    return (Json.write(shown) + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
