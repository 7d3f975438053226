package dev.terrarium.conformance.vectors;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Supplier;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.AbortableInputStream;

/// What the generated services do: remember what they were asked, answer what they were told to.
public final class Served {
  static volatile VectorPojo request;
  static volatile byte[] body;
  static volatile VectorPojo answer;
  static volatile byte[] answerBody = new byte[0];
  static volatile Supplier<VectorError> failure = () -> null;

  private Served() {}

  static void reset() {
    request = null;
    body = null;
    answer = null;
    answerBody = new byte[0];
    failure = () -> null;
  }

  /// One call; generated code calls this.
  @SuppressWarnings({"unchecked", "rawtypes"})
  public static Object serve(VectorPojo asked, RequestBody in, ResponseTransformer out) {
    request = asked;
    try {
      if (in != null) {
        try (var stream = in.contentStreamProvider().newStream()) {
          body = stream.readAllBytes();
        }
      }
      var thrown = failure.get();
      if (thrown != null) {
        throw thrown;
      }
      if (out != null) {
        var stream = AbortableInputStream.create(new ByteArrayInputStream(answerBody));
        return out.transform(answer, stream);
      }
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
