package dev.terrarium.services.lambda;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// How an invocation ended.
///
/// @param payload the function's answer, or the error as JSON
/// @param error `Handled` or `Unhandled`, or null if it succeeded
/// @param errorType for the report, such as `Runtime.ExitError`; empty for errors of user code
/// @param timedOut whether it was cut off
/// @param usable whether the sandbox can serve another one
record Outcome(
    byte[] payload, @Nullable String error, String errorType, boolean timedOut, boolean usable) {
  static Outcome success(byte[] payload) {
    return new Outcome(payload, null, "", false, true);
  }

  /// User code failed and said how.
  static Outcome failure(byte[] error, boolean usable) {
    return new Outcome(error, "Unhandled", "", false, usable);
  }

  /// The platform has to say how it failed.
  static Outcome platform(String type, String message) {
    return new Outcome(error(type, message), "Unhandled", type, false, false);
  }

  static Outcome timeout(String requestId, int seconds) {
    var message =
        "RequestId: " + requestId + " Error: Task timed out after " + seconds + ".00 seconds";
    return new Outcome(error("Sandbox.Timedout", message), "Unhandled", "", true, false);
  }

  private static byte[] error(String type, String message) {
    ObjectNode error = Json.object();
    error.put("errorType", type);
    error.put("errorMessage", message);
    return Json.write(error).getBytes(StandardCharsets.UTF_8);
  }
}
