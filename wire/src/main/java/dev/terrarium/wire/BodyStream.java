package dev.terrarium.wire;

import dev.terrarium.kernel.Errors;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/// A body on its way in. If it ends before its announced length, or its framing is broken, that is
/// the caller's error, and said as one wherever the body happens to be read.
final class BodyStream extends FilterInputStream {
  private final long length;
  private long seen;

  /// @param length announced by the caller, or -1
  BodyStream(InputStream in, long length) {
    super(in);
    this.length = length;
  }

  /// The error for a body that is not all there.
  static AwsServiceException incomplete(String message) {
    return Errors.of(400, "IncompleteBody", message);
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int count) throws IOException {
    int n;
    try {
      n = in.read(bytes, offset, count);
    } catch (AwsServiceException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw incomplete("The request body terminated unexpectedly");
    }
    if (n >= 0) {
      seen += n;
    } else if (length > seen) {
      throw incomplete(
          "You did not provide the number of bytes specified by the Content-Length HTTP header");
    }
    return n;
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
