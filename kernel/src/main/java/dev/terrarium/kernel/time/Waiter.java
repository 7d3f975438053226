package dev.terrarium.kernel.time;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
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

  private final Thread thread = Thread.currentThread();
  private final @Nullable Activity activity = COUNTED.isBound() ? COUNTED.get() : null;
  private final AtomicInteger state = new AtomicInteger(FRESH);

  /// Ends the wait, from any thread, before or while it happens. True for the first call.
  public boolean wake() {
    var before = state.getAndSet(WOKEN);
    if (before == PARKED && activity != null) {
      activity.enter();
    }
    if (before != WOKEN) {
      LockSupport.unpark(thread);
    }
    return before != WOKEN;
  }

  /// Waits until `deadline` by the clock or until [#wake]; false if the deadline came first.
  ///
  /// @throws InterruptedException if the thread is asked to end
  public boolean await(Timers timers, Instant deadline) throws InterruptedException {
    var timedOut = new AtomicBoolean();
    var alarm = timers.at(deadline, () -> timedOut.set(wake()));
    try {
      await();
    } finally {
      alarm.cancel();
    }
    return !timedOut.get();
  }

  /// Waits until [#wake].
  ///
  /// @throws InterruptedException if the thread is asked to end
  public void await() throws InterruptedException {
    if (!state.compareAndSet(FRESH, PARKED)) {
      return;
    }
    if (activity != null) {
      activity.exit();
    }
    while (state.get() != WOKEN) {
      LockSupport.park(this);
      if (Thread.interrupted()) {
        wake();
        throw new InterruptedException();
      }
    }
  }
}
