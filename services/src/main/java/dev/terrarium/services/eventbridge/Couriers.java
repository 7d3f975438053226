package dev.terrarium.services.eventbridge;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.Keyspace;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// A worker for each target that is to get events: in order, with retries, without a poll.
///
/// A delivery is in the store from the batch that accepts its event until the target has taken it,
/// so a crash at any moment repeats one but loses none. What fails waits behind what is due before
/// it and holds up nothing.
final class Couriers implements AutoCloseable {
  private static final Duration IDLE = Duration.ofMinutes(1);
  private static final int PAGE = 100;

  private final Cloud cloud;
  private final Keyspace<Delivery.Key, Delivery> deliveries;
  private final Attempts attempts;
  private final Set<TargetKey> running = ConcurrentHashMap.newKeySet();
  private final AtomicLong lastNumber = new AtomicLong();
  private volatile boolean closed;

  Couriers(EventStore store, Attempts attempts) {
    this.cloud = store.cloud;
    this.deliveries = store.keyspace("deliveries", Delivery.Key.CODEC, Delivery.CODEC);
    this.attempts = attempts;
  }

  /// Takes up what an earlier process left.
  void resume() {
    var none = new RuleKey(new BusKey(new Scope("", ""), ""), "");
    var from = new Delivery.Key(new TargetKey(none, ""), 0, 0);
    while (true) {
      var found = new ArrayList<TargetKey>(1);
      deliveries.scanFrom(
          from,
          (key, delivery) -> {
            found.add(key.target());
            return false;
          });
      if (found.isEmpty()) {
        return;
      }
      wake(found.getFirst());
      from = new Delivery.Key(found.getFirst(), Long.MAX_VALUE, Long.MAX_VALUE);
    }
  }

  /// Has a target get an event once the batch has committed.
  void add(Batch batch, TargetKey target, Delivery delivery) {
    deliveries.put(batch, new Delivery.Key(target, delivery.sinceMillis(), nextNumber()), delivery);
    batch.afterCommit(() -> wake(target));
  }

  @Override
  public void close() {
    closed = true;
    running.forEach(target -> cloud.signals().signal(target.signal()));
  }

  private long nextNumber() {
    var now = cloud.clock().millis() << 20;
    return lastNumber.updateAndGet(last -> Math.max(last + 1, now));
  }

  private void wake(TargetKey target) {
    if (running.add(target)) {
      cloud.background("events", "Deliver", target.rule().bus().scope(), () -> run(target));
    } else {
      cloud.signals().signal(target.signal());
    }
  }

  private void run(TargetKey target) {
    try (var watch = cloud.signals().watch(target.signal())) {
      while (!closed) {
        var next = round(target);
        var until = next == null ? cloud.clock().now().plus(IDLE) : next;
        if (!watch.await(until) && next == null) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      running.remove(target);
      if (!closed && !Thread.currentThread().isInterrupted() && hasMore(target)) {
        wake(target);
      }
    }
  }

  private boolean hasMore(TargetKey target) {
    var found = new boolean[1];
    deliveries.scan(
        (key, delivery) -> {
          found[0] = true;
          return false;
        },
        target.parts());
    return found[0];
  }

  private record Due(Delivery.Key key, Delivery delivery) {}

  /// Makes every delivery that is due; returns when the next one is, or null if there is none.
  private @Nullable Instant round(TargetKey target) throws InterruptedException {
    while (!closed) {
      var due = new ArrayList<Due>();
      var next = new long[] {Long.MAX_VALUE};
      var now = cloud.clock().millis();
      deliveries.scan(
          (key, delivery) -> {
            if (key.dueMillis() > now) {
              next[0] = key.dueMillis();
              return false;
            }
            due.add(new Due(key, delivery));
            return due.size() < PAGE;
          },
          target.parts());
      if (due.isEmpty()) {
        return next[0] == Long.MAX_VALUE ? null : Instant.ofEpochMilli(next[0]);
      }
      make(target, due);
    }
    return null;
  }

  private void make(TargetKey target, List<Due> due) throws InterruptedException {
    var atOnce = Math.min(due.size(), attempts.atOnce(target));
    if (atOnce <= 1) {
      due.forEach(this::make);
      return;
    }
    for (int from = 0; from < due.size(); from += atOnce) {
      var some = due.subList(from, Math.min(due.size(), from + atOnce));
      var done = new CountDownLatch(some.size());
      for (var one : some) {
        cloud.background(
            "events",
            "Deliver",
            target.rule().bus().scope(),
            () -> {
              try {
                make(one);
              } finally {
                done.countDown();
              }
            });
      }
      done.await();
    }
  }

  private void make(Due one) {
    if (closed) {
      return;
    }
    cloud.causedBy(
        one.delivery.trace(),
        () -> {
          var pause = attempts.make(one.key.target(), one.delivery);
          var batch = new Batch();
          deliveries.delete(batch, one.key);
          if (pause != null) {
            var due = cloud.clock().now().plus(pause).toEpochMilli();
            deliveries.put(
                batch,
                new Delivery.Key(one.key.target(), due, one.key.number()),
                one.delivery.failed());
          }
          cloud.store().commit(batch);
        });
  }
}
