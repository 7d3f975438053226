package dev.terrarium.kernel.time;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// How much background work is running and not waiting for the clock or a signal.
///
/// [Timers#advance] stops at every moment at which something falls due and lets what it woke come
/// to rest before it goes on; this is how it knows. Whoever wakes a waiting worker counts it as
/// busy again, not the worker itself, so there is no moment at which woken work is not counted.
public final class Activity {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition idle = lock.newCondition();
  private int busy;

  /// One more worker is busy.
  public void enter() {
    lock.lock();
    try {
      busy++;
    } finally {
      lock.unlock();
    }
  }

  /// One worker is done, or begins to wait.
  public void exit() {
    lock.lock();
    try {
      if (--busy == 0) {
        idle.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /// Waits until nobody is busy, or `limitNanos` of the machine's time have passed; tells which.
  public boolean awaitIdle(long limitNanos) {
    lock.lock();
    try {
      var left = limitNanos;
      while (busy > 0) {
        if (left <= 0) {
          return false;
        }
        left = idle.awaitNanos(left);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  /// The limit of one wait in [Timers#advance].
  public static long settleNanosMax() {
    return TimeUnit.SECONDS.toNanos(30);
  }
}
