package dev.terrarium.wire;

import dev.terrarium.kernel.Trailers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Takes `aws-chunked` apart: `<hex length>;chunk-signature=…\r\n<data>\r\n` … `0\r\n`, then
/// trailers.
///
/// Watches the chunks for whoever verifies them, and keeps the trailers. The last byte of what was
/// announced is not handed out before chunk and trailers behind it have been seen, so that nobody
/// who reads just as much misses a signature or a checksum.
final class AwsChunkedStream extends InputStream implements Trailers {
  private static final int LINE_MAX = 16 * 1024;

  /// Sees chunks and trailers as they pass.
  interface Watcher {
    /// A part of a chunk's data.
    void data(byte[] bytes, int from, int length);

    /// The end of a chunk, with the signature that it claims, or null.
    void endOfChunk(@Nullable String signature);

    /// The end of everything.
    ///
    /// @param trailers names in lower case, in the order in which they came
    void end(Map<String, String> trailers);

    /// Sees nothing wrong with anything.
    Watcher NONE =
        new Watcher() {
          @Override
          public void data(byte[] bytes, int from, int length) {}

          @Override
          public void endOfChunk(@Nullable String signature) {}

          @Override
          public void end(Map<String, String> trailers) {}
        };
  }

  private final InputStream in;
  private final Watcher watcher;
  private final Map<String, String> trailers = new LinkedHashMap<>();
  private final boolean announced;
  private long left;
  private long missing;
  private @Nullable String signature;
  private boolean ended;

  /// @param length of everything in the chunks, as announced, or -1
  AwsChunkedStream(InputStream in, long length, Watcher watcher) throws IOException {
    this.in = in;
    this.announced = length >= 0;
    this.missing = length;
    this.watcher = watcher;
    if (length == 0) {
      nextChunk();
    }
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (left == 0) {
      if (ended) {
        return -1;
      }
      nextChunk();
    }
    var n = in.read(bytes, offset, (int) Math.min(length, left));
    if (n < 0) {
      throw BodyStream.incomplete("The request body terminated unexpectedly");
    }
    left -= n;
    missing -= n;
    watcher.data(bytes, offset, n);
    if (left == 0) {
      if (!line().isEmpty()) {
        throw BodyStream.incomplete("A chunk is longer than it says");
      }
      watcher.endOfChunk(signature);
      if (missing == 0) {
        nextChunk();
      }
    }
    return n;
  }

  private void nextChunk() throws IOException {
    var header = line();
    var semicolon = header.indexOf(';');
    try {
      left = Long.parseLong(semicolon < 0 ? header : header.substring(0, semicolon), 16);
    } catch (NumberFormatException e) {
      throw BodyStream.incomplete("A chunk has no length");
    }
    if (left < 0) {
      throw BodyStream.incomplete("A chunk has no length");
    } else if (announced && left > missing) {
      throw BodyStream.incomplete("The body is longer than x-amz-decoded-content-length says");
    }
    var claim = header.indexOf("chunk-signature=");
    signature = claim < 0 ? null : header.substring(claim + 16).strip();
    if (left == 0) {
      watcher.endOfChunk(signature);
      readTrailers();
      ended = true;
      if (missing > 0) {
        throw BodyStream.incomplete(
            "You did not provide the number of bytes specified by the Content-Length HTTP header");
      }
      watcher.end(trailers);
    }
  }

  private void readTrailers() throws IOException {
    while (true) {
      var line = lineOrEnd();
      if (line == null || line.isEmpty()) {
        return;
      }
      var colon = line.indexOf(':');
      if (colon > 0) {
        var name = line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
        trailers.put(name, line.substring(colon + 1).strip());
      }
      if (trailers.size() > 32) {
        throw BodyStream.incomplete("Too many trailers");
      }
    }
  }

  private String line() throws IOException {
    var line = lineOrEnd();
    if (line == null) {
      throw BodyStream.incomplete("The request body terminated unexpectedly");
    }
    return line;
  }

  private @Nullable String lineOrEnd() throws IOException {
    var line = new StringBuilder(96);
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        return line.isEmpty() ? null : line.toString();
      }
      if (line.length() > LINE_MAX) {
        throw BodyStream.incomplete("A chunk's header is too long");
      }
      line.append((char) c);
    }
    var length = line.length();
    if (length > 0 && line.charAt(length - 1) == '\r') {
      line.setLength(length - 1);
    }
    return new String(
        line.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  @Override
  public Map<String, String> trailers() {
    return trailers;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
