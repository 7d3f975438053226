package dev.terrarium.services.glue;

import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.PojoCodec;
import software.amazon.awssdk.services.glue.model.Table;

/// A table as it is now.
///
/// @param storageId under which its versions and partitions are stored: another for each table that
///   ever had the name
/// @param version the number of the present version
record TableRecord(String storageId, long version, Table table) {
  private static final PojoCodec<Table> TABLE = new PojoCodec<>(Table::builder);

  static final Codec<TableRecord> CODEC =
      Codec.of(
          1,
          (record, writer) -> {
            writer.string(record.storageId).number(record.version);
            TABLE.write(writer, record.table);
          },
          reader -> new TableRecord(reader.string(), reader.number(), TABLE.read(reader)));

  /// The table as it is shown.
  Table shown() {
    return table.toBuilder().versionId(Long.toString(version)).build();
  }

  /// The names of its partition keys.
  int keyCount() {
    return table.partitionKeys().size();
  }
}
