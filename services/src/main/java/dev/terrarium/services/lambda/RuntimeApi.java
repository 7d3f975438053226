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

    /// The error that ended the start.
    void failInit(byte[] error, String errorType);
  }

  /// An invocation with the moment of the machine's time at which it is cut off.
  record Next(Invocation invocation, long deadlineMillis) {}

  private record Request(String method, String path, Map<String, String> headers, byte[] body) {
    String header(String name) {
      return headers.getOrDefault(name, "");
    }
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

  private byte[] answer(Request request) throws InterruptedException {
    var path = request.path.startsWith(PREFIX) ? request.path.substring(PREFIX.length()) : "";
    if (request.method.equals("GET") && path.equals("invocation/next")) {
      return invocation(host.next());
    }
    var errorType = request.header("lambda-runtime-function-error-type");
    if (request.method.equals("POST") && path.equals("init/error")) {
      host.failInit(request.body, errorType);
      return accepted();
    }
    if (request.method.equals("POST") && path.startsWith("invocation/")) {
      var parts = path.split("/");
      if (parts.length == 3 && parts[2].equals("response")) {
        host.respond(parts[1], request.body);
        return accepted();
      } else if (parts.length == 3 && parts[2].equals("error")) {
        host.fail(parts[1], request.body, errorType);
        return accepted();
      }
    }
    var body = "{\"errorMessage\":\"No such path\",\"errorType\":\"NotFound\"}";
    return response("404 Not Found", "Content-Type: application/json\r\n", utf8(body));
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

  private static @Nullable Request read(InputStream in, OutputStream out) throws IOException {
    var first = line(in);
    if (first.isEmpty()) {
      return null;
    }
    var parts = first.split(" ");
    var headers = new HashMap<String, String>();
    for (var line = line(in); !line.isEmpty(); line = line(in)) {
      var colon = line.indexOf(':');
      if (colon > 0) {
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
    }
    if (headers.getOrDefault("expect", "").equalsIgnoreCase("100-continue")) {
      out.write(utf8("HTTP/1.1 100 Continue\r\n\r\n"));
      out.flush();
    }
    var body =
        headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")
            ? chunks(in)
            : exactly(in, Integer.parseInt(headers.getOrDefault("content-length", "0")));
    return new Request(parts[0], parts.length > 1 ? parts[1] : "", headers, body);
  }

  private static byte[] chunks(InputStream in) throws IOException {
    var body = new ByteArrayOutputStream();
    while (true) {
      var size = Integer.parseInt(line(in).split(";")[0].strip(), 16);
      if (size == 0) {
        var trailer = line(in);
        while (!trailer.isEmpty()) {
          trailer = line(in);
        }
        return body.toByteArray();
      }
      if (body.size() + size > BODY_BYTES_MAX) {
        throw new IOException("A response of more than " + BODY_BYTES_MAX + " bytes");
      }
      body.write(exactly(in, size));
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
      if (line.size() > 16 * 1024) {
        throw new IOException("A line of more than 16 KB");
      }
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
