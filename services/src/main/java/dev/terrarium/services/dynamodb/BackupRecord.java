package dev.terrarium.services.dynamodb;

import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.PojoCodec;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/// A backup on demand as it is stored; its items are beside it.
///
/// @param id the part of the keys of its items
/// @param table what the table was
record BackupRecord(
    String id, String name, long madeMillis, long items, long bytes, TableDescription table) {
  private static final PojoCodec<TableDescription> TABLE =
      new PojoCodec<>(TableDescription::builder);

  static final Codec<BackupRecord> CODEC =
      Codec.of(
          1,
          (backup, writer) -> {
            writer
                .string(backup.id)
                .string(backup.name)
                .number(backup.madeMillis)
                .number(backup.items)
                .number(backup.bytes);
            TABLE.write(writer, backup.table);
          },
          reader ->
              new BackupRecord(
                  reader.string(),
                  reader.string(),
                  reader.number(),
                  reader.number(),
                  reader.number(),
                  TABLE.read(reader)));

  String arn() {
    return table.tableArn() + "/backup/" + id;
  }
}
