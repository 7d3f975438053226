package dev.terrarium.services.firehose.conversion;

import dev.terrarium.services.firehose.conversion.HiveType.Struct;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.firehose.model.ParquetSerDe;

/// Writes a Parquet file. What is not yet written of a row group is held in memory: at most the row
/// group's size, which a delivery's 128 MiB never exceeds by much.
final class ParquetRowWriter implements RowWriter {
  private static final int BLOCK_BYTES = 256 * 1024 * 1024;
  private static final int PAGE_BYTES = 1024 * 1024;

  private final ParquetWriter<@Nullable Object[]> writer;

  /// What a writer is made of.
  private static final class Builder extends ParquetWriter.Builder<@Nullable Object[], Builder> {
    private final Struct columns;

    Builder(Path file, Struct columns) {
      super(new LocalOutputFile(file));
      this.columns = columns;
    }

    @Override
    protected Builder self() {
      return this;
    }

    @Override
    @SuppressWarnings("deprecation")
    protected WriteSupport<@Nullable Object[]> getWriteSupport(Configuration configuration) {
      throw new UnsupportedOperationException("Not with Hadoop's configuration");
    }

    @Override
    protected WriteSupport<@Nullable Object[]> getWriteSupport(ParquetConfiguration configuration) {
      return new ParquetRows(columns);
    }
  }

  ParquetRowWriter(Path file, Struct columns, ParquetSerDe options) throws IOException {
    writer =
        new Builder(file, columns)
            .withConf(new PlainParquetConfiguration())
            .withWriteMode(ParquetFileWriter.Mode.OVERWRITE)
            .withCodecFactory(new ParquetCodecs())
            .withCompressionCodec(
                switch (options.compressionAsString()) {
                  case "GZIP" -> CompressionCodecName.GZIP;
                  case "UNCOMPRESSED" -> CompressionCodecName.UNCOMPRESSED;
                  case null, default -> CompressionCodecName.SNAPPY;
                })
            .withRowGroupSize((long) or(options.blockSizeBytes(), BLOCK_BYTES))
            .withPageSize(or(options.pageSizeBytes(), PAGE_BYTES))
            .withMaxPaddingSize(or(options.maxPaddingBytes(), 0))
            .withDictionaryEncoding(Boolean.TRUE.equals(options.enableDictionaryCompression()))
            .withWriterVersion(
                "V2".equals(options.writerVersionAsString())
                    ? WriterVersion.PARQUET_2_0
                    : WriterVersion.PARQUET_1_0)
            .build();
  }

  private static int or(@Nullable Integer given, int otherwise) {
    return given == null ? otherwise : given;
  }

  @Override
  public void write(@Nullable Object[] row) throws IOException {
    writer.write(row);
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }
}
