package dev.terrarium.systems.realtime.functions;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// Makes of each event on its way into the archive a line, without a card's whole number; what is
/// no event is marked as such.
public final class ArchiveTransform implements RequestStreamHandler {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    var answer = JSON.createObjectNode();
    var records = answer.putArray("records");
    for (var record : JSON.readTree(input).path("records")) {
      var result = records.addObject().put("recordId", record.path("recordId").asText());
      var data = record.path("data").asText();
      try {
        result.put("data", line(JSON.readTree(Base64.getDecoder().decode(data))));
        result.put("result", "Ok");
      } catch (IOException | IllegalArgumentException _) {
        result.put("data", data).put("result", "ProcessingFailed");
      }
    }
    JSON.writeValue(output, answer);
  }

  private static String line(JsonNode event) {
    if (!(event.path("body") instanceof ObjectNode body)) {
      throw new IllegalArgumentException("Not an event: " + event);
    }
    Enrichment.enrich(event.path("source").asText(), body);
    return Base64.getEncoder().encodeToString((event + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
