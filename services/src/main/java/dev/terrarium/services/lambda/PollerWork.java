package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.Signals;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The threads of one [Poller], and the end of them.
final class PollerWork {
  private static final Duration FOREVER = Duration.ofDays(36_500);
  private static final long BACKOFF_MILLIS_MIN = 200;
  private static final long BACKOFF_MILLIS_MAX = 60_000;

  final Cloud cloud;
  private final Scope scope;
  private final String key;
  private final ReentrantLock lock = new ReentrantLock();
  private int active;
  private @Nullable Runnable whenEnded;
  private volatile boolean stopped;
  private volatile boolean abandoned;

  PollerWork(Cloud cloud, Scope scope, String mapping) {
    this.cloud = cloud;
    this.scope = scope;
    this.key = "lambda.mapping:" + mapping;
  }

  /// Whether nothing more is to be taken.
  boolean stopped() {
    return stopped;
  }

  /// Whether what comes of what is being done is not to be believed any more.
  boolean abandoned() {
    return abandoned;
  }

  /// Runs something on a thread of its own; tells whether it does, or everything ends.
  boolean start(String name, Runnable work) {
    lock.lock();
    try {
      if (stopped) {
        return false;
      }
      active++;
    } finally {
      lock.unlock();
    }
    cloud.background(
        "lambda",
        name,
        scope,
        () -> {
          try {
            work.run();
          } finally {
            exit();
          }
        });
    return true;
  }

  /// Watches for the end and for other keys.
  Signals.Watch watch(String... others) {
    var keys = new String[others.length + 1];
    System.arraycopy(others, 0, keys, 0, others.length);
    keys[others.length] = key;
    return cloud.signals().watch(keys);
  }

  /// Waits for a signal, however long it takes.
  void await(Signals.Watch watch) throws InterruptedException {
    watch.await(cloud.clock().now().plus(FOREVER));
  }

  /// Waits after an error, longer after each, whatever is signalled but the end.
  ///
  /// @param errors how many there were before in a row
  /// @param latest wait no longer than this
  void backOff(Signals.Watch watch, int errors, Instant latest) throws InterruptedException {
    var millis = Math.min(BACKOFF_MILLIS_MAX, BACKOFF_MILLIS_MIN << Math.min(errors, 10));
    var until = cloud.clock().now().plusMillis(millis);
    until = until.isAfter(latest) ? latest : until;
    while (!stopped && cloud.clock().now().isBefore(until)) {
      watch.await(until);
    }
  }

  void stop(Runnable ended) {
    end(ended);
  }

  void abandon() {
    abandoned = true;
    end(() -> {});
  }

  private void end(Runnable ended) {
    boolean over;
    lock.lock();
    try {
      stopped = true;
      over = active == 0;
      whenEnded = over ? null : ended;
    } finally {
      lock.unlock();
    }
    cloud.signals().signal(key);
    if (over) {
      ended.run();
    }
  }

  private void exit() {
    Runnable ended = null;
    lock.lock();
    try {
      active--;
      if (stopped && active == 0) {
        ended = whenEnded;
        whenEnded = null;
      }
    } finally {
      lock.unlock();
    }
    if (ended != null && !abandoned) {
      ended.run();
    }
  }
}
