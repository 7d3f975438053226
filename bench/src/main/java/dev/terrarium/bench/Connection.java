package dev.terrarium.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// One connection of a load: sends a request, waits for the whole answer, sends the next.
final class Connection {
  private static final int BUFFER_BYTES = 64 * 1024;

  private final SocketChannel channel;
  private final ByteBuffer in = ByteBuffer.allocate(BUFFER_BYTES);
  private long bodyLeft = -1;
  private long sentAt;
  private ByteBuffer out = ByteBuffer.allocate(0);

  Connection(Selector selector, int port) throws IOException {
    channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    channel.setOption(java.net.StandardSocketOptions.TCP_NODELAY, true);
    channel.configureBlocking(false);
    channel.register(selector, SelectionKey.OP_READ, this);
  }

  void send(byte[] request) throws IOException {
    sentAt = System.nanoTime();
    out = ByteBuffer.wrap(request);
    while (out.hasRemaining()) {
      channel.write(out);
    }
  }

  long sentAt() {
    return sentAt;
  }

  /// Reads what has come.
  ///
  /// @return whether the answer is complete
  boolean receive() throws IOException {
    while (true) {
      var count = channel.read(in);
      if (count < 0) {
        throw new EOFException("The server closed the connection");
      }
      if (complete()) {
        return true;
      }
      if (count == 0) {
        return false;
      }
    }
  }

  private boolean complete() {
    if (bodyLeft < 0) {
      var end = headEnd();
      if (end < 0) {
        return false;
      }
      head(new String(in.array(), 0, end, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT));
      bodyLeft -= in.position() - end;
    } else {
      bodyLeft -= in.position();
    }
    in.clear();
    if (bodyLeft > 0) {
      return false;
    }
    bodyLeft = -1;
    return true;
  }

  private int headEnd() {
    var bytes = in.array();
    for (int i = 3; i < in.position(); i++) {
      if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n') {
        return i + 1;
      }
    }
    return -1;
  }

  private void head(String head) {
    if (!head.startsWith("http/1.1 2")) {
      throw new IllegalStateException("Answered " + head.lines().findFirst().orElse("nothing"));
    }
    var at = head.indexOf("content-length:");
    if (at < 0) {
      throw new IllegalStateException("An answer without a length: " + head);
    }
    bodyLeft = Long.parseLong(head.substring(at + 15, head.indexOf('\r', at)).trim());
  }

  void close() throws IOException {
    channel.close();
  }
}
