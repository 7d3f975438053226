package dev.terrarium.services.s3;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A range of an object that was put together from parts; opens one part after the other.
final class PartsStream extends InputStream {
  private final Bodies bodies;
  private final List<StoredPart> parts;
  private final Runnable onClose;
  private long skip;
  private long left;
  private int next;
  private @Nullable InputStream current;
  private boolean closed;

  PartsStream(Bodies bodies, List<StoredPart> parts, long from, long to, Runnable onClose) {
    this.bodies = bodies;
    this.parts = parts;
    this.onClose = onClose;
    this.skip = from;
    this.left = to - from;
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
    while (left > 0) {
      var in = current;
      if (in == null) {
        in = openNext();
      }
      var count = in.read(bytes, offset, (int) Math.min(length, left));
      if (count > 0) {
        left -= count;
        return count;
      }
      in.close();
      current = null;
    }
    return -1;
  }

  @Override
  public int available() {
    return (int) Math.min(Integer.MAX_VALUE, left);
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      try {
        if (current != null) {
          current.close();
        }
      } finally {
        onClose.run();
      }
    }
  }

  private InputStream openNext() throws IOException {
    while (skip >= parts.get(next).content().size()) {
      skip -= parts.get(next).content().size();
      next++;
    }
    var content = parts.get(next++).content();
    try {
      var in = bodies.open(content.body(), skip, Math.min(content.size(), skip + left));
      skip = 0;
      current = in;
      return in;
    } catch (Bodies.BodyGoneException e) {
      throw new IOException("A part of a body is gone although it is being read", e);
    }
  }
}
