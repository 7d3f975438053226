package dev.terrarium.services.dynamodb;

import dev.terrarium.kernel.store.Key;
import dev.terrarium.kernel.store.Store;
import dev.terrarium.services.dynamodb.value.ItemCodec;
import dev.terrarium.services.dynamodb.value.Sizes;
import dev.terrarium.services.dynamodb.value.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Visits the items of a table one by one while it is written to, and fills new indexes.
///
/// Writes that come in the meantime keep the index themselves, since it is part of the table's
/// layout from the beginning; each item is read again under its lock, so whoever is first is right.
final class Backfill {
  private static final int AT_ONCE = 200;

  private Backfill() {}

  /// What is done with each item, under its lock.
  @FunctionalInterface
  interface Visitor {
    /// Stages what follows from an item.
    void visit(ItemKey key, Map<String, Value> item, Writes writes);
  }

  static boolean isThere(Store store, byte[] rawKey) {
    return store.get(rawKey) != null;
  }

  /// Fills an index.
  static void fill(Tables tables, Table table, String indexId) {
    each(
        tables,
        table,
        (key, item, writes) -> {
          var index = indexOf(table, indexId);
          var entry = index == null ? null : index.entry(key, item);
          if (index != null && entry != null && !isThere(tables.store, entry.key())) {
            writes.batch.put(entry.key(), ItemCodec.ITEM.encode(entry.attributes()));
            writes.count(
                table,
                key.stripe(Table.STRIPES),
                Map.of(index.id(), new Tally.Count(1, Sizes.of(entry.attributes()))));
          }
        });
  }

  private static @Nullable Index indexOf(Table table, String id) {
    for (var index : table.layout().indexes()) {
      if (index.id().equals(id)) {
        return index;
      }
    }
    return null;
  }

  static void each(Tables tables, Table table, Visitor visitor) {
    keys(tables, table, key -> visit(tables, table, key, visitor));
  }

  /// Visits the keys of a table, some at a time; what they name may be gone by then.
  static void keys(Tables tables, Table table, Consumer<ItemKey> visitor) {
    var prefix = table.layout().prefix();
    var from = prefix;
    while (from != null && !table.isDeleted()) {
      var keys = keys(tables.store, from, prefix);
      keys.forEach(visitor);
      from = keys.size() < AT_ONCE ? null : behind(keys.getLast().in(prefix));
    }
  }

  private static byte[] behind(byte[] key) {
    return Arrays.copyOf(key, key.length + 1);
  }

  private static List<ItemKey> keys(Store store, byte[] from, byte[] prefix) {
    var keys = new ArrayList<ItemKey>();
    try (var cursor = store.scan(from, Key.after(prefix), false)) {
      while (keys.size() < AT_ONCE && cursor.next()) {
        keys.add(new ItemKey(Arrays.copyOfRange(cursor.key(), prefix.length, cursor.key().length)));
      }
    }
    return keys;
  }

  private static void visit(Tables tables, Table table, ItemKey key, Visitor visitor) {
    try {
      table.locked(
          key.stripe(Table.STRIPES),
          () -> {
            var item = table.read(key);
            if (item != null) {
              var writes = new Writes(tables);
              visitor.visit(key, item, writes);
              writes.commit();
            }
            return true;
          });
    } catch (software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException e) {
      // The table was deleted in the meantime; there is nothing left to fill.
    }
  }
}
