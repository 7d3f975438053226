package dev.terrarium.services.firehose.conversion;

import dev.terrarium.services.firehose.conversion.HiveType.Struct;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.orc.CompressionKind;
import org.apache.orc.InMemoryKeystore;
import org.apache.orc.MemoryManager;
import org.apache.orc.OrcConf;
import org.apache.orc.OrcFile;
import org.apache.orc.TypeDescription;
import org.apache.orc.Writer;
import org.apache.orc.impl.PhysicalFsWriter;
import org.apache.orc.impl.WriterImpl;
import org.apache.orc.impl.writer.WriterEncryptionVariant;
import org.apache.orc.storage.ql.exec.vector.VectorizedRowBatch;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.firehose.model.OrcSerDe;

/// Writes an ORC file. What is not yet written of a stripe is held in memory.
///
/// ORC's writer wants Hadoop's file systems and configurations by their types; it is given a stream
/// and an empty configuration, so that hardly more than those classes themselves is needed.
final class OrcRowWriter implements RowWriter {
  private static final int STRIPE_BYTES = 64 * 1024 * 1024;
  private static final int BLOCK_BYTES = 256 * 1024 * 1024;
  private static final int ROW_INDEX_STRIDE = 10_000;
  private static final double PADDING_TOLERANCE = 0.05;
  private static final double FALSE_POSITIVES = 0.05;

  static {
    // ORC's own settings for which implementation compresses: those in Java, which need no library
    // of native code.
    System.setProperty("orc.compress.snappy.impl", "aircompressor");
    System.setProperty("orc.compression.zstd.impl", "java");
  }

  /// Memory is a delivery's own: no writer takes from another's.
  private static final MemoryManager MEMORY =
      new MemoryManager() {
        @Override
        public void addWriter(org.apache.hadoop.fs.Path path, long bytes, Callback callback) {}

        @Override
        public void removeWriter(org.apache.hadoop.fs.Path path) {}

        @Override
        @SuppressWarnings("deprecation")
        public void addedRow(int rows) {}

        @Override
        public long checkMemory(long previous, Callback writer) {
          return previous;
        }
      };

  private final Struct columns;
  private final Writer writer;
  private final VectorizedRowBatch batch;

  OrcRowWriter(Path file, Struct columns, OrcSerDe options) throws IOException {
    this.columns = columns;
    var schema = TypeDescription.fromString(columns.text());
    var configuration = new Configuration(false);
    configuration.setDouble(
        OrcConf.DICTIONARY_KEY_SIZE_THRESHOLD.getAttribute(),
        or(options.dictionaryKeyThreshold(), 0));
    var settings =
        OrcFile.writerOptions(new Properties(), configuration)
            .setSchema(schema)
            .memory(MEMORY)
            .setKeyProvider(new InMemoryKeystore())
            .useUTCTimestamp(true)
            .stripeSize(or(options.stripeSizeBytes(), STRIPE_BYTES))
            .blockSize(or(options.blockSizeBytes(), BLOCK_BYTES))
            .rowIndexStride((int) or(options.rowIndexStride(), ROW_INDEX_STRIDE))
            .blockPadding(Boolean.TRUE.equals(options.enablePadding()))
            .paddingTolerance(or(options.paddingTolerance(), PADDING_TOLERANCE))
            .bloomFilterColumns(String.join(",", options.bloomFilterColumns()))
            .bloomFilterFpp(or(options.bloomFilterFalsePositiveProbability(), FALSE_POSITIVES))
            .compress(
                switch (options.compressionAsString()) {
                  case "NONE" -> CompressionKind.NONE;
                  case "ZLIB" -> CompressionKind.ZLIB;
                  case null, default -> CompressionKind.SNAPPY;
                })
            .version(
                "V0_11".equals(options.formatVersionAsString())
                    ? OrcFile.Version.V_0_11
                    : OrcFile.Version.V_0_12);
    var out = new FSDataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)), null);
    settings.physicalWriter(new PhysicalFsWriter(out, settings, new WriterEncryptionVariant[0]));
    writer = new WriterImpl(null, new org.apache.hadoop.fs.Path(file.toUri()), settings);
    batch = schema.createRowBatch();
  }

  private static double or(@Nullable Double given, double otherwise) {
    return given == null ? otherwise : given;
  }

  private static long or(@Nullable Integer given, int otherwise) {
    return given == null ? otherwise : given;
  }

  @Override
  public void write(@Nullable Object[] row) throws IOException {
    var at = batch.size++;
    for (int i = 0; i < row.length; i++) {
      OrcVectors.set(batch.cols[i], at, columns.fields().get(i).type(), row[i]);
    }
    if (batch.size == batch.getMaxSize()) {
      flush();
    }
  }

  private void flush() throws IOException {
    writer.addRowBatch(batch);
    batch.reset();
  }

  @Override
  public void close() throws IOException {
    if (batch.size > 0) {
      flush();
    }
    writer.close();
  }
}
