package dev.terrarium.services.firehose.conversion;

import dev.terrarium.services.firehose.Snappy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.GZIPOutputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/// Compresses Parquet's pages with what is there: Parquet's own codecs are Hadoop's.
final class ParquetCodecs implements CompressionCodecFactory {
  @Override
  public BytesInputCompressor getCompressor(CompressionCodecName name) {
    return new BytesInputCompressor() {
      @Override
      public BytesInput compress(BytesInput page) throws IOException {
        return switch (name) {
          case GZIP -> {
            var out = new ByteArrayOutputStream();
            try (var gzip = new GZIPOutputStream(out)) {
              page.writeAllTo(gzip);
            }
            yield BytesInput.from(out.toByteArray());
          }
          case SNAPPY -> {
            var out = new ByteArrayOutputStream();
            page.writeAllTo(out);
            var bytes = out.toByteArray();
            yield BytesInput.from(Snappy.compress(bytes, 0, bytes.length));
          }
          default -> page;
        };
      }

      @Override
      public CompressionCodecName getCodecName() {
        return name;
      }

      @Override
      public void release() {}
    };
  }

  @Override
  public BytesInputDecompressor getDecompressor(CompressionCodecName name) {
    throw new UnsupportedOperationException("Nothing is read");
  }

  @Override
  public void release() {}
}
