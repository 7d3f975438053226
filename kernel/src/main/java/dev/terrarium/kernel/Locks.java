package dev.terrarium.kernel;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// One lock per aggregate (a queue, a shard, an item), from a fixed number of stripes.
///
/// Held for memory work only, never across I/O or a call to another service. Never hold two:
/// different aggregates may share a stripe, and an order between stripes is not kept.
public final class Locks {
  private static final int STRIPES = 1024;

  private final ReentrantLock[] stripes = new ReentrantLock[STRIPES];

  /// Locks that nobody holds.
  public Locks() {
    for (int i = 0; i < STRIPES; i++) {
      stripes[i] = new ReentrantLock();
    }
  }

  /// Does something while nobody else does anything with the same aggregate.
  ///
  /// @param <T> what comes of it
  public <T> T with(Object aggregate, Supplier<T> work) {
    var hash = aggregate.hashCode();
    var stripe = stripes[(hash ^ hash >>> 16) & STRIPES - 1];
    stripe.lock();
    try {
      return work.get();
    } finally {
      stripe.unlock();
    }
  }
}
