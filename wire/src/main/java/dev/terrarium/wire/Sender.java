package dev.terrarium.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;

/// Sends the one response of a request.
interface Sender {
  /// Sends a response whose body is at hand.
  void send(WireResponse response);

  /// Sends a response whose body streams.
  ///
  /// @param length or -1 if it is not known
  void send(int status, List<Map.Entry<String, String>> headers, long length, InputStream body)
      throws IOException;

  /// Begins a response whose body is written bit by bit; what is flushed leaves at once.
  OutputStream open(int status, Map<String, String> headers);
}
