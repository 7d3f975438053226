package dev.terrarium.services.cloudformation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.WebEndpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The addresses of wait condition handles: a `PUT` of a signal wakes whoever waits.
final class WaitEndpoint implements WebEndpoint {
  private static final int BODY_BYTES_MAX = 64 * 1024;

  private final Cloud cloud;

  WaitEndpoint(Cloud cloud) {
    this.cloud = cloud;
  }

  @Override
  public boolean accepts(Request request) {
    return request.method().equals("PUT") && request.rawPath().startsWith(WaitSignals.PATH);
  }

  @Override
  public Response respond(Request request) throws IOException {
    var body = new String(request.body().readNBytes(BODY_BYTES_MAX), StandardCharsets.UTF_8);
    var signals = new WaitSignals(cloud);
    var token = request.rawPath().substring(WaitSignals.PATH.length());
    if (!signals.isOpen(token)) {
      return Response.of(404, List.of(), new byte[0]);
    }
    JsonNode signal;
    try {
      signal = Json.parse(body);
    } catch (IllegalArgumentException e) {
      return refuse("The signal is not JSON: " + e.getMessage());
    }
    var status = signal.path("Status").asText();
    if (!status.equals("SUCCESS") && !status.equals("FAILURE")) {
      return refuse("Status must be SUCCESS or FAILURE");
    }
    if (signal.path("UniqueId").asText().isEmpty()) {
      return refuse("UniqueId is missing");
    }
    signals.put(token, signal);
    return Response.of(200, List.of(), new byte[0]);
  }

  private static Response refuse(String problem) {
    return Response.of(400, List.of(), problem.getBytes(StandardCharsets.UTF_8));
  }
}
