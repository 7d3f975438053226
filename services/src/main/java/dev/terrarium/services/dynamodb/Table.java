package dev.terrarium.services.dynamodb;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.store.Key;
import dev.terrarium.kernel.store.Store;
import dev.terrarium.services.dynamodb.value.ItemCodec;
import dev.terrarium.services.dynamodb.value.Value;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A table at work: its definition, its locks, its counts. Its items are in the store alone.
///
/// An item belongs to one of some stripes; whoever writes it holds the stripe's lock. Whoever
/// changes the definition holds all of them, so a write sees one definition from beginning to end.
final class Table {
  static final int STRIPES = 64;

  final TableKey key;
  final Throttle throttle;
  final TableMetrics metrics;
  final Usage usage = new Usage();
  private final Map<String, Usage> indexUsage = new ConcurrentHashMap<>();
  private final Store store;
  private final ReentrantLock[] locks = new ReentrantLock[STRIPES];
  private final Tally[] tallies = new Tally[STRIPES];
  private final byte[][] tallyKeys = new byte[STRIPES][];
  private volatile Layout layout;
  private volatile boolean deleted;

  Table(Cloud cloud, TableMetrics metrics, TableKey key, Layout layout) {
    this.metrics = metrics;
    this.store = cloud.store();
    this.key = key;
    this.throttle = new Throttle(key, cloud.clock());
    this.layout = layout;
    for (int i = 0; i < STRIPES; i++) {
      locks[i] = new ReentrantLock();
      tallyKeys[i] =
          Key.of(
              "dynamodb.tallies",
              key.account(),
              key.region(),
              layout.config().storageId(),
              (long) i);
      var stored = store.get(tallyKeys[i]);
      tallies[i] = stored == null ? Tally.EMPTY : Tally.CODEC.decode(stored);
    }
  }

  Layout layout() {
    return layout;
  }

  /// What was asked of the global index of a name, or of the table itself.
  Usage usage(@Nullable String index) {
    return index == null ? usage : indexUsage.computeIfAbsent(index, name -> new Usage());
  }

  /// The item of a key, or null.
  @Nullable Map<String, Value> read(ItemKey itemKey) {
    var bytes = store.get(itemKey.in(layout.prefix()));
    return bytes == null ? null : ItemCodec.ITEM.decode(bytes);
  }

  /// Does something while nobody else writes into the stripe.
  <T> T locked(int stripe, Supplier<T> work) {
    lock(stripe);
    try {
      return work.get();
    } finally {
      unlock(stripe);
    }
  }

  void lock(int stripe) {
    locks[stripe].lock();
    if (deleted) {
      locks[stripe].unlock();
      throw DynamoErrors.noTable();
    }
  }

  void unlock(int stripe) {
    locks[stripe].unlock();
  }

  /// Does something while nobody writes into the table at all.
  <T> T exclusively(Supplier<T> work) {
    int held = 0;
    try {
      for (; held < STRIPES; held++) {
        lock(held);
      }
      return work.get();
    } finally {
      while (held > 0) {
        unlock(--held);
      }
    }
  }

  /// Called with all stripes locked.
  void layout(Layout changed) {
    layout = changed;
  }

  /// Called with all stripes locked.
  void delete() {
    deleted = true;
  }

  boolean isDeleted() {
    return deleted;
  }

  Tally tally(int stripe) {
    return tallies[stripe];
  }

  void tally(int stripe, Tally changed) {
    tallies[stripe] = changed;
  }

  byte[] tallyKey(int stripe) {
    return tallyKeys[stripe];
  }

  /// How much the table, or the index of an id, holds.
  Tally.Count count(String id) {
    var sum = Tally.Count.NONE;
    for (var tally : tallies) {
      sum = sum.plus(tally.of(id));
    }
    return sum;
  }
}
