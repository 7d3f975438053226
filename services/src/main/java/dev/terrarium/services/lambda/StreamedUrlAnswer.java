package dev.terrarium.services.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Principal;
import dev.terrarium.kernel.Scope;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.services.lambda.LambdaAsyncClient;
import software.amazon.awssdk.services.lambda.model.InvokeResponseStreamUpdate;
import software.amazon.awssdk.services.lambda.model.InvokeWithResponseStreamCompleteEvent;
import software.amazon.awssdk.services.lambda.model.InvokeWithResponseStreamRequest;
import software.amazon.awssdk.services.lambda.model.InvokeWithResponseStreamResponse;
import software.amazon.awssdk.services.lambda.model.InvokeWithResponseStreamResponseEvent;
import software.amazon.awssdk.services.lambda.model.InvokeWithResponseStreamResponseHandler;

/// The answer of a function whose URL streams: what comes before eight zero bytes says how the
/// answer begins, if the function says so; the rest is passed on as it comes.
final class StreamedUrlAnswer extends InputStream {
  /// How URLs tell the guard under which kind of authorisation they invoke.
  static final ExecutionAttribute<String> AUTH_TYPE =
      new ExecutionAttribute<>("TerrariumFunctionUrlAuthType");

  private static final String INTEGRATION = "application/vnd.awslambda.http-integration-response";
  private static final int PRELUDE_BYTES_MAX = 1024 * 1024;
  private static final int ZEROS = 8;

  private final EventQueue events = new EventQueue();
  private final CompletableFuture<InvokeWithResponseStreamResponse> response =
      new CompletableFuture<>();
  private byte[] piece = new byte[0];
  private int at;
  private boolean over;

  /// Invokes the function.
  ///
  /// @throws AwsServiceException if it cannot be invoked
  static FunctionUrls.Response invoke(
      Cloud cloud, Scope scope, Principal visitor, InvokeWithResponseStreamRequest request)
      throws IOException {
    var answer = new StreamedUrlAnswer();
    var handler =
        InvokeWithResponseStreamResponseHandler.builder()
            .onResponse(answer.response::complete)
            .onEventStream(publisher -> publisher.subscribe(answer.events))
            .onError(answer.response::completeExceptionally)
            .build();
    var done =
        cloud
            .client(LambdaAsyncClient.class, scope, visitor)
            .invokeWithResponseStream(request, handler);
    var _ =
        done.whenComplete((nothing, error) -> {
          if (error != null) {
            answer.response.completeExceptionally(error);
          }
        });
    return answer.response();
  }

  private FunctionUrls.Response response() throws IOException {
    InvokeWithResponseStreamResponse begun;
    try {
      begun = response.get();
    } catch (ExecutionException e) {
      var cause = e.getCause() instanceof CompletionException c ? c.getCause() : e.getCause();
      if (cause instanceof AwsServiceException error) {
        throw error;
      }
      throw new IOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
    var headers = new TreeMap<String, List<String>>(String.CASE_INSENSITIVE_ORDER);
    int status = 200;
    try {
      if (INTEGRATION.equals(begun.responseStreamContentType())) {
        var prelude = prelude();
        status = prelude.path("statusCode").asInt(200);
        headers.put("Content-Type", List.of("application/octet-stream"));
        prelude
            .path("headers")
            .properties()
            .forEach(h -> headers.put(h.getKey(), List.of(h.getValue().asText())));
        var cookies = new ArrayList<String>();
        prelude.path("cookies").forEach(cookie -> cookies.add(cookie.asText()));
        if (!cookies.isEmpty()) {
          headers.put("Set-Cookie", cookies);
        }
      } else {
        headers.put("Content-Type", List.of(begun.responseStreamContentType()));
        fill();
      }
    } catch (IOException | IllegalArgumentException e) {
      System.getLogger(StreamedUrlAnswer.class.getName())
          .log(System.Logger.Level.DEBUG, "A function failed before it answered", e);
      close();
      return new FunctionUrls.Response(
          502, Map.of(), "Internal Server Error".getBytes(StandardCharsets.UTF_8));
    }
    return new FunctionUrls.Response(status, headers, new byte[0], this);
  }

  private JsonNode prelude() throws IOException {
    var text = new ByteArrayOutputStream();
    for (int zeros = 0; zeros < ZEROS; ) {
      var b = read();
      if (b < 0 || text.size() > PRELUDE_BYTES_MAX) {
        throw new IOException("The answer has no end of its beginning");
      }
      zeros = b == 0 ? zeros + 1 : 0;
      if (b != 0) {
        text.write(b);
      }
    }
    return Json.parse(text.toString(StandardCharsets.UTF_8));
  }

  /// Makes sure that there is something to read, or that it is over.
  private void fill() throws IOException {
    while (at == piece.length && !over) {
      switch (events.take()) {
        case InvokeResponseStreamUpdate update -> {
          piece = update.payload().asByteArrayUnsafe();
          at = 0;
        }
        case InvokeWithResponseStreamCompleteEvent end -> {
          over = true;
          if (end.errorCode() != null) {
            throw new IOException("The function failed: " + end.errorDetails());
          }
        }
        default -> over = true;
      }
    }
  }

  @Override
  public int read() throws IOException {
    fill();
    return over ? -1 : piece[at++] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    fill();
    if (over) {
      return -1;
    }
    var count = Math.min(length, piece.length - at);
    System.arraycopy(piece, at, bytes, offset, count);
    at += count;
    return count;
  }

  /// What has come leaves before more is waited for.
  @Override
  public long transferTo(OutputStream out) throws IOException {
    long total = 0;
    for (fill(); !over; fill()) {
      out.write(piece, at, piece.length - at);
      out.flush();
      total += piece.length - at;
      at = piece.length;
    }
    return total;
  }

  @Override
  public void close() {
    events.cancel();
  }

  /// Takes events one by one, each asked for when it is wanted.
  private static final class EventQueue
      implements Subscriber<InvokeWithResponseStreamResponseEvent> {
    private static final Object END = new Object();

    private final BlockingQueue<Object> waiting = new LinkedBlockingQueue<>();
    private final CompletableFuture<Subscription> subscription = new CompletableFuture<>();

    Object take() throws IOException {
      try {
        subscription.get().request(1);
        var next = waiting.take();
        if (next instanceof Throwable error) {
          throw new IOException(error);
        }
        return next;
      } catch (ExecutionException e) {
        throw new IOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException(e);
      }
    }

    void cancel() {
      var _ = subscription.thenAccept(Subscription::cancel);
    }

    @Override
    public void onSubscribe(Subscription made) {
      subscription.complete(made);
    }

    @Override
    public void onNext(InvokeWithResponseStreamResponseEvent event) {
      waiting.add(event);
    }

    @Override
    public void onError(Throwable error) {
      waiting.add(error);
    }

    @Override
    public void onComplete() {
      waiting.add(END);
    }
  }
}
