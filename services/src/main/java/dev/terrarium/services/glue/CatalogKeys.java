package dev.terrarium.services.glue;

import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.KeyCodec;
import java.util.List;

/// Under what things of the catalog are stored. Names are in lower case.
final class CatalogKeys {
  /// Between the values of a partition, where they are one string.
  private static final String BETWEEN = "\u0000";

  private CatalogKeys() {}

  /// A database, in the catalog of an account.
  record DatabaseKey(String account, String region, String name) {
    static final KeyCodec<DatabaseKey> CODEC =
        KeyCodec.of(
            (key, writer) -> writer.string(key.account).string(key.region).string(key.name),
            reader -> new DatabaseKey(reader.string(), reader.string(), reader.string()));

    String arn() {
      return new Scope(account, region).arn("glue", "database/" + name);
    }

    TableKey table(String table) {
      return new TableKey(account, region, name, table);
    }
  }

  /// A table of a database.
  record TableKey(String account, String region, String database, String name) {
    static final KeyCodec<TableKey> CODEC =
        KeyCodec.of(
            (key, writer) ->
                writer.string(key.account).string(key.region).string(key.database).string(key.name),
            reader ->
                new TableKey(reader.string(), reader.string(), reader.string(), reader.string()));

    DatabaseKey in() {
      return new DatabaseKey(account, region, database);
    }

    String arn() {
      return new Scope(account, region).arn("glue", "table/" + database + "/" + name);
    }
  }

  /// An earlier or the present version of a table.
  record VersionKey(String storageId, long number) {
    static final KeyCodec<VersionKey> CODEC =
        KeyCodec.of(
            (key, writer) -> writer.string(key.storageId).number(key.number),
            reader -> new VersionKey(reader.string(), reader.number()));
  }

  /// Something of a table that has a name: a partition's values, an index.
  record PartKey(String storageId, String name) {
    static final KeyCodec<PartKey> CODEC =
        KeyCodec.of(
            (key, writer) -> writer.string(key.storageId).string(key.name),
            reader -> new PartKey(reader.string(), reader.string()));

    static PartKey of(String storageId, List<String> values) {
      return new PartKey(storageId, joined(values));
    }
  }

  static String joined(List<String> values) {
    return String.join(BETWEEN, values);
  }
}
