package dev.terrarium.engines.rocksdb;

import dev.terrarium.kernel.store.Cursor;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/// Walks over a range; RocksDB itself stops at the bounds, so nothing outside of them is read.
final class RocksCursor implements Cursor {
  private final ReadOptions reading = new ReadOptions();
  private final Slice lower;
  private final @Nullable Slice upper;
  private final RocksIterator iterator;
  private final boolean reverse;
  private final Runnable onClose;
  private boolean started;
  private boolean closed;

  RocksCursor(
      RocksDB db,
      org.rocksdb.@Nullable Snapshot moment,
      byte[] from,
      byte @Nullable [] to,
      boolean reverse,
      Runnable onClose) {
    this.reverse = reverse;
    this.onClose = onClose;
    this.lower = new Slice(from);
    this.upper = to == null ? null : new Slice(to);
    reading.setIterateLowerBound(lower);
    if (upper != null) {
      reading.setIterateUpperBound(upper);
    }
    if (moment != null) {
      reading.setSnapshot(moment);
    }
    this.iterator = db.newIterator(reading);
  }

  @Override
  public boolean next() {
    if (!started) {
      started = true;
      if (reverse) {
        iterator.seekToLast();
      } else {
        iterator.seekToFirst();
      }
    } else if (reverse) {
      iterator.prev();
    } else {
      iterator.next();
    }
    if (iterator.isValid()) {
      return true;
    }
    try {
      iterator.status();
      return false;
    } catch (RocksDBException e) {
      throw RocksStore.unreadable(e);
    }
  }

  @Override
  public byte[] key() {
    return iterator.key();
  }

  @Override
  public byte[] value() {
    return iterator.value();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      iterator.close();
      reading.close();
      lower.close();
      if (upper != null) {
        upper.close();
      }
      onClose.run();
    }
  }
}
