package dev.terrarium.wire;

import dev.terrarium.kernel.Errors;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/// A body that must have the hash under which it was signed; found out at its end.
final class HashedStream extends FilterInputStream {
  private final MessageDigest digest = SigV4.digest();
  private final String expected;
  private boolean checked;

  HashedStream(InputStream in, String expected) {
    super(in);
    this.expected = expected;
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
    } else if (n < 0 && !checked) {
      checked = true;
      if (!SigV4.hex(digest.digest()).equals(expected)) {
        throw Errors.of(
            400,
            "XAmzContentSHA256Mismatch",
            "The provided 'x-amz-content-sha256' header does not match what was computed.");
      }
    }
    return n;
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
