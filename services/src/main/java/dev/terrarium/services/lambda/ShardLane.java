package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Signals;
import dev.terrarium.services.lambda.ShardReader.Entry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One of a shard's lanes: takes its records in batches, one after the other, to the function.
///
/// A thread works here only while there is something to do. Records leave the queue when they have
/// been handled or given up, so whatever ends the thread, the next one goes on where it was.
final class ShardLane {
  /// A little less than the 6 MB that an event may have, for what stands around the records.
  private static final int EVENT_BYTES_MAX = 6 * 1024 * 1024 - 4096;

  /// While the reader is behind, it tells when that has changed.
  private static final Duration LOOK_AGAIN = Duration.ofHours(1);

  private final Cloud cloud;
  private final PollerWork work;
  private final ShardReader reader;
  private final int index;
  private final String key;
  private final int batchSize;
  private final Duration batchingWindow;
  private final LaneDelivery delivery;
  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Entry> queue = new ArrayDeque<>();
  private boolean running;
  private boolean closing;

  ShardLane(
      Cloud cloud, StreamPoller poller, ShardReader reader, int index, ShardProgress.Lane mark) {
    this.cloud = cloud;
    this.work = poller.work;
    this.reader = reader;
    this.index = index;
    var mapping = poller.target.mapping;
    this.key = "lambda.lane:" + mapping.uuid() + ":" + reader.shard + ":" + index;
    this.batchSize = mapping.batchSize();
    this.batchingWindow = Duration.ofSeconds(mapping.maximumBatchingWindowInSeconds());
    this.delivery = new LaneDelivery(cloud, poller, reader.shard, mark, this::done);
  }

  /// Takes records to deliver.
  void offer(List<Entry> entries) {
    if (!entries.isEmpty()) {
      wake(() -> queue.addAll(entries));
    }
  }

  /// All that there is has been offered: a window whose time is up is over.
  void caughtUp() {
    if (delivery.hasWindows()) {
      wake(() -> {});
    }
  }

  /// Nothing more will be offered.
  void close() {
    wake(() -> closing = true);
  }

  private void wake(Runnable change) {
    boolean fresh;
    lock.lock();
    try {
      change.run();
      fresh = !running;
      running = true;
    } finally {
      lock.unlock();
    }
    if (fresh) {
      work.start("lambda-" + key, this::run);
    } else {
      cloud.signals().signal(key);
    }
  }

  private void run() {
    try (var watch = work.watch(key)) {
      for (int errors = 0; !work.stopped(); errors++) {
        try {
          work(watch);
          return;
        } catch (RuntimeException e) {
          if (!work.stopped()) {
            System.getLogger(ShardLane.class.getName())
                .log(System.Logger.Level.ERROR, "Records of " + key + " wait", e);
          }
        }
        work.backOff(watch, errors, Instant.MAX);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void work(Signals.Watch watch) throws InterruptedException {
    for (var batch = take(watch); batch != null; batch = take(watch)) {
      if (batch.isEmpty()) {
        delivery.closeWindow(watch, closing);
      } else {
        delivery.deliver(batch, watch);
      }
    }
  }

  /// The next batch; an empty one if the open window is over; null if there is nothing to do, and
  /// then this thread works here no more.
  private @Nullable List<Entry> take(Signals.Watch watch) throws InterruptedException {
    Instant due = null;
    while (!work.stopped()) {
      Instant until;
      boolean over = false;
      lock.lock();
      try {
        var now = cloud.clock().now();
        if (queue.isEmpty()) {
          if (delivery.window() < 0) {
            running = false;
            over = closing;
            until = now;
          } else if (closing || !reader.isBehind() && !now.isBefore(delivery.windowEnd())) {
            return List.of();
          } else {
            until = reader.isBehind() ? now.plus(LOOK_AGAIN) : delivery.windowEnd();
          }
        } else if (delivery.isBehindWindow(queue.getFirst().item)) {
          return List.of();
        } else {
          var batch = new ArrayList<Entry>();
          var isFull = fill(batch);
          due = due == null ? now.plus(batchingWindow) : due;
          if (isFull || closing || !now.isBefore(due)) {
            return batch;
          }
          until = due;
        }
        if (!running) {
          break;
        }
      } finally {
        lock.unlock();
        if (over) {
          reader.closed();
        }
      }
      watch.await(until);
    }
    return null;
  }

  /// Fills a batch from the head of the queue; tells whether no more would go into it.
  private boolean fill(List<Entry> batch) {
    long bytes = delivery.stateLength();
    for (var entry : queue) {
      bytes += entry.item.json().length + 1;
      var fits =
          batch.isEmpty()
              || bytes <= EVENT_BYTES_MAX
                  && delivery.isSameWindow(batch.getFirst().item, entry.item);
      if (!fits) {
        return true;
      }
      batch.add(entry);
      if (batch.size() == batchSize) {
        return true;
      }
    }
    return false;
  }

  /// Some entries, which are the head of the queue, are done with, or a window is.
  private void done(List<Entry> entries, ShardProgress.Lane mark) {
    lock.lock();
    try {
      for (int i = 0; i < entries.size(); i++) {
        queue.removeFirst();
      }
    } finally {
      lock.unlock();
    }
    reader.handled(index, entries, mark);
  }
}
