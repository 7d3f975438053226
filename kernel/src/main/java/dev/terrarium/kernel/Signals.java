package dev.terrarium.kernel;

import dev.terrarium.kernel.time.Timers;
import dev.terrarium.kernel.time.Waiter;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Wakes those who wait for a resource to change: long polls, event source mappings, stream
/// consumers. None of them polls on a timer.
///
/// A signal says "look again", not what to see. Watch first, then look, then wait, and no change is
/// missed:
///
/// ```java
/// try (var watch = signals.watch(queueArn)) {
///   while (nothingThere() && watch.await(deadline)) {}
/// }
/// ```
public final class Signals {
  private final Timers timers;
  private final Map<String, Set<Watch>> watches = new ConcurrentHashMap<>();

  Signals(Timers timers) {
    this.timers = timers;
  }

  /// Wakes everybody who watches `key`.
  public void signal(String key) {
    var watching = watches.get(key);
    if (watching != null) {
      for (var watch : watching) {
        watch.signal();
      }
    }
  }

  /// Wakes one of those who watch `key` and are waiting; tells whether there was one. Whoever is
  /// woken and finds more than it takes signals again.
  public boolean signalOne(String key) {
    var watching = watches.get(key);
    if (watching == null) {
      return false;
    }
    for (var watch : watching) {
      if (watch.signalIfWaiting()) {
        return true;
      }
    }
    for (var watch : watching) {
      watch.signal();
    }
    return false;
  }

  /// Begins to watch; everything signalled from now on ends the next wait.
  public Watch watch(String... keys) {
    return new Watch(List.of(keys));
  }

  /// Somebody's interest in some keys. Used by one thread, which closes it.
  public final class Watch implements AutoCloseable {
    private final List<String> keys;
    private final AtomicBoolean signalled = new AtomicBoolean();
    private final AtomicReference<@Nullable Waiter> waiting = new AtomicReference<>();

    Watch(List<String> keys) {
      this.keys = keys;
      for (var key : keys) {
        watches.compute(
            key,
            (k, set) -> {
              var watching = set == null ? ConcurrentHashMap.<Watch>newKeySet() : set;
              watching.add(this);
              return watching;
            });
      }
    }

    /// Waits until one of the keys is signalled, if that has not happened since the last wait, or
    /// until `deadline`; false if the deadline came first.
    ///
    /// @throws InterruptedException if the thread is asked to end
    public boolean await(Instant deadline) throws InterruptedException {
      var waiter = new Waiter();
      waiting.set(waiter);
      var woken = false;
      try {
        if (!signalled.get()) {
          woken = waiter.await(timers, deadline);
        }
      } finally {
        waiting.set(null);
      }
      // Whoever wakes the waiter may not have come to set the mark yet.
      return signalled.getAndSet(false) || woken;
    }

    /// Ends the wait as a signal would.
    public void signal() {
      signalled.set(true);
      var waiter = waiting.get();
      if (waiter != null) {
        waiter.wake();
      }
    }

    boolean signalIfWaiting() {
      var waiter = waiting.get();
      return waiter != null && waiter.wake();
    }

    @Override
    public void close() {
      for (var key : keys) {
        watches.computeIfPresent(
            key,
            (k, set) -> {
              set.remove(this);
              return set.isEmpty() ? null : set;
            });
      }
    }
  }
}
