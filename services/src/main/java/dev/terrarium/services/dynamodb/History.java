package dev.terrarium.services.dynamodb;

import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.BinaryReader;
import dev.terrarium.kernel.store.BinaryWriter;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.Key;
import dev.terrarium.kernel.store.Snapshot;
import dev.terrarium.kernel.store.Store;
import dev.terrarium.kernel.time.Timer;
import dev.terrarium.services.dynamodb.value.ItemCodec;
import dev.terrarium.services.dynamodb.value.Value;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What items were before each change, so that a table can be restored as it was at a moment.
///
/// An item at a moment is what it was before the first change after that moment, or, without such a
/// change, what it is.
final class History {
  private static final Codec<Optional<Map<String, Value>>> BEFORE =
      Codec.of(
          1,
          (before, writer) -> writer.optional(before.orElse(null), ItemCodec::write),
          reader -> Optional.ofNullable(reader.optional(ItemCodec::read)));
  static final String TRIM = "dynamodb.history";
  private static final Duration TRIM_EVERY = Duration.ofDays(1);
  private static final int AT_ONCE = 500;

  private History() {}

  static boolean isOn(Layout layout) {
    return !layout.config().recoverySince().equals(Instant.EPOCH);
  }

  private static byte[] prefix(TableKey table, String storageId) {
    return Key.of("dynamodb.history", table.account(), table.region(), storageId);
  }

  /// Keeps what an item was. Of several changes in the same millisecond the first counts.
  static void put(
      Batch batch, Store store, Table table, Layout layout, ItemKey key, ChangeRecord change) {
    var raw =
        new Key.Writer()
            .raw(prefix(table.key, layout.config().storageId()))
            .bytes(key.bytes())
            .number(change.millis())
            .toBytes();
    if (store.get(raw) == null) {
      batch.put(raw, BEFORE.encode(Optional.ofNullable(change.before())));
    }
  }

  /// Visits the items of a table as they were at the end of a moment.
  static void visit(Store store, Table table, long millis, Consumer<Map<String, Value>> visitor) {
    var layout = table.layout();
    var history = prefix(table.key, layout.config().storageId());
    try (var snapshot = store.snapshot()) {
      var prefix = layout.prefix();
      try (var cursor = snapshot.scan(prefix, Key.after(prefix), false)) {
        while (cursor.next()) {
          var key = Arrays.copyOfRange(cursor.key(), prefix.length, cursor.key().length);
          var from = new Key.Writer().raw(history).bytes(key).number(millis + 1).toBytes();
          var to = Key.after(new Key.Writer().raw(history).bytes(key).toBytes());
          try (var changes = snapshot.scan(from, to, false)) {
            if (!changes.next()) {
              visitor.accept(ItemCodec.ITEM.decode(cursor.value()));
            }
          }
        }
      }
      byte[] seen = new byte[0];
      try (var cursor = snapshot.scan(history, Key.after(history), false)) {
        while (cursor.next()) {
          var reader = new Key.Reader(cursor.key(), history.length);
          var key = reader.bytes();
          if (reader.number() > millis && !Arrays.equals(seen, key)) {
            seen = key;
            BEFORE.decode(cursor.value()).ifPresent(visitor);
          }
        }
      }
    }
  }

  /// What became of an item between two moments.
  @FunctionalInterface
  interface Change {
    /// @param millis when it last changed
    /// @param before the item at the first moment, or null if it was not there
    /// @param after the item at the second moment, or null if it was not there
    void tell(long millis, @Nullable Map<String, Value> before, @Nullable Map<String, Value> after);
  }

  /// Visits the items that changed after the end of one moment and until the end of another.
  static void changes(Store store, Table table, long from, long to, Change visitor) {
    var layout = table.layout();
    var history = prefix(table.key, layout.config().storageId());
    try (var snapshot = store.snapshot();
        var cursor = snapshot.scan(history, Key.after(history), false)) {
      boolean more = cursor.next();
      while (more) {
        var reader = new Key.Reader(cursor.key(), history.length);
        var key = reader.bytes();
        long last = 0;
        Optional<Map<String, Value>> before = Optional.empty();
        Optional<Map<String, Value>> after = Optional.empty();
        boolean changedLater = false;
        do {
          var millis = reader.number();
          if (millis > from && millis <= to) {
            before = last == 0 ? BEFORE.decode(cursor.value()) : before;
            last = millis;
          } else if (millis > to && !changedLater) {
            changedLater = true;
            after = BEFORE.decode(cursor.value());
          }
          more = cursor.next();
          reader = more ? new Key.Reader(cursor.key(), history.length) : reader;
        } while (more && Arrays.equals(key, reader.bytes()));
        if (last > 0) {
          var now = changedLater ? after : current(snapshot, layout, key);
          if (before.isPresent() || now.isPresent()) {
            visitor.tell(last, before.orElse(null), now.orElse(null));
          }
        }
      }
    }
  }

  private static Optional<Map<String, Value>> current(
      Snapshot snapshot, Layout layout, byte[] key) {
    var raw = new Key.Writer().raw(layout.prefix()).raw(key).toBytes();
    return Optional.ofNullable(snapshot.get(raw)).map(ItemCodec.ITEM::decode);
  }

  /// When the table's history is trimmed next: a day from now.
  static Timer trimTimer(TableKey table, Instant now) {
    var writer = new BinaryWriter(1);
    writer.string(table.account()).string(table.region()).string(table.name());
    return new Timer(now.plus(TRIM_EVERY), TRIM, table.arn(), writer.toBytes());
  }

  /// Trims a table's history, and goes on to do so for as long as it is kept.
  static void trim(Tables tables, Timer timer) {
    var reader = new BinaryReader(timer.payload());
    var key = new TableKey(reader.string(), reader.string(), reader.string());
    var table = tables.find(key);
    if (table == null || !isOn(table.layout())) {
      return;
    }
    var config = table.layout().config();
    var now = tables.cloud.clock().now();
    var batch = new Batch();
    tables.cloud.timers().schedule(batch, trimTimer(key, now));
    tables.store.commit(batch);
    var oldest = now.minus(Duration.ofDays(config.recoveryDays())).toEpochMilli();
    tables.background(
        "trim", key.scope(), () -> trim(tables.store, key, config.storageId(), oldest));
  }

  /// Forgets what is older than can be restored.
  private static void trim(Store store, TableKey table, String storageId, long beforeMillis) {
    var prefix = prefix(table, storageId);
    byte @Nullable [] from = prefix;
    while (from != null) {
      var batch = new Batch();
      var visited = new ArrayList<byte[]>();
      try (var cursor = store.scan(from, Key.after(prefix), false)) {
        while (visited.size() < AT_ONCE && cursor.next()) {
          visited.add(cursor.key());
          var reader = new Key.Reader(cursor.key(), prefix.length);
          reader.bytes();
          if (reader.number() < beforeMillis) {
            batch.delete(cursor.key());
          }
        }
      }
      store.commit(batch);
      var last = visited.isEmpty() ? null : visited.getLast();
      from = last == null || visited.size() < AT_ONCE ? null : Arrays.copyOf(last, last.length + 1);
    }
  }
}
