package dev.terrarium.services.firehose;

import dev.terrarium.kernel.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/// A record that cannot be delivered and is put aside.
///
/// @param kind the error output type: `processing-failed`, `http-endpoint-failed`
/// @param more what else is told of it, such as the function
record Failure(
    String kind,
    Item item,
    String code,
    String message,
    int attempts,
    long millis,
    Map<String, String> more) {
  /// As it is written into the bucket: one line.
  byte[] line() {
    var shown =
        Json.object()
            .put("attemptsMade", attempts)
            .put("arrivalTimestamp", item.arrivalMillis())
            .put("errorCode", code)
            .put("errorMessage", message)
            .put("attemptEndingTimestamp", millis)
            .put("rawData", Base64.getEncoder().encodeToString(item.source().data()));
    more.forEach(shown::put);
    return (Json.write(shown) + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
