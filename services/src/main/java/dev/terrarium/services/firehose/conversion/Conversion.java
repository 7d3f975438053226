package dev.terrarium.services.firehose.conversion;

import dev.terrarium.services.firehose.conversion.HiveType.Field;
import dev.terrarium.services.firehose.conversion.HiveType.Struct;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.firehose.model.DataFormatConversionConfiguration;
import software.amazon.awssdk.services.firehose.model.Deserializer;
import software.amazon.awssdk.services.firehose.model.Serializer;
import software.amazon.awssdk.services.glue.model.Table;

/// How a delivery stream converts records: read with a schema and a deserializer, written by a
/// serializer.
public final class Conversion {
  private static final String PARQUET = "org.apache.parquet.hadoop.ParquetWriter";
  private static final String ORC = "org.apache.orc.OrcFile";
  private static final String GLUE = "software.amazon.awssdk.services.glue.GlueClient";

  private final Struct columns;
  private final JsonRows rows;
  private final Serializer serializer;

  /// What came of records.
  ///
  /// @param rows how many documents were written
  /// @param bytes of the records that were
  /// @param refused what is wrong with records, by their places
  public record Outcome(long rows, long bytes, Map<Integer, ConversionException> refused) {
    public Outcome {
      refused = Map.copyOf(refused);
    }
  }

  private Conversion(Struct columns, JsonRules rules, Serializer serializer) {
    this.columns = columns;
    this.rows = new JsonRows(columns, rules);
    this.serializer = serializer;
  }

  /// The conversion into a table of the Data Catalog.
  ///
  /// @throws ConversionException if the table has no columns, or some of an unknown type
  public static Conversion of(DataFormatConversionConfiguration configuration, Table table)
      throws ConversionException {
    var stored = table.storageDescriptor();
    if (stored == null || stored.columns().isEmpty()) {
      throw new ConversionException(
          "DataFormatConversion.NonExistentColumns",
          "Could not find a matching schema from AWS Glue. Please make sure the table is configured"
              + " with a non-null storage descriptor containing the target columns.");
    }
    var fields = new ArrayList<Field>();
    for (var column : stored.columns()) {
      try {
        var type = column.type() == null ? "string" : column.type();
        fields.add(new Field(column.name(), HiveType.parse(type)));
      } catch (IllegalArgumentException e) {
        throw new ConversionException(
            "DataFormatConversion.InvalidSchema",
            "The schema is invalid. Error parsing the schema: " + e.getMessage());
      }
    }
    var rules = JsonRules.of(configuration.inputFormatConfiguration().deserializer());
    return new Conversion(
        new Struct(fields), rules, configuration.outputFormatConfiguration().serializer());
  }

  /// What is missing on the class path for a conversion, or null if nothing is.
  public static @Nullable String missing(Serializer serializer) {
    if (!isThere(GLUE)) {
      return "DataFormatConversionConfiguration: software.amazon.awssdk:glue is not on the class"
          + " path";
    }
    if (serializer.orcSerDe() == null) {
      return isThere(PARQUET)
          ? null
          : "ParquetSerDe: org.apache.parquet:parquet-hadoop is not on the class path";
    }
    return isThere(ORC) ? null : "OrcSerDe: org.apache.orc:orc-core is not on the class path";
  }

  private static boolean isThere(String name) {
    try {
      Class.forName(name, false, Conversion.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /// Refuses what is not well-formed in a deserializer.
  ///
  /// @throws IllegalArgumentException if it is not
  public static void check(Deserializer deserializer) {
    var _ = JsonRules.of(deserializer);
  }

  /// What files' names end with.
  public static String extension(Serializer serializer) {
    return serializer.orcSerDe() == null ? ".parquet" : ".orc";
  }

  /// Writes records into a file. Those that cannot be read are left out and told of; a record of
  /// several documents is written with all of them or not at all.
  public Outcome write(Iterable<byte[]> records, Path file) throws IOException {
    var refused = new HashMap<Integer, ConversionException>();
    long written = 0;
    long bytes = 0;
    int place = 0;
    try (var writer = open(file)) {
      for (var record : records) {
        try {
          for (var row : rows.read(record)) {
            writer.write(row);
            written++;
          }
          bytes += record.length;
        } catch (ConversionException e) {
          refused.put(place, e);
        }
        place++;
      }
    }
    return new Outcome(written, bytes, refused);
  }

  private RowWriter open(Path file) throws IOException {
    var orc = serializer.orcSerDe();
    return orc == null
        ? new ParquetRowWriter(file, columns, serializer.parquetSerDe())
        : new OrcRowWriter(file, columns, orc);
  }
}
