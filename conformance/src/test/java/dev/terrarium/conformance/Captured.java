package dev.terrarium.conformance;

import dev.terrarium.kernel.model.Operation;
import dev.terrarium.kernel.model.ServiceModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;

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
    var http = execute.httpRequest();
    var headers = new LinkedHashMap<String, String>();
    http.forEachHeader((name, values) -> headers.put(name, String.join(",", values)));
    var body = new byte[0];
    if (execute.contentStreamProvider().isPresent()) {
      try (var in = execute.contentStreamProvider().get().newStream()) {
        body = in.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
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
