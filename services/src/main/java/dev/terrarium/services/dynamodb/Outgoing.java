package dev.terrarium.services.dynamodb;

import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.Key;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/// Changes of tables on their way elsewhere. Each is written in the batch of the change itself and
/// removed when it has arrived, so each arrives at least once, and those of one item in order.
///
/// @param <T> what is sent of a change
final class Outgoing<T> {
  private static final int AT_ONCE = 100;
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration FOREVER = Duration.ofDays(365);

  private final Tables tables;
  private final String kind;
  private final Codec<T> codec;
  private final Predicate<Table> isOn;
  private final BiPredicate<Table, List<T>> send;
  private final AtomicLong next;
  private final Set<TableKey> running = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  private record Parcel<T>(byte[] key, T content) {}

  /// @param kind the keyspace, without the service's name
  /// @param isOn whether changes of a table are sent
  /// @param send sends some; false if they must be sent again later
  Outgoing(
      Tables tables,
      String kind,
      Codec<T> codec,
      Predicate<Table> isOn,
      BiPredicate<Table, List<T>> send) {
    this.tables = tables;
    this.kind = kind;
    this.codec = codec;
    this.isOn = isOn;
    this.send = send;
    this.next = new AtomicLong(tables.cloud.clock().millis() * 1_000_000);
  }

  private byte[] prefix(Table table) {
    return Tables.prefix(kind, table.key, table.layout().config().storageId());
  }

  private String signal(TableKey table) {
    return "dynamodb-" + kind + ":" + table.arn();
  }

  /// Sends something when the batch commits; called with the item's stripe locked.
  void put(Batch batch, Table table, T content) {
    var key = new Key.Writer().raw(prefix(table)).number(next.getAndIncrement()).toBytes();
    batch.put(key, codec.encode(content));
    batch.afterCommit(() -> wake(table.key));
  }

  /// Begins to send what a table has, and goes on for as long as that is on.
  void start(TableKey key) {
    var table = tables.find(key);
    if (table == null || !running.add(key)) {
      return;
    }
    var prefix = prefix(table);
    try (var cursor = tables.store.scan(prefix, Key.after(prefix), true)) {
      if (cursor.next()) {
        var last = new Key.Reader(cursor.key(), prefix.length).number();
        next.accumulateAndGet(last + 1, Math::max);
      }
    }
    tables.background(kind, key.scope(), () -> deliver(table));
  }

  /// Has the sending look at the table again.
  void wake(TableKey key) {
    tables.cloud.signals().signal(signal(key));
  }

  void close() {
    closed = true;
    running.forEach(this::wake);
  }

  private boolean goesOn(Table table) {
    return !closed && !table.isDeleted() && isOn.test(table);
  }

  private void deliver(Table table) {
    var clock = tables.cloud.clock();
    try (var watch = tables.cloud.signals().watch(signal(table.key))) {
      while (goesOn(table)) {
        var parcels = parcels(table);
        if (parcels.isEmpty()) {
          watch.await(clock.now().plus(FOREVER));
        } else if (!deliver(table, parcels)) {
          watch.await(clock.now().plus(RETRY));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      running.remove(table.key);
    }
    // Switched on again while this was ending: whoever did so saw it still running.
    if (goesOn(table)) {
      start(table.key);
    }
  }

  private boolean deliver(Table table, List<Parcel<T>> parcels) {
    if (!send.test(table, parcels.stream().map(Parcel::content).toList())) {
      return false;
    }
    var batch = new Batch();
    parcels.forEach(parcel -> batch.delete(parcel.key));
    tables.store.commit(batch);
    return true;
  }

  /// Sends what there is now, on the calling thread, if it can be sent.
  void drain(Table table) {
    var parcels = parcels(table);
    while (!parcels.isEmpty() && deliver(table, parcels)) {
      parcels = parcels(table);
    }
  }

  private List<Parcel<T>> parcels(Table table) {
    var prefix = prefix(table);
    var parcels = new ArrayList<Parcel<T>>();
    try (var cursor = tables.store.scan(prefix, Key.after(prefix), false)) {
      while (parcels.size() < AT_ONCE && cursor.next()) {
        parcels.add(new Parcel<>(cursor.key(), codec.decode(cursor.value())));
      }
    }
    return parcels;
  }
}
