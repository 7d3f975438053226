package dev.terrarium.kernel.time;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// One wait of one thread for the first of several things: a moment of the clock, or a call of
/// [#wake].
///
/// Made by the thread that is going to wait, anew for every wait. If the thread is counted
/// background work ([Timers#background]) it does not count as busy while it waits.
public final class Waiter {
  static final ScopedValue<Activity> COUNTED = ScopedValue.newInstance();

  private static final int FRESH = 0;
  private static final int PARKED = 1;
  private static final int WOKEN = 2;
  private static final int EXPIRED = 3;
  private static final int ENDED = 4;

  private final Thread thread = Thread.currentThread();
  private final @Nullable Activity activity = COUNTED.isBound() ? COUNTED.get() : null;
  private final AtomicInteger state = new AtomicInteger(FRESH);

  /// Ends the wait, from any thread, before or while it happens. True if nothing else has ended it.
  public boolean wake() {
    return end(WOKEN);
  }

  /// Asks the waiting thread to end, because everything does.
  void shutDown() {
    end(ENDED);
  }

  boolean isOf(Thread other) {
    return thread.equals(other);
  }

  private boolean end(int how) {
    while (true) {
      var before = state.get();
      if (before >= WOKEN) {
        return false;
      }
      // Counted before the state changes, so that woken work is never seen as idle.
      var counted = before == PARKED ? activity : null;
      if (counted != null) {
        counted.enter();
      }
      if (state.compareAndSet(before, how)) {
        LockSupport.unpark(thread);
        return true;
      }
      if (counted != null) {
        counted.exit();
      }
    }
  }

  /// Waits until `deadline` by the clock or until [#wake]; false if the deadline came first.
  ///
  /// @throws InterruptedException if the thread is asked to end
  public boolean await(Timers timers, Instant deadline) throws InterruptedException {
    timers.waits(this);
    var alarm = timers.at(deadline, () -> end(EXPIRED));
    try {
      await();
    } finally {
      alarm.cancel();
      timers.waitsNoMore(this);
    }
    return state.get() != EXPIRED;
  }

  /// Waits until [#wake].
  ///
  /// @throws InterruptedException if the thread is asked to end
  public void await() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    if (state.compareAndSet(FRESH, PARKED)) {
      if (activity != null) {
        activity.exit();
      }
      while (state.get() == PARKED) {
        LockSupport.park(this);
        if (Thread.interrupted()) {
          end(ENDED);
          throw new InterruptedException();
        }
      }
    }
    if (state.get() == ENDED) {
      var _ = Thread.interrupted();
      throw new InterruptedException("Everything ends");
    }
  }
}
