package dev.terrarium.engines.rocksdb;

import dev.terrarium.kernel.store.StoreException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Syncs the log for everybody: group commit.
///
/// Whoever waits puts itself on a stack and wakes the committer if it sleeps. The committer takes
/// the whole stack, reads how far the log has got, syncs once, and wakes all whom that covers.
/// While it syncs, the next group gathers; so the disk is always busy and nobody waits for more
/// than two syncs.
final class Committer implements AutoCloseable {
  /// Makes the log durable.
  interface Sync {
    void run();
  }

  private static final class Waiter {
    final Thread thread = Thread.currentThread();
    final long position;
    volatile boolean done;
    @Nullable Waiter next;

    Waiter(long position) {
      this.position = position;
    }
  }

  private final LongSupplier written;
  private final Sync sync;
  private final LongConsumer synced;
  private final AtomicReference<@Nullable Waiter> waiting = new AtomicReference<>();
  private final Thread thread;
  private volatile long durable;
  private volatile @Nullable Throwable failure;
  private volatile boolean closed;

  /// Set when somebody wants a sync without waiting for it; what it wrote, it wrote before.
  private volatile boolean hastened;

  /// Set when nobody looks at the stack any more: whoever comes later clears it itself.
  private volatile boolean ended;

  /// @param written how far the log has been written
  /// @param synced is told how far it has been synced, before anybody is woken
  Committer(LongSupplier written, Sync sync, LongConsumer synced) {
    this.written = written;
    this.sync = sync;
    this.synced = synced;
    this.durable = written.getAsLong();
    this.thread = Thread.ofPlatform().daemon().name("committer").start(this::run);
  }

  long durable() {
    return durable;
  }

  /// Returns when everything up to `position` is durable.
  void await(long position) {
    if (durable >= position) {
      return;
    }
    var waiter = new Waiter(position);
    push(waiter);
    if (waiter.next == null) {
      LockSupport.unpark(thread);
    }
    if (ended) {
      release();
    }
    boolean interrupted = false;
    while (!waiter.done) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    var failed = failure;
    if (durable < position) {
      throw new StoreException(
          "The store can no longer be made durable",
          failed == null ? new IllegalStateException("closed") : failed);
    }
  }

  /// Has everything up to `position` made durable, without waiting for it.
  void hasten(long position) {
    if (durable < position && !hastened) {
      hastened = true;
      LockSupport.unpark(thread);
    }
  }

  private void push(Waiter waiter) {
    do {
      waiter.next = waiting.get();
    } while (!waiting.compareAndSet(waiter.next, waiter));
  }

  private void run() {
    while (true) {
      var group = waiting.getAndSet(null);
      if (group == null && !hastened) {
        if (closed) {
          ended = true;
          release();
          return;
        }
        LockSupport.park(this);
        continue;
      }
      hastened = false;
      syncOnce();
      if (group != null) {
        wake(group);
      }
    }
  }

  private void syncOnce() {
    if (failure != null) {
      return;
    }
    var position = written.getAsLong();
    try {
      sync.run();
      synced.accept(position);
      durable = position;
    } catch (RuntimeException | Error e) {
      failure = e;
      System.getLogger(Committer.class.getName())
          .log(
              System.Logger.Level.ERROR,
              "The log cannot be synced; no write is acknowledged any more",
              e);
    }
  }

  /// Lets everybody go who came too late for the last sync.
  private void release() {
    var late = waiting.getAndSet(null);
    if (late != null) {
      wake(late);
    }
  }

  private void wake(Waiter group) {
    Waiter waiter = group;
    while (waiter != null) {
      var next = waiter.next;
      if (durable < waiter.position && failure == null && !closed) {
        push(waiter);
      } else {
        waiter.done = true;
        LockSupport.unpark(waiter.thread);
      }
      waiter = next;
    }
  }

  /// Syncs for those who wait now; who comes later is refused unless it is covered already.
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
