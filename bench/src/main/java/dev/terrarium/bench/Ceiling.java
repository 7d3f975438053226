package dev.terrarium.bench;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What Terrarium is compared with: the same HTTP library, set up in the same way, that reads a
/// request and answers a constant (`/`), or keeps and sends plain files (`/files/`).
final class Ceiling {
  private Ceiling() {}

  /// Listens until it is killed. Arguments: the port, the size of the constant answer, a folder.
  public static void main(String[] args) {
    var answer =
        "x".repeat(Integer.parseInt(args[1])).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    var folder = Path.of(args[2]);
    WebServer.builder()
        .host("127.0.0.1")
        .port(Integer.parseInt(args[0]))
        .maxPayloadSize(-1)
        .backlog(4096)
        .writeQueueLength(0)
        .connectionOptions(options -> options.tcpNoDelay(true))
        .addProtocol(
            Http1Config.builder().validatePath(false).validateRequestHeaders(false).build())
        .routing(routing ->
            routing.any((req, res) -> {
              var path = req.path().rawPath();
              if (path.startsWith("/files/")) {
                file(folder.resolve(path.substring(7)), req, res);
              } else {
                constant(answer, req, res);
              }
            }))
        .build()
        .start();
    System.out.println("up");
  }

  private static void constant(byte[] answer, ServerRequest req, ServerResponse res)
      throws IOException {
    if (req.content().hasEntity()) {
      req.content().inputStream().readNBytes((int) req.headers().contentLength().orElse(0));
    }
    res.header(HeaderNames.CONTENT_TYPE, "application/x-amz-json-1.0");
    res.send(answer);
  }

  private static void file(Path file, ServerRequest req, ServerResponse res) throws IOException {
    if (req.prologue().method().text().equals("PUT")) {
      try (var in = req.content().inputStream();
          var out = Files.newOutputStream(file)) {
        in.transferTo(out);
      }
      res.send(new byte[0]);
    } else {
      res.contentLength(Files.size(file));
      try (var in = Files.newInputStream(file);
          var out = res.outputStream()) {
        in.transferTo(out);
      }
    }
  }
}
