package dev.terrarium.services.s3;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Scope;
import java.util.concurrent.atomic.AtomicInteger;

/// Background work that runs while there is some and otherwise does not exist: [#wake] after
/// something was added, and the work runs at least once more, on one virtual thread at a time.
final class Worker {
  private static final int IDLE = 0;
  private static final int RUNNING = 1;
  private static final int AGAIN = 2;

  private final Cloud cloud;
  private final String name;
  private final Scope scope;
  private final Runnable work;
  private final AtomicInteger state = new AtomicInteger(IDLE);

  /// @param work does all that there is to do
  Worker(Cloud cloud, String name, Scope scope, Runnable work) {
    this.cloud = cloud;
    this.name = name;
    this.scope = scope;
    this.work = work;
  }

  /// Has the work run.
  void wake() {
    if (state.getAndSet(AGAIN) == IDLE) {
      cloud.background("s3", name, scope, this::run);
    }
  }

  private void run() {
    do {
      state.set(RUNNING);
      try {
        work.run();
      } catch (RuntimeException e) {
        state.set(IDLE);
        throw e;
      }
    } while (!state.compareAndSet(RUNNING, IDLE));
  }
}
