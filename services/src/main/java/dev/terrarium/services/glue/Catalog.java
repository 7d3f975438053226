package dev.terrarium.services.glue;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Garbage;
import dev.terrarium.kernel.Locks;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.BinaryReader;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.Key;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.kernel.store.PojoCodec;
import dev.terrarium.kernel.store.Store;
import dev.terrarium.services.glue.CatalogKeys.DatabaseKey;
import dev.terrarium.services.glue.CatalogKeys.PartKey;
import dev.terrarium.services.glue.CatalogKeys.TableKey;
import dev.terrarium.services.glue.CatalogKeys.VersionKey;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.glue.model.DataCatalogEncryptionSettings;
import software.amazon.awssdk.services.glue.model.Database;
import software.amazon.awssdk.services.glue.model.GluePolicy;
import software.amazon.awssdk.services.glue.model.Partition;
import software.amazon.awssdk.services.glue.model.PartitionIndexDescriptor;
import software.amazon.awssdk.services.glue.model.Table;
import software.amazon.awssdk.services.glue.model.UserDefinedFunction;

/// The Data Catalogs of all accounts and regions.
///
/// Whatever changes in a database changes under that database's lock, so that nothing is put into
/// what is being deleted.
final class Catalog {
  final Cloud cloud;
  final Store store;
  final Keyspace<DatabaseKey, Database> databases;
  final Keyspace<TableKey, TableRecord> tables;
  final Keyspace<VersionKey, Table> versions;
  final Keyspace<PartKey, Partition> partitions;
  final Keyspace<PartKey, PartitionIndexDescriptor> indexes;
  final Keyspace<TableKey, UserDefinedFunction> functions;
  final Keyspace<DatabaseKey, GluePolicy> policies;
  final Keyspace<DatabaseKey, DataCatalogEncryptionSettings> encryption;
  final Keyspace<String, Map<String, String>> tags;
  final Garbage garbage;
  private final Locks locks = new Locks();

  Catalog(Cloud cloud) {
    this.cloud = cloud;
    this.store = cloud.store();
    this.databases =
        new Keyspace<>(
            store, "glue.databases", DatabaseKey.CODEC, new PojoCodec<>(Database::builder));
    this.tables = new Keyspace<>(store, "glue.tables", TableKey.CODEC, TableRecord.CODEC);
    this.versions =
        new Keyspace<>(store, "glue.versions", VersionKey.CODEC, new PojoCodec<>(Table::builder));
    this.partitions =
        new Keyspace<>(
            store, "glue.partitions", PartKey.CODEC, new PojoCodec<>(Partition::builder));
    this.indexes =
        new Keyspace<>(
            store,
            "glue.indexes",
            PartKey.CODEC,
            new PojoCodec<>(PartitionIndexDescriptor::builder));
    this.functions =
        new Keyspace<>(
            store, "glue.functions", TableKey.CODEC, new PojoCodec<>(UserDefinedFunction::builder));
    this.policies =
        new Keyspace<>(
            store, "glue.policies", DatabaseKey.CODEC, new PojoCodec<>(GluePolicy::builder));
    this.encryption =
        new Keyspace<>(
            store,
            "glue.encryption",
            DatabaseKey.CODEC,
            new PojoCodec<>(DataCatalogEncryptionSettings::builder));
    this.tags =
        new Keyspace<>(
            store,
            "glue.tags",
            KeyCodec.STRING,
            Codec.of(1, (tags, writer) -> writer.strings(tags), BinaryReader::strings));
    this.garbage = new Garbage(cloud, "glue");
    garbage.sweepLater();
  }

  /// The account whose catalog a request is about: the caller's, if it names none.
  static String account(@Nullable String catalogId) {
    return catalogId == null || catalogId.isEmpty() ? Call.current().account() : catalogId;
  }

  DatabaseKey key(@Nullable String catalogId, String database) {
    return new DatabaseKey(account(catalogId), Call.current().region(), lower(database));
  }

  TableKey key(@Nullable String catalogId, String database, String table) {
    return key(catalogId, database).table(lower(table));
  }

  static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  Database database(DatabaseKey key) {
    var found = databases.get(key);
    if (found == null) {
      throw GlueErrors.database(key.name());
    }
    return found;
  }

  /// A table; that its database is there is told first.
  TableRecord table(TableKey key) {
    var found = tables.get(key);
    if (found == null) {
      database(key.in());
      throw GlueErrors.table(key.name());
    }
    return found;
  }

  /// The tags of what an ARN names.
  Map<String, String> tags(String arn) {
    var found = tags.get(arn);
    return found == null ? Map.of() : found;
  }

  /// Does something while nobody else changes the database or what is in it.
  <T> T with(DatabaseKey key, Supplier<T> work) {
    return locks.with(key, work);
  }

  /// Has a table removed when the batch commits, and what it has some time later.
  void discard(Batch batch, TableKey key, TableRecord table) {
    tables.delete(batch, key);
    for (var kind : List.of("glue.versions", "glue.partitions", "glue.indexes")) {
      garbage.discard(batch, Key.of(kind, table.storageId()));
    }
  }

  /// Sets what a table is, as its next version.
  ///
  /// @param archive whether the version before is kept
  TableRecord replace(TableKey key, TableRecord before, Table table, boolean archive) {
    var batch = new Batch();
    var after = new TableRecord(before.storageId(), before.version() + 1, table);
    if (!archive) {
      versions.delete(batch, new VersionKey(before.storageId(), before.version()));
    }
    put(batch, key, after);
    CatalogChanges.ofTable(cloud, batch, key, "UpdateTable", List.of());
    store.commit(batch);
    return after;
  }

  void put(Batch batch, TableKey key, TableRecord table) {
    tables.put(batch, key, table);
    versions.put(batch, new VersionKey(table.storageId(), table.version()), table.shown());
  }
}
