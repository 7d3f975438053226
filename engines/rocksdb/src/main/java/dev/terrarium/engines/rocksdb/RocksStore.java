package dev.terrarium.engines.rocksdb;

import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.Cursor;
import dev.terrarium.kernel.store.Snapshot;
import dev.terrarium.kernel.store.Store;
import dev.terrarium.kernel.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.Checkpoint;
import org.rocksdb.CompressionType;
import org.rocksdb.IndexType;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/// The store on disk: RocksDB, with one committer that syncs its log for everybody.
///
/// **Positions** are RocksDB's sequence numbers. A write is in the log before it is visible, so
/// everything that a reader can see at sequence `n` is durable once the log has been synced after
/// `n` was the latest.
///
/// **Recovery** reads the log to its end. A last record that was cut off by the end of the process
/// was never acknowledged and is dropped, with a note; a damaged record anywhere else refuses to
/// open, naming the file, because going on would silently lose what comes behind it. How far the
/// log had been synced is kept in a [Watermark]: if less than that is found again, the store
/// refuses to open as well.
public final class RocksStore implements Store {
  private static final System.Logger LOG = System.getLogger(RocksStore.class.getName());
  private static final long CACHE_BYTES = 64L * 1024 * 1024;

  /// Sixteen parts of the cache. By default there are sixty-four, of a megabyte each, and what is
  /// larger than its part is read from the file each time.
  private static final int CACHE_SHARD_BITS = 4;

  private static final int METADATA_BLOCK_BYTES = 4096;
  private static final long MEMTABLE_BYTES = 64L * 1024 * 1024;
  private static final long BLOB_BYTES_MIN = 4 * 1024;
  private static final Duration CLOSE_MAX = Duration.ofSeconds(5);

  static {
    NativeLibrary.load();
  }

  private final Cache cache = new LRUCache(CACHE_BYTES, CACHE_SHARD_BITS, false, 0.5);
  private final Options options;
  private final WriteOptions writing = new WriteOptions().setSync(false);
  private final RocksDB db;
  private final Watermark watermark;
  private final Committer committer;

  /// How many reads, writes, cursors and snapshots are open: engine resources must not be used
  /// after they were closed.
  private final AtomicInteger users = new AtomicInteger();

  private final AtomicBoolean closing = new AtomicBoolean();
  private final Duration closeMax;
  private volatile boolean closed;

  /// Opens the store in a folder, which is made if need be.
  ///
  /// @throws StoreException if it is damaged, or another process has it open
  public RocksStore(Path directory) {
    this(directory, CLOSE_MAX);
  }

  /// @param closeMax how long [#close] waits for open cursors and snapshots
  RocksStore(Path directory, Duration closeMax) {
    this.closeMax = closeMax;
    this.options = options();
    try {
      Files.createDirectories(directory);
      this.db = RocksDB.open(options, directory.resolve("store").toString());
    } catch (RocksDBException e) {
      options.close();
      cache.close();
      throw new StoreException(explain(directory, e), e);
    } catch (IOException e) {
      throw new StoreException("Cannot make the folder " + directory, e);
    }
    this.watermark = openWatermark(directory);
    this.committer = new Committer(db::getLatestSequenceNumber, this::sync, watermark::set);
    watermark.set(db.getLatestSequenceNumber());
  }

  private Watermark openWatermark(Path directory) {
    try {
      var opened = new Watermark(directory.resolve("watermark"));
      var found = db.getLatestSequenceNumber();
      if (opened.get() > found) {
        opened.abandon();
        db.close();
        throw new StoreException(
            "The store in "
                + directory
                + " ends at position "
                + found
                + ", but position "
                + opened.get()
                + " had been acknowledged: its log was cut off or damaged. Restore a snapshot, or"
                + " delete the file 'watermark' to go on without what is lost.");
      } else if (opened.wasDirty()) {
        LOG.log(
            System.Logger.Level.INFO,
            "The store was not closed; recovered up to position {0}, of which {1} had been"
                + " acknowledged",
            found,
            opened.get());
      }
      return opened;
    } catch (IOException e) {
      db.close();
      throw new StoreException("Cannot open the watermark in " + directory, e);
    }
  }

  private static String explain(Path directory, RocksDBException e) {
    var message = String.valueOf(e.getMessage());
    if (message.contains("While lock file") || message.contains("lock hold by")) {
      return "The store in " + directory + " is in use by another process";
    } else if (isDamage(e)) {
      return "The store in "
          + directory
          + " is damaged: "
          + message
          + ". Nothing was changed. Restore a snapshot, or move the damaged file away to give up"
          + " what is in it.";
    }
    return "Cannot open the store in " + directory + ": " + message;
  }

  private static boolean isDamage(RocksDBException e) {
    var status = e.getStatus();
    return status != null && status.getCode() == Status.Code.Corruption;
  }

  /// A failure to read, told apart: a disk that cannot, or data that is damaged.
  static StoreException unreadable(RocksDBException e) {
    var what = isDamage(e) ? "The store is damaged: " : "Cannot read: ";
    return new StoreException(what + e.getMessage(), e);
  }

  private Options options() {
    var table =
        new BlockBasedTableConfig()
            .setBlockCache(cache)
            .setFilterPolicy(new BloomFilter(10))
            // Filters and indexes in small blocks: those of a file of a million keys are megabytes,
            // of which a read needs one block each.
            .setIndexType(IndexType.kTwoLevelIndexSearch)
            .setPartitionFilters(true)
            .setMetadataBlockSize(METADATA_BLOCK_BYTES)
            .setCacheIndexAndFilterBlocks(true)
            .setCacheIndexAndFilterBlocksWithHighPriority(true)
            .setPinTopLevelIndexAndFilter(true)
            .setPinL0FilterAndIndexBlocksInCache(true);
    return new Options()
        .setCreateIfMissing(true)
        .setTableFormatConfig(table)
        .setWriteBufferSize(MEMTABLE_BYTES)
        .setMaxWriteBufferNumber(3)
        .setCompressionType(CompressionType.LZ4_COMPRESSION)
        .setEnableBlobFiles(true)
        .setMinBlobSize(BLOB_BYTES_MIN)
        .setEnableBlobGarbageCollection(true)
        .setWalRecoveryMode(WALRecoveryMode.TolerateCorruptedTailRecords)
        .setParanoidChecks(true)
        // The log is written when it is synced, once for a whole group: what was not synced was not
        // acknowledged.
        .setManualWalFlush(true)
        .setMaxBackgroundJobs(2)
        .setKeepLogFileNum(4)
        .setMaxLogFileSize(4L * 1024 * 1024)
        .setStatsDumpPeriodSec(0);
  }

  private void sync() {
    try {
      db.flushWal(true);
    } catch (RocksDBException e) {
      throw new StoreException("Cannot sync the log: " + e.getMessage(), e);
    }
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    enter();
    try {
      return db.get(key);
    } catch (RocksDBException e) {
      throw unreadable(e);
    } finally {
      leave();
    }
  }

  @Override
  public Cursor scan(byte[] from, byte @Nullable [] to, boolean reverse) {
    enter();
    try {
      return new RocksCursor(db, null, from, to, reverse, this::leave);
    } catch (RuntimeException e) {
      leave();
      throw e;
    }
  }

  @Override
  public Snapshot snapshot() {
    enter();
    var moment = db.getSnapshot();
    return new Snapshot() {
      @Override
      public byte @Nullable [] get(byte[] key) {
        try (var reading = new ReadOptions().setSnapshot(moment)) {
          return db.get(reading, key);
        } catch (RocksDBException e) {
          throw unreadable(e);
        }
      }

      @Override
      public Cursor scan(byte[] from, byte @Nullable [] to, boolean reverse) {
        return new RocksCursor(db, moment, from, to, reverse, () -> {});
      }

      @Override
      public void close() {
        db.releaseSnapshot(moment);
        moment.close();
        leave();
      }
    };
  }

  @Override
  public void commit(Batch batch) {
    if (!batch.isEmpty()) {
      write(batch);
    }
    batch.committed();
  }

  private void write(Batch batch) {
    enter();
    try {
      var changes = batch.changes();
      var first = changes.getFirst();
      var value = first.value();
      if (changes.size() == 1 && value != null) {
        db.put(writing, first.key(), value);
        return;
      }
      try (var writes = new WriteBatch()) {
        for (var change : changes) {
          var changed = change.value();
          if (changed == null) {
            writes.delete(change.key());
          } else {
            writes.put(change.key(), changed);
          }
        }
        db.write(writing, writes);
      }
    } catch (RocksDBException e) {
      throw new StoreException("Cannot write: " + e.getMessage(), e);
    } finally {
      leave();
    }
  }

  @Override
  public long position() {
    enter();
    try {
      return db.getLatestSequenceNumber();
    } finally {
      leave();
    }
  }

  @Override
  public void awaitDurable(long position) {
    committer.await(position);
  }

  @Override
  public void hasten() {
    committer.hasten(position());
  }

  @Override
  public void checkpoint(Path directory) {
    enter();
    try (var checkpoint = Checkpoint.create(db)) {
      Files.createDirectory(directory);
      checkpoint.createCheckpoint(directory.resolve("store").toString());
    } catch (RocksDBException | IOException e) {
      throw new StoreException("Cannot make the checkpoint " + directory + ": " + e, e);
    } finally {
      leave();
    }
  }

  @Override
  public void clear() {
    enter();
    try {
      var last = new byte[KEY_BYTES_MAX];
      java.util.Arrays.fill(last, (byte) 0xFF);
      db.deleteRange(writing, new byte[0], last);
    } catch (RocksDBException e) {
      throw new StoreException("Cannot clear: " + e.getMessage(), e);
    } finally {
      leave();
    }
  }

  private void enter() {
    users.incrementAndGet();
    if (closed) {
      leave();
      throw new StoreException("The store is closed");
    }
  }

  private void leave() {
    users.decrementAndGet();
  }

  /// Syncs and closes. Whoever still holds a cursor or a snapshot is waited for, but not for ever:
  /// then everything is durable all the same, and only memory is kept until the process ends.
  @Override
  public void close() {
    if (!closing.compareAndSet(false, true)) {
      return;
    }
    closed = true;
    committer.close();
    var isUnused = awaitUnused();
    var last = db.getLatestSequenceNumber();
    sync();
    watermark.set(last);
    watermark.close();
    if (!isUnused) {
      LOG.log(
          System.Logger.Level.WARNING,
          "{0} cursors or snapshots of the store are still open; it is durable, but not closed",
          users.get());
      return;
    }
    db.close();
    writing.close();
    options.close();
    cache.close();
  }

  private boolean awaitUnused() {
    for (long left = closeMax.toMillis(); users.get() > 0 && left > 0; left--) {
      LockSupport.parkNanos(1_000_000);
    }
    return users.get() == 0;
  }
}
