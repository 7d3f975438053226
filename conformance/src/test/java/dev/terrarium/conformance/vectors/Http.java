package dev.terrarium.conformance.vectors;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// HTTP/1.1 by hand: what a vector says goes out as it is, and nothing of the answer is
/// interpreted.
public final class Http {
  /// A response.
  ///
  /// @param headers by lower-case name
  public record Response(int status, Map<String, List<String>> headers, byte[] body) {
    public String header(String name) {
      var values = headers.get(name.toLowerCase(Locale.ROOT));
      return values == null ? null : String.join(", ", values);
    }

    public String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
      return status + " " + headers + "\n" + text();
    }
  }

  private Http() {}

  /// Sends a request and reads until the server hangs up.
  public static Response send(
      int port, String method, String target, Map<String, String> headers, byte[] body)
      throws IOException {
    var lines = new ArrayList<String>(List.of(method + " " + target + " HTTP/1.1"));
    headers.forEach((name, value) -> lines.add(name + ": " + value));
    lines.add("Content-Length: " + body.length);
    lines.add("Connection: close");
    var head = (String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.UTF_8);
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(20_000);
      var out = new ByteArrayOutputStream();
      out.write(head);
      out.write(body);
      try {
        socket.getOutputStream().write(out.toByteArray());
        socket.getOutputStream().flush();
        socket.shutdownOutput();
      } catch (SocketException e) {
        // It has answered and hung up before it read everything.
      }
      return parse(socket.getInputStream().readAllBytes());
    }
  }

  /// Takes a response apart.
  public static Response parse(byte[] bytes) {
    var text = new String(bytes, StandardCharsets.ISO_8859_1);
    var end = text.indexOf("\r\n\r\n");
    if (end < 0) {
      throw new IllegalStateException("No HTTP response: " + text);
    }
    var lines = text.substring(0, end).split("\r\n");
    var headers = new TreeMap<String, List<String>>();
    for (var line : List.of(lines).subList(1, lines.length)) {
      var colon = line.indexOf(':');
      headers
          .computeIfAbsent(
              line.substring(0, colon).toLowerCase(Locale.ROOT), n -> new ArrayList<>(1))
          .add(line.substring(colon + 1).strip());
    }
    var body = Arrays.copyOfRange(bytes, end + 4, bytes.length);
    if (headers.getOrDefault("transfer-encoding", List.of()).contains("chunked")) {
      body = unchunked(body);
    }
    return new Response(Integer.parseInt(lines[0].split(" ")[1]), headers, body);
  }

  private static byte[] unchunked(byte[] body) {
    var text = new String(body, StandardCharsets.ISO_8859_1);
    var out = new ByteArrayOutputStream();
    for (int at = 0; ; ) {
      var end = text.indexOf("\r\n", at);
      var length = Integer.parseInt(text.substring(at, end).split(";")[0].strip(), 16);
      if (length == 0) {
        return out.toByteArray();
      }
      out.write(body, end + 2, length);
      at = end + 2 + length + 2;
    }
  }
}
