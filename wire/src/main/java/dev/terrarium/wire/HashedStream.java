package dev.terrarium.wire;

import dev.terrarium.kernel.Errors;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/// A body that must have the hash under which it was signed. Its last byte is not handed out before
/// that is known, so that nobody who reads as much as was announced is left with a false body.
final class HashedStream extends FilterInputStream {
  private final MessageDigest digest = SigV4.digest();
  private final String expected;
  private long left;
  private boolean checked;

  /// @param length as announced, or -1: then it is the end that tells
  HashedStream(InputStream in, String expected, long length) {
    super(in);
    this.expected = expected;
    this.left = length;
    if (length == 0) {
      check();
    }
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    var n = in.read(bytes, offset, length);
    if (n > 0) {
      digest.update(bytes, offset, n);
      left -= n;
    }
    if (n < 0 || n > 0 && left == 0) {
      check();
    }
    return n;
  }

  private void check() {
    if (checked) {
      return;
    }
    checked = true;
    if (!SigV4.hex(digest.digest()).equals(expected)) {
      throw Errors.of(
          400,
          "XAmzContentSHA256Mismatch",
          "The provided 'x-amz-content-sha256' header does not match what was computed.");
    }
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
