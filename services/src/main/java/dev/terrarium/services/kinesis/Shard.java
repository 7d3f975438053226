package dev.terrarium.services.kinesis;

import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.BinaryReader;
import dev.terrarium.kernel.store.Key;
import dev.terrarium.kernel.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A shard at work: gives places to records and finds them again.
///
/// Records come to rest under the shard's lock, so places are given and become visible in the same
/// order. Reading takes no lock.
final class Shard {
  private static final int TRIM_AT_ONCE = 1000;

  /// The first record that has not expired, and when it came; behind the last one if there is none.
  private record Horizon(long place, long arrivalMillis) {}

  /// Where records came to rest: at `place` and behind it.
  record Appended(long place, long arrivalMillis) {}

  /// What a read found.
  ///
  /// @param places of the records
  /// @param next where to go on
  record Found(List<StreamRecord> records, List<Long> places, long next) {}

  final ReentrantLock lock = new ReentrantLock();
  final StreamStore.ShardKey key;
  final Counters counters = new Counters();
  final Throttle throttle = new Throttle();
  private final Store store;
  private final byte[] prefix;
  private volatile ShardConfig config;
  private volatile long last;
  private volatile Horizon horizon;
  private long lastArrivalMillis;

  Shard(StreamStore stored, String storageId, ShardConfig config) {
    this.key = new StreamStore.ShardKey(storageId, config.index());
    this.store = stored.store;
    this.prefix = StreamStore.records(storageId, config.index());
    this.config = config;
    var gone = stored.trimmed.get(key);
    last = gone == null ? 0 : gone;
    horizon = new Horizon(last + 1, Long.MAX_VALUE);
    try (var cursor = store.scan(prefix, Key.after(prefix), false)) {
      if (cursor.next()) {
        horizon = new Horizon(place(cursor.key()), arrival(cursor.value()));
      }
    }
    try (var cursor = store.scan(prefix, Key.after(prefix), true)) {
      if (cursor.next()) {
        last = place(cursor.key());
        lastArrivalMillis = arrival(cursor.value());
      }
    }
  }

  ShardConfig config() {
    return config;
  }

  /// The place of the last record, or 0.
  long last() {
    return last;
  }

  /// The sequence number of a place.
  String sequenceNumber(long place, long arrivalMillis) {
    return new SequenceNumber(config.shardSeconds(), config.index(), place, arrivalMillis / 1000)
        .toString();
  }

  /// Brings records to rest, or returns null if the shard was split or merged meanwhile.
  @Nullable Appended append(long nowMillis, boolean encrypted, List<NewRecord> records) {
    lock.lock();
    try {
      if (!config.isOpen()) {
        return null;
      }
      var place = last + 1;
      var arrivalMillis = Math.max(nowMillis, lastArrivalMillis);
      var batch = new Batch();
      for (int i = 0; i < records.size(); i++) {
        var given = records.get(i);
        var record = new StreamRecord(arrivalMillis, given.partitionKey(), given.data(), encrypted);
        batch.put(recordKey(place + i), StreamRecord.CODEC.encode(record));
      }
      store.commit(batch);
      lastArrivalMillis = arrivalMillis;
      if (horizon.arrivalMillis == Long.MAX_VALUE) {
        horizon = new Horizon(place, arrivalMillis);
      }
      last = place + records.size() - 1;
      return new Appended(place, arrivalMillis);
    } finally {
      lock.unlock();
    }
  }

  /// Takes no more records; called under the lock.
  void close(ShardConfig closed) {
    config = closed;
  }

  /// Records from a place on.
  ///
  /// @param last the last place to look at
  Found read(long from, long last, int countMax, long bytesMax) {
    var records = new ArrayList<StreamRecord>();
    var places = new ArrayList<Long>();
    var next = from;
    if (from <= last) {
      long bytes = 0;
      try (var cursor = store.scan(recordKey(from), recordKey(last + 1), false)) {
        while (records.size() < countMax && cursor.next()) {
          var record = StreamRecord.CODEC.decode(cursor.value());
          bytes += record.size();
          if (bytes > bytesMax && !records.isEmpty()) {
            return new Found(records, places, next);
          }
          records.add(record);
          var place = place(cursor.key());
          places.add(place);
          next = place + 1;
        }
        if (records.size() < countMax) {
          next = last + 1;
        }
      }
    }
    return new Found(records, places, next);
  }

  /// The first place whose record has not expired.
  ///
  /// @param oldestMillis when records that expire now came
  long horizon(long oldestMillis) {
    var known = horizon;
    if (known.arrivalMillis > oldestMillis) {
      return known.place;
    }
    var found = firstAfter(oldestMillis);
    lock.lock();
    try {
      if (found.place <= last && found.arrivalMillis == Long.MAX_VALUE) {
        found = firstAfter(oldestMillis); // Records have come meanwhile.
      }
      if (found.place > horizon.place) {
        horizon = found;
      }
      return horizon.place;
    } finally {
      lock.unlock();
    }
  }

  /// The first place whose record came at a moment or later.
  long placeAt(long millis, long oldestMillis) {
    return Math.max(horizon(oldestMillis), firstAfter(millis - 1).place);
  }

  /// The first record that came after a moment: they came in order, so half of what is left is put
  /// aside with each look.
  private Horizon firstAfter(long millis) {
    var low = horizon.place;
    var high = last + 1;
    var arrival = Long.MAX_VALUE;
    while (low < high) {
      var middle = low + (high - low) / 2;
      try (var cursor = store.scan(recordKey(middle), recordKey(high), false)) {
        if (!cursor.next()) {
          high = middle;
          continue;
        }
        var came = arrival(cursor.value());
        if (came > millis) {
          high = middle;
          arrival = came;
        } else {
          low = place(cursor.key()) + 1;
        }
      }
    }
    return new Horizon(high, arrival);
  }

  /// Removes what has expired.
  void trim(StreamStore stored, long oldestMillis) {
    var end = horizon(oldestMillis);
    boolean more = true;
    while (more) {
      var batch = new Batch();
      long gone = 0;
      int count = 0;
      try (var cursor = store.scan(prefix, recordKey(end), false)) {
        while (count < TRIM_AT_ONCE && cursor.next()) {
          batch.delete(cursor.key());
          gone = place(cursor.key());
          count++;
        }
      }
      if (count > 0) {
        stored.trimmed.put(batch, key, gone);
        store.commit(batch);
      }
      more = count == TRIM_AT_ONCE;
    }
  }

  private byte[] recordKey(long place) {
    return new Key.Writer().raw(prefix).number(place).toBytes();
  }

  private long place(byte[] key) {
    return new Key.Reader(key, prefix.length).number();
  }

  private static long arrival(byte[] value) {
    return new BinaryReader(value).number();
  }
}
