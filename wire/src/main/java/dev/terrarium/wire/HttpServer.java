package dev.terrarium.wire;

import dev.terrarium.kernel.Cloud;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Terrarium's port: HTTP/1.1 and HTTP/2, a virtual thread per request.
public final class HttpServer implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(HttpServer.class.getName());
  private static final int HEADER_BYTES_MAX = 64 * 1024;
  private static final int PROLOGUE_BYTES_MAX = 64 * 1024;
  private static final int DRAINED_BYTES_MAX = 1024 * 1024;

  private static final KnownNames NAMES = new KnownNames();

  private final WebServer server;

  /// Starts to listen.
  ///
  /// @param host the address to listen on
  /// @param port 0 for any free one
  /// @param enforce whether signatures are verified
  /// @param snapshots where snapshots go, or null if nothing is kept on disk
  public HttpServer(Cloud cloud, String host, int port, boolean enforce, @Nullable Path snapshots) {
    var gateway = new Gateway(cloud, enforce, snapshots);
    this.server =
        WebServer.builder()
            .host(host)
            .port(port)
            .shutdownHook(false)
            .maxPayloadSize(-1)
            .backlog(4096)
            .writeQueueLength(0)
            // Nagle's algorithm and a client's delayed acknowledgement hold each other up for 40
            // ms.
            .connectionOptions(options -> options.tcpNoDelay(true))
            .contentEncoding(new EncodingsUntouched())
            .addProtocol(
                Http1Config.builder()
                    .maxHeadersSize(HEADER_BYTES_MAX)
                    .maxPrologueLength(PROLOGUE_BYTES_MAX)
                    .validatePath(false)
                    // It would refuse every Content-Encoding, and with it aws-chunked.
                    .validateRequestHeaders(false)
                    .build())
            .routing(routing -> routing.any((req, res) -> handle(gateway, req, res)))
            .build()
            .start();
    cloud.endpoint("http://localhost:" + server.port());
    cloud.enforcing(enforce);
  }

  /// The port that it listens on.
  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.stop();
  }

  private static void handle(Gateway gateway, ServerRequest req, ServerResponse res)
      throws IOException {
    var headers = HashMap.<String, List<String>>newHashMap(req.headers().size());
    for (var header : req.headers()) {
      var one = header.valueCount() == 1;
      headers.put(
          header.headerName().lowerCase(), one ? List.of(header.get()) : header.allValues());
    }
    if (!headers.containsKey("host") && !req.prologue().protocolVersion().startsWith("1.")) {
      headers.put("host", List.of(req.authority()));
    }
    var in =
        req.content().hasEntity() ? req.content().inputStream() : InputStream.nullInputStream();
    var request =
        new WireRequest(
            req.prologue().method().text().toUpperCase(Locale.ROOT),
            req.prologue().uriPath().rawPath(),
            req.prologue().query().rawValue(),
            headers,
            new BodyStream(in, length(headers)),
            req.remotePeer().host());
    var first = !req.prologue().protocolVersion().startsWith("2");
    var unasked = first && headers.containsKey("expect") && !req.content().hasEntity();
    if (unasked) {
      // Helidon sends no 100 for an empty body. botocore takes the answer all the same, but then
      // misreads the next one.
      res.headers().set(HeaderValues.CONNECTION_CLOSE);
    }
    gateway.handle(request, new HelidonSender(res));
    if (first && (unasked || isLast(headers))) {
      // Helidon says that it closes and does not (helidon-io/helidon#12324): who reads to the end
      // of the connection would wait for ever.
      if (res instanceof RoutingResponse answer) {
        answer.commit();
      }
      drain(in, headers);
      throw new CloseConnectionException("The client asked for it");
    }
  }

  /// What was sent and not read would reset the connection, and the answer might be lost with it.
  private static void drain(InputStream in, Map<String, List<String>> headers) {
    if (headers.containsKey("expect")) {
      return;
    }
    try {
      in.readNBytes(DRAINED_BYTES_MAX);
    } catch (IOException | RuntimeException e) {
      LOG.log(System.Logger.Level.TRACE, "Nothing more comes of a body that was answered", e);
    }
  }

  private static boolean isLast(Map<String, List<String>> headers) {
    return headers.getOrDefault("connection", List.of()).stream()
        .anyMatch(value -> value.toLowerCase(Locale.ROOT).contains("close"));
  }

  /// The announced length, or -1 if there is none that could be one.
  private static long length(Map<String, List<String>> headers) {
    var announced = headers.get("content-length");
    if (announced == null || announced.getFirst().length() > 18) {
      return -1;
    }
    long length = 0;
    for (var digit : announced.getFirst().getBytes(StandardCharsets.US_ASCII)) {
      if (digit < '0' || digit > '9') {
        return -1;
      }
      length = 10 * length + digit - '0';
    }
    return announced.getFirst().isEmpty() ? -1 : length;
  }

  /// Names that have been sent before: making one means to look at each of its letters.
  private static final class KnownNames {
    private static final int KEPT_MAX = 1000;
    private final ConcurrentHashMap<String, HeaderName> kept = new ConcurrentHashMap<>();

    HeaderName of(String name) {
      var known = kept.get(name);
      if (known == null) {
        known = HeaderNames.create(name);
        if (kept.size() < KEPT_MAX) {
          kept.put(name, known);
        }
      }
      return known;
    }
  }

  private record HelidonSender(ServerResponse res) implements Sender {
    @Override
    public void send(WireResponse response) {
      res.status(Status.create(response.status()));
      headers(response.headers());
      res.send(response.body());
    }

    @Override
    public void send(
        int status, List<Map.Entry<String, String>> headers, long length, InputStream body)
        throws IOException {
      res.status(Status.create(status));
      headers(headers);
      if (length >= 0) {
        res.contentLength(length);
      }
      try (var out = res.outputStream()) {
        body.transferTo(out);
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
    }

    @Override
    public OutputStream open(int status, Map<String, String> headers) {
      res.status(Status.create(status));
      headers(List.copyOf(headers.entrySet()));
      return res.outputStream();
    }

    private void headers(List<Map.Entry<String, String>> headers) {
      for (var header : headers) {
        res.headers().add(NAMES.of(header.getKey()), header.getValue());
      }
    }
  }
}
