package dev.terrarium.services.eventbridge;

import dev.terrarium.kernel.Json;

/// What a log group gets of an event.
record LogLine(long millis, String message) {
  /// A line of a text, which may say itself when it was and what.
  static LogLine of(String text, long atMillis) {
    if (text.contains("\"timestamp\"") && text.contains("\"message\"")) {
      try {
        var tree = Json.parse(text);
        if (tree.size() == 2 && tree.has("timestamp") && tree.has("message")) {
          var message = tree.get("message");
          return new LogLine(
              tree.get("timestamp").canConvertToLong() ? tree.get("timestamp").asLong() : atMillis,
              message.isTextual() ? message.asText() : Json.write(message));
        }
      } catch (IllegalArgumentException _) {
        return new LogLine(atMillis, text);
      }
    }
    return new LogLine(atMillis, text);
  }
}
