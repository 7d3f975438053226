package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Signals;
import dev.terrarium.services.lambda.StreamPosition.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/// Reads one shard, deals its records to as many [ShardLane]s as the mapping's parallelization
/// factor says, by their keys, and keeps how far all of them have come.
///
/// Records wait here in their order until they and all before them are handled. The position that
/// is stored is that of the first that waits; what lanes have done beyond it is stored with each
/// lane, and is passed over when it is read again.
final class ShardReader {
  private static final int READ_MIN = 1000;
  private static final int READ_MAX = 10_000;
  private static final int AHEAD_BYTES_MAX = 12 * 1024 * 1024;

  /// Iterators expire after five minutes. One that stands behind nothing we have seen cannot be
  /// made again.
  private static final Duration RENEW = Duration.ofMinutes(4);

  /// A record on its way.
  static final class Entry {
    final StreamSource.Item item;
    boolean handled;

    Entry(StreamSource.Item item, boolean handled) {
      this.item = item;
      this.handled = handled;
    }
  }

  final String shard;
  private final Cloud cloud;
  private final StreamPoller poller;
  private final PollerWork work;
  private final String room;
  private final StreamPosition start;
  private final List<ShardLane> lanes = new ArrayList<>();
  private final int aheadMax;
  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Entry> waiting = new ArrayDeque<>();
  private final List<ShardProgress.Lane> marks;
  private StreamPosition position;
  private StreamPosition read;
  private long aheadBytes;
  private int lanesOpen;
  private volatile boolean full;
  private volatile boolean behind = true;

  ShardReader(Cloud cloud, StreamPoller poller, String shard) {
    this.cloud = cloud;
    this.poller = poller;
    this.work = poller.work;
    this.shard = shard;
    var mapping = poller.target.mapping;
    this.room = "lambda.room:" + mapping.uuid() + ":" + shard;
    var progress = poller.progress(shard);
    this.start = progress.from();
    this.position = start;
    this.read = start;
    this.lanesOpen = mapping.parallelizationFactor();
    this.marks = progress.lanes(lanesOpen);
    this.aheadMax = Math.max(READ_MIN, 2 * mapping.batchSize() * lanesOpen);
    for (int i = 0; i < lanesOpen; i++) {
      lanes.add(new ShardLane(cloud, poller, this, i, marks.get(i)));
    }
  }

  void run() {
    try (var watch = work.watch(poller.source.signal(), room)) {
      read(watch);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void read(Signals.Watch watch) throws InterruptedException {
    var limit = Math.clamp(poller.target.mapping.batchSize(), READ_MIN, READ_MAX);
    var iterator = poller.latest(shard);
    int errors = 0;
    while (!work.stopped()) {
      if (isFull()) {
        behind = true;
        work.await(watch);
        continue;
      }
      try {
        if (iterator == null) {
          iterator = poller.source.iterator(shard, read);
        }
        var page = poller.source.read(shard, iterator, limit);
        errors = 0;
        deal(page.items());
        iterator = page.next();
        if (iterator == null) {
          lanes.forEach(ShardLane::close);
          return;
        }
        if (page.more()) {
          behind = true;
        } else {
          caughtUp();
          await(watch);
        }
      } catch (SdkException | IllegalArgumentException e) {
        iterator = null;
        if (!isExpired(e)) {
          poller.failed(e);
          work.backOff(watch, errors++, Instant.MAX);
        }
      }
    }
  }

  /// Whether there may be records that no lane has got yet, so that no window is over.
  boolean isBehind() {
    return behind;
  }

  private void caughtUp() {
    if (behind) {
      behind = false;
      lanes.forEach(ShardLane::caughtUp);
    }
  }

  private void await(Signals.Watch watch) throws InterruptedException {
    if (read.kind() == Kind.LATEST) {
      watch.await(cloud.clock().now().plus(RENEW));
    } else {
      work.await(watch);
    }
  }

  private static boolean isExpired(RuntimeException error) {
    return error instanceof AwsServiceException e
        && Errors.code(e).equals("ExpiredIteratorException");
  }

  private void deal(List<StreamSource.Item> items) {
    if (items.isEmpty()) {
      return;
    }
    var dealt = new ArrayList<List<Entry>>();
    lanes.forEach(_ -> dealt.add(new ArrayList<>()));
    int filtered = 0;
    lock.lock();
    try {
      for (var item : items) {
        var lane = Math.floorMod(item.key().hashCode(), lanes.size());
        var isNew = isNew(item, marks.get(lane));
        var entry = new Entry(item, !item.passes() || !isNew);
        filtered += !item.passes() && isNew ? 1 : 0;
        waiting.add(entry);
        if (!entry.handled) {
          aheadBytes += item.json().length;
          dealt.get(lane).add(entry);
        }
      }
      read = StreamPosition.after(items.getLast().sequence());
      advance();
    } finally {
      lock.unlock();
    }
    poller.target.count("PolledEventCount", items.size());
    poller.target.count("FilteredOutEventCount", filtered);
    for (int i = 0; i < dealt.size(); i++) {
      lanes.get(i).offer(dealt.get(i));
    }
  }

  /// What a lane has handled before is not new, nor what came before the mapping was.
  private boolean isNew(StreamSource.Item item, ShardProgress.Lane mark) {
    if (!mark.done().isEmpty() && StreamSource.compare(item.sequence(), mark.done()) <= 0) {
      return false;
    }
    return read.kind() != Kind.LATEST
        || !item.arrival().plusSeconds(1).isBefore(Instant.ofEpochMilli(start.millis()));
  }

  private void advance() {
    while (!waiting.isEmpty() && waiting.getFirst().handled) {
      position = StreamPosition.after(waiting.removeFirst().item.sequence());
    }
  }

  private boolean isFull() {
    lock.lock();
    try {
      full = waiting.size() >= aheadMax || aheadBytes >= (long) AHEAD_BYTES_MAX * lanes.size();
      return full;
    } finally {
      lock.unlock();
    }
  }

  /// A lane has handled some records, or given them up, or closed a window.
  void handled(int lane, List<Entry> entries, ShardProgress.Lane mark) {
    lock.lock();
    try {
      for (var entry : entries) {
        entry.handled = true;
        aheadBytes -= entry.item.json().length;
      }
      marks.set(lane, mark);
      advance();
      poller.progress(shard, new ShardProgress(position, marks, false));
    } finally {
      lock.unlock();
    }
    if (full) {
      cloud.signals().signal(room);
    }
  }

  /// A lane of a shard at its end has nothing left to do.
  void closed() {
    lock.lock();
    try {
      lanesOpen--;
      if (lanesOpen > 0) {
        return;
      }
      poller.progress(shard, new ShardProgress(position, List.of(), true));
    } finally {
      lock.unlock();
    }
    poller.done(shard);
  }
}
