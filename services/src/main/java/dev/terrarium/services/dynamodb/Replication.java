package dev.terrarium.services.dynamodb;

import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.Key;
import dev.terrarium.services.dynamodb.value.ItemCodec;
import dev.terrarium.services.dynamodb.value.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/// Carries the writes of each replica of a table to the others.
///
/// Beside every item written since its table has replicas stands the [Version] of that write, also
/// beside one that was deleted, for a day. A write commits with its version and with what is sent
/// of it; a replica takes it in if its version is later than what the replica has. So all replicas
/// come to the same, in whatever order and however often writes arrive.
final class Replication {
  private static final Duration DELETED_KEPT = Duration.ofHours(24);
  private static final int FORGET_AT_ONCE = 10;
  private static final int PAGE = 1000;
  private static final byte[] NOTED = {1};

  /// A write on its way.
  ///
  /// @param item null if it was deleted
  private record Write(byte[] key, Version version, @Nullable Map<String, Value> item) {
    static final Codec<Write> CODEC =
        Codec.of(
            1,
            (write, writer) -> {
              Version.write(write.version, writer.bytes(write.key));
              writer.optional(write.item, ItemCodec::write);
            },
            reader ->
                new Write(reader.bytes(), Version.read(reader), reader.optional(ItemCodec::read)));
  }

  private final Tables tables;
  private final Outgoing<Write> writes;

  Replication(Tables tables) {
    this.tables = tables;
    this.writes =
        new Outgoing<>(
            tables, "replication", Write.CODEC, table -> table.layout().isReplicated(), this::send);
  }

  void start(TableKey table) {
    writes.start(table);
  }

  void close() {
    writes.close();
  }

  /// Sends what a table still has to send.
  void drain(Table table) {
    writes.drain(table);
  }

  private static byte[] versionKey(Table table, ItemKey key) {
    return key.in(Tables.prefix("versions", table.key, table.layout().config().storageId()));
  }

  private static byte[] deletions(Table table) {
    return Tables.prefix("deletions", table.key, table.layout().config().storageId());
  }

  private @Nullable Version version(Table table, ItemKey key) {
    var bytes = tables.store.get(versionKey(table, key));
    return bytes == null ? null : Version.CODEC.decode(bytes);
  }

  /// Stages what else belongs to a caller's write of an item; called with its stripe locked.
  void written(Batch batch, Table table, ItemKey key, @Nullable Map<String, Value> item) {
    var before = version(table, key);
    var now = tables.cloud.clock().millis() * 1000;
    var micros = before == null ? now : Math.max(now, before.micros() + 1);
    var version = new Version(micros, table.key.region());
    note(batch, table, key, item, version);
    writes.put(batch, table, new Write(key.bytes(), version, item));
  }

  private void note(
      Batch batch, Table table, ItemKey key, @Nullable Map<String, Value> item, Version version) {
    batch.put(versionKey(table, key), Version.CODEC.encode(version));
    if (item == null) {
      var now = tables.cloud.clock().millis();
      var raw = new Key.Writer().raw(deletions(table)).number(now).raw(key.bytes()).toBytes();
      batch.put(raw, NOTED);
      forget(batch, table, now - DELETED_KEPT.toMillis());
    }
  }

  /// Old deletions go with later ones; whatever has come again since keeps its version.
  private void forget(Batch batch, Table table, long beforeMillis) {
    var prefix = deletions(table);
    var end = new Key.Writer().raw(prefix).number(beforeMillis).toBytes();
    try (var cursor = tables.store.scan(prefix, end, false)) {
      for (int i = 0; i < FORGET_AT_ONCE && cursor.next(); i++) {
        batch.delete(cursor.key());
        var reader = new Key.Reader(cursor.key(), prefix.length);
        reader.number();
        var key = new ItemKey(reader.rest());
        var version = version(table, key);
        if (version != null
            && version.micros() < beforeMillis * 1000
            && tables.store.get(key.in(table.layout().prefix())) == null) {
          batch.delete(versionKey(table, key));
        }
      }
    }
  }

  private boolean send(Table table, List<Write> some) {
    for (var replica : table.layout().replicas()) {
      var target = tables.find(replica);
      if (target != null) {
        some.forEach(write -> take(target, new ItemKey(write.key), write.version, write.item));
      }
    }
    return true;
  }

  /// Takes in a write of another replica, if it is later than what is there.
  private void take(Table table, ItemKey key, Version version, @Nullable Map<String, Value> item) {
    try {
      table.locked(
          key.stripe(Table.STRIPES),
          () -> {
            var known = version(table, key);
            if (known == null || known.compareTo(version) < 0) {
              var batch = new Writes(tables);
              batch.stage(table, key, table.read(key), item, false);
              note(batch.batch, table, key, item, version);
              batch.commit();
            }
            return true;
          });
    } catch (ResourceNotFoundException e) {
      // The replica was removed in the meantime, and whatever it was to get.
    }
  }

  /// Copies the items of one replica into a new one while both are written to, and what was deleted
  /// lately: a write in the new one may be older than that.
  void fill(Table source, Table target) {
    Backfill.keys(
        tables,
        source,
        key -> {
          var write = current(source, key);
          if (write != null && write.item != null) {
            take(target, key, write.version, write.item);
          }
        });
    deleted(
        source,
        key -> {
          var write = current(source, key);
          if (write != null && write.item == null) {
            take(target, key, write.version, null);
          }
        });
  }

  /// The keys of items that were deleted in the last day, some perhaps more than once.
  private void deleted(Table table, Consumer<ItemKey> told) {
    var prefix = deletions(table);
    var from = prefix;
    var page = new ArrayList<byte[]>(PAGE);
    do {
      page.clear();
      try (var cursor = tables.store.scan(from, Key.after(prefix), false)) {
        while (page.size() < PAGE && cursor.next()) {
          page.add(cursor.key());
        }
      }
      for (var raw : page) {
        var reader = new Key.Reader(raw, prefix.length);
        reader.number();
        told.accept(new ItemKey(reader.rest()));
        from = Arrays.copyOf(raw, raw.length + 1);
      }
    } while (page.size() == PAGE);
  }

  /// An item with its version; one from before there were replicas has the earliest.
  private @Nullable Write current(Table table, ItemKey key) {
    try {
      return table.locked(
          key.stripe(Table.STRIPES),
          () -> {
            var known = version(table, key);
            var version = known == null ? new Version(0, table.key.region()) : known;
            return new Write(key.bytes(), version, table.read(key));
          });
    } catch (ResourceNotFoundException e) {
      return null; // The replica is being removed; another one has the same.
    }
  }

  /// Whether it is for this replica to end an item whose time has come: the one in whose region the
  /// item was written last does, and the others get its deletion.
  boolean ends(Table table, ItemKey key) {
    if (!table.layout().isReplicated()) {
      return true;
    }
    var version = version(table, key);
    return version == null
        || version.region().equals(table.key.region())
        || table.layout().replicas().stream()
            .noneMatch(replica -> replica.region().equals(version.region()));
  }
}
