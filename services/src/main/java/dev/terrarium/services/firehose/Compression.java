package dev.terrarium.services.firehose;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import software.amazon.awssdk.services.firehose.model.CompressionFormat;

/// How objects are compressed.
final class Compression {
  private Compression() {}

  static byte[] compress(CompressionFormat format, byte[] data) {
    try {
      var out = new ByteArrayOutputStream();
      switch (format) {
        case GZIP -> {
          try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(data);
          }
        }
        case ZIP -> {
          try (var zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("data"));
            zip.write(data);
            zip.closeEntry();
          }
        }
        case SNAPPY -> Snappy.writeFramed(data, out);
        case HADOOP_SNAPPY -> Snappy.writeHadoop(data, out);
        case UNCOMPRESSED, UNKNOWN_TO_SDK_VERSION -> out.write(data);
      }
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String extension(CompressionFormat format) {
    return switch (format) {
      case GZIP -> ".gz";
      case ZIP -> ".zip";
      case SNAPPY -> ".snappy";
      case HADOOP_SNAPPY -> ".hsnappy";
      case UNCOMPRESSED, UNKNOWN_TO_SDK_VERSION -> "";
    };
  }
}
