package dev.terrarium.services.lambda;

import dev.terrarium.kernel.time.Clock;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Where whoever invokes a sandbox meets what works in it: one invocation at a time goes over, and
/// what came of it comes back.
///
/// Time here is the machine's, since function code runs in it.
final class Handover {
  private static final Duration INIT_MAX = Duration.ofSeconds(10);

  private final Clock clock;
  private final int timeoutSeconds;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean ready;
  private boolean closed;
  private @Nullable Outcome initFailure;
  private @Nullable Invocation next;
  private @Nullable Invocation running;
  private @Nullable Outcome outcome;
  private volatile long deadlineTicks;

  Handover(Clock clock, int timeoutSeconds) {
    this.clock = clock;
    this.timeoutSeconds = timeoutSeconds;
  }

  /// Waits until the worker has asked for work, has failed to start, `ended` says that it is gone,
  /// or ten seconds have passed: then AWS goes on with the start inside of the first invocation,
  /// within its timeout.
  void awaitReady(Supplier<Boolean> ended) {
    var start = clock.ticks();
    lock.lock();
    try {
      while (!ready && initFailure == null && !ended.get()) {
        var left = INIT_MAX.toNanos() - (clock.ticks() - start);
        if (left <= 0) {
          return;
        }
        changed.awaitNanos(left);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  /// Hands an invocation over and waits for what comes of it, at the latest until its time is up.
  ///
  /// @param gone is asked whether the worker has gone, whenever something has changed
  /// @param over is asked every `overNanos` whether the worker has to go
  Outcome run(
      Invocation invocation,
      Supplier<@Nullable Outcome> gone,
      long overNanos,
      Supplier<@Nullable Outcome> over) {
    lock.lock();
    try {
      if (initFailure != null) {
        return initFailure;
      }
      deadlineTicks = clock.ticks() + Duration.ofSeconds(timeoutSeconds).toNanos();
      outcome = null;
      running = invocation;
      next = invocation;
      changed.signalAll();
      while (outcome == null) {
        var ended = gone.get();
        var left = deadlineTicks - clock.ticks();
        if (ended != null) {
          outcome = ended;
        } else if (closed) {
          outcome = Outcome.platform("Sandbox.Failure", "The sandbox was closed");
        } else if (left <= 0) {
          outcome = Outcome.timeout(invocation.requestId(), timeoutSeconds);
        } else {
          var wait = Math.min(left, overNanos);
          if (changed.awaitNanos(wait) <= 0 && wait == overNanos && outcome == null) {
            outcome = over.get();
          }
        }
      }
      return outcome;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Outcome.platform("Sandbox.Failure", "The invocation was interrupted");
    } finally {
      running = null;
      lock.unlock();
    }
  }

  /// The next invocation; waits for it. Who asks for the first is ready.
  ///
  /// @throws InterruptedException if there will be none
  Invocation take() throws InterruptedException {
    lock.lock();
    try {
      ready = true;
      changed.signalAll();
      while (next == null || closed) {
        if (closed) {
          throw new InterruptedException();
        }
        changed.await();
      }
      var taken = next;
      next = null;
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /// What came of an invocation; nobody wants to know if its time was up.
  void finish(String requestId, Outcome result) {
    lock.lock();
    try {
      if (running != null && requestId.equals(running.requestId()) && outcome == null) {
        outcome = result;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /// The invocation of that id, if it is being waited for.
  @Nullable Invocation running(String requestId) {
    lock.lock();
    try {
      return running != null && outcome == null && requestId.equals(running.requestId())
          ? running
          : null;
    } finally {
      lock.unlock();
    }
  }

  /// The start has failed: so does every invocation.
  void failInit(Outcome failure) {
    lock.lock();
    try {
      initFailure = failure;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Has everybody look again.
  void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Nothing is handed over any more.
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  boolean closed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /// How long the running invocation still may take.
  Duration left() {
    return Duration.ofNanos(deadlineTicks - clock.ticks());
  }
}
