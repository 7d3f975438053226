package dev.terrarium.services.dynamodb;

import dev.terrarium.kernel.store.Batch;
import dev.terrarium.services.dynamodb.value.ItemCodec;
import dev.terrarium.services.dynamodb.value.Sizes;
import dev.terrarium.services.dynamodb.value.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Changes of items that commit together, with all that follows from them: index entries, expiries,
/// stream records, counts. Whoever uses it holds the locks of the items' stripes.
final class Writes {
  private final Tables tables;
  final Batch batch = new Batch();
  private final List<Counted> counted = new ArrayList<>(1);
  private final List<Appended> appended = new ArrayList<>(1);

  private record Counted(Table table, int stripe, Map<String, Tally.Count> changes) {}

  private record Appended(StreamLog log, int shard, ChangeRecord change) {}

  /// What a change weighs.
  ///
  /// @param indexUnits write units by index, for the indexes that changed
  record Weight(int before, int after, Map<Index, Long> indexUnits) {
    long units() {
      return Capacity.writeUnits(Math.max(before, after));
    }
  }

  /// What it weighs to look at an item only.
  static Weight look(@Nullable Map<String, Value> item) {
    var bytes = item == null ? 0 : Sizes.of(item);
    return new Weight(bytes, bytes, Map.of());
  }

  Writes(Tables tables) {
    this.tables = tables;
  }

  /// Stages the change of one item from what it was to what it shall be, and what replicas of the
  /// table are told of it.
  Weight change(
      Table table,
      ItemKey key,
      @Nullable Map<String, Value> before,
      @Nullable Map<String, Value> after,
      boolean expired) {
    if (table.layout().isReplicated() && (before != null || after != null)) {
      tables.replication.written(batch, table, key, after);
    }
    return stage(table, key, before, after, expired);
  }

  /// Stages the change of one item in this table alone.
  Weight stage(
      Table table,
      ItemKey key,
      @Nullable Map<String, Value> before,
      @Nullable Map<String, Value> after,
      boolean expired) {
    var layout = table.layout();
    var raw = key.in(layout.prefix());
    if (after != null) {
      batch.put(raw, ItemCodec.ITEM.encode(after));
    } else if (before != null) {
      batch.delete(raw);
    }
    var bytesBefore = before == null ? 0 : Sizes.of(before);
    var bytesAfter = after == null ? 0 : Sizes.of(after);
    var changes = new HashMap<String, Tally.Count>(4);
    count(changes, Tally.TABLE, before != null, bytesBefore, after != null, bytesAfter);
    Map<Index, Long> units = Map.of();
    if (!layout.indexes().isEmpty()) {
      units = new LinkedHashMap<>();
      for (var index : layout.indexes()) {
        var written = change(index, key, before, after, changes);
        if (written > 0) {
          units.put(index, written);
        }
      }
    }
    if (!changes.isEmpty()) {
      counted.add(new Counted(table, key.stripe(Table.STRIPES), changes));
    }
    tables.expiries.change(batch, table, layout, key, before, after);
    record(table, layout, key, before, after, expired);
    return new Weight(bytesBefore, bytesAfter, units);
  }

  private void record(
      Table table,
      Layout layout,
      ItemKey key,
      @Nullable Map<String, Value> before,
      @Nullable Map<String, Value> after,
      boolean expired) {
    var log = layout.stream();
    var outbox = Outbox.isOn(layout);
    var history = History.isOn(layout);
    if (log == null && !outbox && !history
        || (before == null ? after == null : before.equals(after))) {
      return;
    }
    var id = tables.cloud.ids().hex(32);
    var change =
        ChangeRecord.of(id, tables.cloud.clock().millis(), expired, layout.schema(), before, after);
    if (log != null) {
      appended.add(new Appended(log, log.shardOf(key), change));
    }
    if (outbox) {
      tables.outbox.put(batch, table, change);
    }
    if (history) {
      History.put(batch, tables.store, table, layout, key, change);
    }
  }

  private long change(
      Index index,
      ItemKey key,
      @Nullable Map<String, Value> before,
      @Nullable Map<String, Value> after,
      Map<String, Tally.Count> changes) {
    var old = index.entry(key, before);
    var fresh = index.entry(key, after);
    if (old == null && fresh == null) {
      return 0;
    }
    var same = old != null && fresh != null && Arrays.equals(old.key(), fresh.key());
    if (old != null && fresh != null && same && old.attributes().equals(fresh.attributes())) {
      return 0;
    }
    if (old != null && !same) {
      batch.delete(old.key());
    }
    if (fresh != null) {
      batch.put(fresh.key(), ItemCodec.ITEM.encode(fresh.attributes()));
    }
    var bytesOld = old == null ? 0 : Sizes.of(old.attributes());
    var bytesFresh = fresh == null ? 0 : Sizes.of(fresh.attributes());
    // An entry that is being filled in may not have been counted yet; see Backfill.
    var wasThere = old != null && (index.active() || Backfill.isThere(tables.store, old.key()));
    count(changes, index.id(), wasThere, wasThere ? bytesOld : 0, fresh != null, bytesFresh);
    if (same) {
      return Capacity.writeUnits(Math.max(bytesOld, bytesFresh));
    }
    return (old == null ? 0 : Capacity.writeUnits(bytesOld))
        + (fresh == null ? 0 : Capacity.writeUnits(bytesFresh));
  }

  private static void count(
      Map<String, Tally.Count> changes,
      String id,
      boolean wasThere,
      int bytesBefore,
      boolean isThere,
      int bytesAfter) {
    var items = (isThere ? 1 : 0) - (wasThere ? 1 : 0);
    var change = new Tally.Count(items, bytesAfter - bytesBefore);
    if (!change.isNone()) {
      changes.put(id, change);
    }
  }

  /// Adds to the counts of a stripe.
  void count(Table table, int stripe, Map<String, Tally.Count> changes) {
    counted.add(new Counted(table, stripe, changes));
  }

  /// Commits everything that was staged.
  void commit() {
    var tallies = counted.size() == 1 ? null : new IdentityHashMap<byte[], Tally>();
    if (tallies == null) {
      commitOne(counted.getFirst());
      return;
    }
    for (var change : counted) {
      var key = change.table.tallyKey(change.stripe);
      var tally = tallies.getOrDefault(key, change.table.tally(change.stripe));
      tallies.put(key, tally.plus(change.changes));
    }
    tallies.forEach((key, tally) -> batch.put(key, Tally.CODEC.encode(tally)));
    commitRecords();
    for (var change : counted) {
      var key = change.table.tallyKey(change.stripe);
      change.table.tally(change.stripe, tallies.getOrDefault(key, Tally.EMPTY));
    }
  }

  private void commitOne(Counted change) {
    var tally = change.table.tally(change.stripe).plus(change.changes);
    batch.put(change.table.tallyKey(change.stripe), Tally.CODEC.encode(tally));
    commitRecords();
    change.table.tally(change.stripe, tally);
  }

  /// Appends the stream records in the order of the shards, which is the order of their locks.
  private void commitRecords() {
    if (appended.isEmpty()) {
      tables.store.commit(batch);
      return;
    }
    appended.sort(
        Comparator.<Appended, String>comparing(a -> a.log.arn).thenComparingInt(a -> a.shard));
    int held = 0;
    try {
      for (var record : appended) {
        record.log.shard(record.shard).lock.lock();
        held++;
        record.log.append(batch, record.shard, record.change);
      }
      for (var log : appended.stream().map(Appended::log).distinct().toList()) {
        batch.afterCommit(() -> tables.cloud.signals().signal(log.arn));
      }
      tables.store.commit(batch);
    } finally {
      for (int i = 0; i < held; i++) {
        appended.get(i).log.shard(appended.get(i).shard).lock.unlock();
      }
    }
  }
}
