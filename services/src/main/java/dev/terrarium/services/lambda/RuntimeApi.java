package dev.terrarium.services.lambda;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The Lambda Runtime API of one sandbox, version 2018-06-01, on a loopback port of its own.
///
/// Runtime clients know nothing but an address, so the port tells the sandboxes apart. A socket and
/// a virtual thread cost little, and where the JDK's HTTP server writes head and body apart this
/// writes once, which is most of a warm invocation's cost.
final class RuntimeApi implements AutoCloseable {
  private static final String PREFIX = "/2018-06-01/runtime/";
  private static final int BODY_BYTES_MAX = 7 * 1024 * 1024;
  private static final int LINE_BYTES_MAX = 1024 * 1024;

  /// What the runtime is told and tells.
  interface Host {
    /// The next invocation; waits for it.
    ///
    /// @throws InterruptedException if there will be none
    Next next() throws InterruptedException;

    /// The answer to an invocation.
    void respond(String requestId, byte[] payload);

    /// The error that ended an invocation.
    void fail(String requestId, byte[] error, String errorType);

    /// Who wants the answer to an invocation as it comes, or null if it is wanted as a whole.
    @Nullable ResponseSink sink(String requestId);

    /// An answer that came in pieces is at its end.
    ///
    /// @param errorType empty if it ended well
    void streamed(String requestId, byte[] error, String errorType);

    /// The error that ended the start.
    void failInit(byte[] error, String errorType);
  }

  /// An invocation with the moment of the machine's time at which it is cut off.
  record Next(Invocation invocation, long deadlineMillis) {}

  /// A request as far as its headers.
  private record Head(String method, String path, Map<String, String> headers, InputStream in) {
    String header(String name) {
      return headers.getOrDefault(name, "");
    }

    boolean isChunked() {
      return header("transfer-encoding").equalsIgnoreCase("chunked");
    }

    byte[] body() throws IOException {
      if (!isChunked()) {
        return exactly(in, Integer.parseInt(headers.getOrDefault("content-length", "0")));
      }
      var body = new ByteArrayOutputStream();
      chunks(
          in,
          (bytes, length) -> {
            if (body.size() + length > BODY_BYTES_MAX) {
              throw new IOException("A response of more than " + BODY_BYTES_MAX + " bytes");
            }
            body.write(bytes, 0, length);
          });
      return body.toByteArray();
    }
  }

  /// Takes what comes of a body.
  @FunctionalInterface
  private interface Taker {
    void take(byte[] bytes, int length) throws IOException;
  }

  private final ServerSocket server;
  private final Host host;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  RuntimeApi(Host host) throws IOException {
    this.host = host;
    this.server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().name("lambda-runtime-api").start(this::accept);
  }

  /// `host:port`, for `AWS_LAMBDA_RUNTIME_API`.
  String address() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  @Override
  public void close() {
    try {
      server.close();
      for (var socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      System.getLogger(RuntimeApi.class.getName())
          .log(System.Logger.Level.DEBUG, "Closing a runtime API", e);
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        var socket = server.accept();
        socket.setTcpNoDelay(true);
        open.add(socket);
        Thread.ofVirtual().name("lambda-runtime-api").start(() -> serve(socket));
      } catch (IOException _) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      var in = new BufferedInputStream(socket.getInputStream(), 16 * 1024);
      var out = socket.getOutputStream();
      for (var request = read(in, out); request != null; request = read(in, out)) {
        out.write(answer(request));
        out.flush();
      }
    } catch (IOException _) {
      // The runtime has gone; whoever waits for it watches its process.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(socket);
    }
  }

  private byte[] answer(Head request) throws IOException, InterruptedException {
    var path = request.path.startsWith(PREFIX) ? request.path.substring(PREFIX.length()) : "";
    if (request.method.equals("GET") && path.equals("invocation/next")) {
      request.body();
      return invocation(host.next());
    }
    var streaming =
        request.header("lambda-runtime-function-response-mode").equalsIgnoreCase("streaming");
    if (request.method.equals("POST") && streaming && path.endsWith("/response")) {
      stream(path.split("/")[1], request);
      return accepted();
    }
    var body = request.body();
    var errorType = request.header("lambda-runtime-function-error-type");
    if (request.method.equals("POST") && path.equals("init/error")) {
      host.failInit(body, errorType);
      return accepted();
    }
    if (request.method.equals("POST") && path.startsWith("invocation/")) {
      var parts = path.split("/");
      if (parts.length == 3 && parts[2].equals("response")) {
        host.respond(parts[1], body);
        return accepted();
      } else if (parts.length == 3 && parts[2].equals("error")) {
        host.fail(parts[1], body, errorType);
        return accepted();
      }
    }
    var unknown = "{\"errorMessage\":\"No such path\",\"errorType\":\"NotFound\"}";
    return response("404 Not Found", "Content-Type: application/json\r\n", utf8(unknown));
  }

  /// Takes an answer that comes in pieces, each handed on at once if somebody wants it so.
  private void stream(String requestId, Head request) throws IOException {
    var sink = host.sink(requestId);
    var whole = new ByteArrayOutputStream();
    var pieces = new Pieces(sink, whole);
    if (sink != null) {
      sink.begin(request.header("content-type"));
    }
    var trailers = Map.<String, String>of();
    if (request.isChunked()) {
      trailers = chunks(request.in, pieces);
    } else {
      var body = request.body();
      pieces.take(body, body.length);
    }
    var type = trailers.getOrDefault("lambda-runtime-function-error-type", "");
    var error = trailers.getOrDefault("lambda-runtime-function-error-body", "");
    var bytes = error.isEmpty() ? new byte[0] : Base64.getDecoder().decode(error);
    if (sink != null) {
      host.streamed(requestId, bytes, type);
    } else if (type.isEmpty()) {
      host.respond(requestId, whole.toByteArray());
    } else {
      host.fail(requestId, bytes, type);
    }
  }

  /// Hands pieces on until nobody wants more.
  private static final class Pieces implements Taker {
    private final @Nullable ResponseSink sink;
    private final ByteArrayOutputStream whole;
    private long total;
    private boolean wanted = true;

    Pieces(@Nullable ResponseSink sink, ByteArrayOutputStream whole) {
      this.sink = sink;
      this.whole = whole;
    }

    @Override
    public void take(byte[] bytes, int length) {
      total += length;
      if (sink == null) {
        // One byte more than fits makes the host say that it is too much.
        whole.write(bytes, 0, Math.min(length, Math.max(0, BODY_BYTES_MAX - whole.size())));
      } else if (wanted && total <= ResponseSink.BYTES_MAX) {
        try {
          sink.write(bytes, length);
        } catch (IOException _) {
          wanted = false;
        }
      }
    }
  }

  private static byte[] accepted() {
    return response(
        "202 Accepted", "Content-Type: application/json\r\n", utf8("{\"status\":\"OK\"}"));
  }

  private static byte[] invocation(Next next) {
    var invocation = next.invocation;
    var headers =
        "Content-Type: application/json\r\nLambda-Runtime-Aws-Request-Id: "
            + invocation.requestId()
            + "\r\nLambda-Runtime-Deadline-Ms: "
            + next.deadlineMillis
            + "\r\nLambda-Runtime-Invoked-Function-Arn: "
            + invocation.functionArn()
            + "\r\nLambda-Runtime-Trace-Id: "
            + invocation.traceHeader()
            + "\r\n";
    if (!invocation.clientContext().isEmpty()) {
      headers += "Lambda-Runtime-Client-Context: " + invocation.clientContext() + "\r\n";
    }
    return response("200 OK", headers, invocation.payload());
  }

  private static byte[] response(String status, String headers, byte[] body) {
    var head =
        utf8(
            "HTTP/1.1 "
                + status
                + "\r\n"
                + headers
                + "Content-Length: "
                + body.length
                + "\r\n\r\n");
    var all = new byte[head.length + body.length];
    System.arraycopy(head, 0, all, 0, head.length);
    System.arraycopy(body, 0, all, head.length, body.length);
    return all;
  }

  private static @Nullable Head read(InputStream in, OutputStream out) throws IOException {
    var first = line(in);
    if (first.isEmpty()) {
      return null;
    }
    var parts = first.split(" ");
    var headers = headers(in);
    if (headers.getOrDefault("expect", "").equalsIgnoreCase("100-continue")) {
      out.write(utf8("HTTP/1.1 100 Continue\r\n\r\n"));
      out.flush();
    }
    return new Head(parts[0], parts.length > 1 ? parts[1] : "", headers, in);
  }

  private static Map<String, String> headers(InputStream in) throws IOException {
    var headers = new HashMap<String, String>();
    for (var line = line(in); !line.isEmpty(); line = line(in)) {
      var colon = line.indexOf(':');
      if (colon > 0) {
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
    }
    return headers;
  }

  /// Reads a body in chunks and returns its trailers.
  private static Map<String, String> chunks(InputStream in, Taker taker) throws IOException {
    while (true) {
      var size = Integer.parseInt(line(in).split(";")[0].strip(), 16);
      if (size == 0) {
        return headers(in);
      }
      taker.take(exactly(in, size), size);
      line(in);
    }
  }

  private static byte[] exactly(InputStream in, int length) throws IOException {
    if (length < 0 || length > 64 * 1024 * 1024) {
      throw new IOException("A body of " + length + " bytes");
    }
    var bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new IOException("The body ends too early");
    }
    return bytes;
  }

  private static String line(InputStream in) throws IOException {
    var line = new ByteArrayOutputStream(80);
    for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
      if (b != '\r') {
        line.write(b);
      }
      if (line.size() > LINE_BYTES_MAX) {
        throw new IOException("A line of more than " + LINE_BYTES_MAX + " bytes");
      }
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
