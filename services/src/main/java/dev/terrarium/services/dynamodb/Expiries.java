package dev.terrarium.services.dynamodb;

import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.Key;
import dev.terrarium.kernel.time.Timers;
import dev.terrarium.services.dynamodb.value.Value;
import dev.terrarium.services.dynamodb.value.Value.NumberValue;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/// Time to live: which items end when, in order of time over all tables, and who ends them.
///
/// Each item with a time has an entry under it, which comes and goes in the item's own batches. One
/// alarm stands at the earliest. What has expired goes at once; on AWS it may take days.
final class Expiries {
  private static final String KEYSPACE = "dynamodb.expiries";
  private static final byte[] PREFIX = Key.of(KEYSPACE);
  private static final byte[] NOTHING = {1};
  private static final long SECONDS_MAX = 1L << 40;
  private static final long AGE_SECONDS_MAX = 5L * 366 * 24 * 3600;
  private static final int AT_ONCE = 200;

  private final Tables tables;
  private final ReentrantLock lock = new ReentrantLock();
  private long armedFor = Long.MAX_VALUE;
  private Timers.@Nullable Alarm alarm;
  private boolean closed;

  private record Due(byte[] raw, TableKey table, String storageId, byte[] itemKey) {}

  Expiries(Tables tables) {
    this.tables = tables;
  }

  /// Stages what a change of an item means for its end.
  void change(
      Batch batch,
      Table table,
      Layout layout,
      ItemKey key,
      @Nullable Map<String, Value> before,
      @Nullable Map<String, Value> after) {
    var attribute = layout.config().ttlAttribute();
    if (attribute.isEmpty()) {
      return;
    }
    var was = second(attribute, before);
    var is = second(attribute, after);
    if (Objects.equals(was, is)) {
      return;
    }
    if (was != null) {
      batch.delete(raw(was, table, layout, key));
    }
    if (is != null) {
      batch.put(raw(is, table, layout, key), NOTHING);
      batch.afterCommit(() -> arm(is));
    }
  }

  private static byte[] raw(long second, Table table, Layout layout, ItemKey key) {
    var at = table.key;
    return new Key.Writer()
        .raw(PREFIX)
        .number(second)
        .string(at.account())
        .string(at.region())
        .string(at.name())
        .string(layout.config().storageId())
        .raw(key.bytes())
        .toBytes();
  }

  /// When an item ends, or null.
  private static @Nullable Long second(String attribute, @Nullable Map<String, Value> item) {
    if (item != null && item.get(attribute) instanceof NumberValue number) {
      var seconds = number.number().setScale(0, RoundingMode.FLOOR);
      if (seconds.signum() > 0 && seconds.precision() - seconds.scale() <= 13) {
        var second = seconds.longValue();
        return second > SECONDS_MAX ? null : second;
      }
    }
    return null;
  }

  /// Looks for what is due from now on.
  void start() {
    try (var cursor = tables.store.scan(PREFIX, Key.after(PREFIX), false)) {
      if (cursor.next()) {
        arm(new Key.Reader(cursor.key(), PREFIX.length).number());
      }
    }
  }

  void close() {
    lock.lock();
    try {
      closed = true;
      if (alarm != null) {
        alarm.cancel();
      }
    } finally {
      lock.unlock();
    }
  }

  private void arm(long second) {
    lock.lock();
    try {
      if (closed || second >= armedFor) {
        return;
      }
      if (alarm != null) {
        alarm.cancel();
      }
      armedFor = second;
      alarm = tables.cloud.timers().at(Instant.ofEpochSecond(second), this::fire);
    } finally {
      lock.unlock();
    }
  }

  private void fire() {
    lock.lock();
    try {
      armedFor = Long.MAX_VALUE;
      if (closed) {
        return;
      }
    } finally {
      lock.unlock();
    }
    tables.cloud.background("dynamodb", "expire", tables.cloud.defaultScope(), this::sweep);
  }

  private void sweep() {
    List<Due> due;
    do {
      due = due();
      due.forEach(this::end);
    } while (due.size() == AT_ONCE);
    start();
  }

  private List<Due> due() {
    var now = tables.cloud.clock().millis() / 1000;
    var due = new ArrayList<Due>();
    try (var cursor =
        tables.store.scan(PREFIX, new Key.Writer().raw(PREFIX).number(now + 1).toBytes(), false)) {
      while (due.size() < AT_ONCE && cursor.next()) {
        var reader = new Key.Reader(cursor.key(), PREFIX.length);
        reader.number();
        var table = new TableKey(reader.string(), reader.string(), reader.string());
        due.add(new Due(cursor.key(), table, reader.string(), reader.rest()));
      }
    }
    return due;
  }

  private void end(Due due) {
    var table = tables.find(due.table);
    if (table != null && table.layout().config().storageId().equals(due.storageId)) {
      var key = new ItemKey(due.itemKey);
      var stripe = key.stripe(Table.STRIPES);
      try {
        table.locked(stripe, () -> end(table, key, due));
        return;
      } catch (ResourceNotFoundException e) {
        // The table was deleted in the meantime, and its items with it.
      }
    }
    tables.store.commit(new Batch().delete(due.raw));
  }

  /// The entry goes under the item's lock: the item may be written anew with the same time.
  private boolean end(Table table, ItemKey key, Due due) {
    var ended = endItem(table, key, due);
    if (!ended) {
      tables.store.commit(new Batch().delete(due.raw));
    }
    return ended;
  }

  private boolean endItem(Table table, ItemKey key, Due due) {
    var item = table.read(key);
    var attribute = table.layout().config().ttlAttribute();
    var second = attribute.isEmpty() ? null : second(attribute, item);
    if (item == null || second == null) {
      return false;
    }
    var now = tables.cloud.clock().millis() / 1000;
    var stillDue = Arrays.equals(raw(second, table, table.layout(), key), due.raw);
    if (!stillDue || second < now - AGE_SECONDS_MAX || !tables.replication.ends(table, key)) {
      return false;
    }
    var writes = new Writes(tables);
    writes.change(table, key, item, null, true);
    writes.commit();
    return true;
  }

  /// Enters the items of a table whose time to live was just switched on.
  void fillLater(TableKey key) {
    tables.background(
        "ttl",
        key.scope(),
        () -> {
          var table = tables.find(key);
          var filling = table == null ? null : table.layout().config().ttlFilling();
          if (table != null && filling != null) {
            fill(table);
            if (!table.isDeleted()) {
              tables.change(table, new Batch(), config -> config.withoutTtlFilling(filling));
            }
          }
        });
  }

  private void fill(Table table) {
    Backfill.each(
        tables,
        table,
        (key, item, writes) -> {
          var attribute = table.layout().config().ttlAttribute();
          var second = attribute.isEmpty() ? null : second(attribute, item);
          if (second != null) {
            writes.batch.put(raw(second, table, table.layout(), key), NOTHING);
            writes.batch.afterCommit(() -> arm(second));
          }
        });
  }
}
