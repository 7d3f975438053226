package dev.terrarium.services.dynamodb;

import io.airlift.compress.MalformedInputException;
import io.airlift.compress.zstd.ZstdInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// What Zstandard has packed. What is none ends as any other stream that cannot be read.
final class ZstandardStream extends FilterInputStream {
  ZstandardStream(InputStream packed) {
    super(new ZstdInputStream(packed));
  }

  @Override
  public int read() throws IOException {
    try {
      return super.read();
    } catch (MalformedInputException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    try {
      return super.read(into, from, length);
    } catch (MalformedInputException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
