package dev.terrarium.conformance;

import dev.terrarium.kernel.model.Operation;
import dev.terrarium.kernel.model.ServiceModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.async.AsyncExecuteRequest;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.async.SimpleSubscriber;

/// An HTTP request that the SDK made and did not send.
///
/// @param target path and query as they are sent
record Captured(String method, String target, Map<String, String> headers, byte[] body) {
  /// Thrown instead of sending.
  private static final class Caught extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Captured request;

    Caught(Captured request) {
      this.request = request;
    }
  }

  /// What the SDK sends for a call, or nothing if it refuses to.
  static Optional<Captured> of(
      ServiceModel model, Object client, Operation operation, SdkPojo request, byte[] body) {
    if (operation.streamsEvents()) {
      return ofEvents(model, operation, request);
    }
    try {
      Clients.call(client, operation, request, body);
    } catch (RuntimeException e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof Caught caught) {
          return Optional.of(caught.request);
        }
      }
    }
    return Optional.empty();
  }

  /// Only the asynchronous client has operations that answer with events. What it sends has no body
  /// that streams.
  private static Optional<Captured> ofEvents(
      ServiceModel model, Operation operation, SdkPojo request) {
    var caught = new AtomicReference<Captured>();
    var http =
        new SdkAsyncHttpClient() {
          @Override
          public CompletableFuture<Void> execute(AsyncExecuteRequest sent) {
            var body = new ByteArrayOutputStream();
            sent.requestContentPublisher()
                .subscribe(new SimpleSubscriber(part -> body.writeBytes(bytes(part))));
            caught.set(captured(sent.request(), body.toByteArray()));
            var caughtIt = new IllegalStateException("Caught");
            sent.responseHandler().onError(caughtIt);
            return CompletableFuture.failedFuture(caughtIt);
          }

          @Override
          public void close() {}
        };
    try {
      var type =
          Class.forName(
              ServiceModel.asyncName(model.client()), true, model.client().getClassLoader());
      var client = Clients.of(type, URI.create("http://127.0.0.1:1"), http, Clients.KEYS);
      var handler =
          Proxy.newProxyInstance(
              type.getClassLoader(),
              new Class<?>[] {operation.method().getParameterTypes()[1]},
              (proxy, method, arguments) -> null);
      ((CompletableFuture<?>) operation.method().invoke(client, request, handler))
          .handle((answer, thrown) -> thrown)
          .get(20, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new IllegalStateException(e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
    return Optional.ofNullable(caught.get());
  }

  private static byte[] bytes(ByteBuffer part) {
    var bytes = new byte[part.remaining()];
    part.get(bytes);
    return bytes;
  }

  /// A client whose requests end here.
  static Object client(Class<?> type, URI endpoint) {
    return Clients.of(type, endpoint, new Catching(), Clients.KEYS);
  }

  private static final class Catching implements SdkHttpClient {
    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
      return new ExecutableHttpRequest() {
        @Override
        public HttpExecuteResponse call() {
          throw new Caught(captured(request));
        }

        @Override
        public void abort() {}
      };
    }

    @Override
    public void close() {}
  }

  static Captured captured(HttpExecuteRequest execute) {
    var body = new byte[0];
    if (execute.contentStreamProvider().isPresent()) {
      try (var in = execute.contentStreamProvider().get().newStream()) {
        body = in.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return captured(execute.httpRequest(), body);
  }

  private static Captured captured(SdkHttpRequest http, byte[] body) {
    var headers = new LinkedHashMap<String, String>();
    http.forEachHeader((name, values) -> headers.put(name, String.join(",", values)));
    headers.remove("Content-Length");
    headers.remove("Expect");
    headers.remove("Transfer-Encoding");
    var query = http.encodedQueryParameters().map(q -> "?" + q).orElse("");
    var path = http.encodedPath().isEmpty() ? "/" : http.encodedPath();
    return new Captured(http.method().name(), path + query, headers, body);
  }

  Captured with(String method, String target, Map<String, String> headers, byte[] body) {
    return new Captured(method, target, headers, body);
  }

  /// The request as lines and bytes on a connection that ends with it.
  byte[] toBytes() {
    var lines = new ArrayList<String>(List.of(method + " " + target + " HTTP/1.1"));
    headers.forEach((name, value) -> lines.add(name + ": " + value));
    var chunked = headers.containsKey("Transfer-Encoding");
    if (!headers.containsKey("Content-Length") && !chunked) {
      lines.add("Content-Length: " + body.length);
    }
    lines.add("Connection: close");
    var head =
        (String.join("\r\n", lines) + "\r\n\r\n")
            .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    var all = java.util.Arrays.copyOf(head, head.length + body.length);
    System.arraycopy(body, 0, all, head.length, body.length);
    return all;
  }
}
