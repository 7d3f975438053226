package dev.terrarium.services.s3.select;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// The records of a text that begin in a range of its bytes; the last one whole, wherever it ends.
public final class RecordRange extends FilterInputStream {
  private final byte delimiter;
  private final long last;
  private long at;
  private boolean inRecord;
  private boolean ended;

  /// @param first the first byte at which a record may begin
  /// @param last the last one
  /// @param delimiter the last byte of what ends a record
  public RecordRange(InputStream in, long first, long last, byte delimiter) throws IOException {
    super(new BufferedInputStream(in, 64 * 1024));
    this.delimiter = delimiter;
    this.last = last;
    if (first > 0) {
      // A record begins at the first byte if, and only if, another one ends right before it.
      super.in.skipNBytes(first - 1);
      at = first - 1;
      int value;
      do {
        value = super.in.read();
        at++;
      } while (value >= 0 && (byte) value != delimiter);
    }
  }

  @Override
  public int read() throws IOException {
    if (ended || !inRecord && at > last) {
      ended = true;
      return -1;
    }
    var value = in.read();
    if (value < 0) {
      ended = true;
      return -1;
    }
    at++;
    inRecord = (byte) value != delimiter;
    return value;
  }

  @Override
  public int read(byte[] to, int from, int length) throws IOException {
    int count = 0;
    while (count < length) {
      var value = read();
      if (value < 0) {
        return count == 0 ? -1 : count;
      }
      to[from + count++] = (byte) value;
    }
    return count;
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
