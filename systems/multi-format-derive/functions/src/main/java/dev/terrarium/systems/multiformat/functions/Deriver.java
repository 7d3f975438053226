package dev.terrarium.systems.multiformat.functions;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// Takes a batch from a queue of S3 events, makes the derivatives of each object, and reports the
/// messages that failed, so that one bad object costs no other anything.
///
/// What it did with each it prints as a line of JSON.
public abstract class Deriver implements RequestStreamHandler {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Targets targets = new Targets(Objects.requireNonNull(System.getenv("TARGET")));
  private final long sizeMax =
      Long.parseLong(Objects.requireNonNullElse(System.getenv("SOURCE_BYTES_MAX"), "104857600"));
  private final long delayMillis =
      Long.parseLong(Objects.requireNonNullElse(System.getenv("DELAY_MILLIS"), "0"));

  /// Where the derivatives of a source go.
  protected abstract List<String> targets(Source source);

  /// Makes them.
  protected abstract List<Derivative> derive(Source source, byte[] content) throws IOException;

  @Override
  public final void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    pause();
    var answer = JSON.createObjectNode();
    var failures = answer.putArray("batchItemFailures");
    for (var message : JSON.readTree(input).path("Records")) {
      var receive = message.path("attributes").path("ApproximateReceiveCount").asInt();
      try {
        for (var record : JSON.readTree(message.path("body").asText()).path("Records")) {
          take(record, receive);
        }
      } catch (IOException | RuntimeException _) {
        failures.addObject().put("itemIdentifier", message.path("messageId").asText());
      }
    }
    JSON.writeValue(output, answer);
  }

  /// Waits as a slow dependency would make it wait.
  private void pause() {
    try {
      Thread.sleep(delayMillis);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void take(JsonNode record, int receive) throws IOException {
    var source = Source.of(record);
    try {
      note(source, receive, handle(source));
    } catch (IOException | RuntimeException e) {
      note(source, receive, "failed: " + e);
      throw e;
    }
  }

  private static void note(Source source, int receive, String outcome) {
    var line = JSON.createObjectNode();
    line.put("key", source.key()).put("receive", receive).put("outcome", outcome);
    System.out.println(line);
  }

  private String handle(Source source) throws IOException {
    if (source.size() > sizeMax) {
      throw new IOException(source.size() + " bytes are more than " + sizeMax);
    }
    var there = new HashMap<String, @Nullable HeadObjectResponse>();
    targets(source).forEach(key -> there.put(key, targets.at(key)));
    if (there.values().stream().allMatch(head -> Targets.isMadeOf(source, head))) {
      return "repeated";
    }
    byte[] content;
    try {
      content =
          targets
              .s3()
              .getObjectAsBytes(
                  get -> get.bucket(source.bucket()).key(source.key()).ifMatch(source.etag()))
              .asByteArray();
    } catch (S3Exception e) {
      // Retrying would not bring it back: somebody deleted or replaced it, and that has an event.
      return switch (e.statusCode()) {
        case 404 -> "gone";
        case 412 -> "superseded";
        default -> throw e;
      };
    }
    var written = 0;
    for (var derivative : derive(source, content)) {
      var head = there.get(derivative.key());
      if (!Targets.isMadeOf(source, head) && targets.write(source, derivative, head)) {
        written++;
      }
    }
    return "derived " + written;
  }
}
