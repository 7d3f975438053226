package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.time.Timers;
import dev.terrarium.services.lambda.LambdaState.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The sandboxes of one revision of one version. The one used last is used next, so that those
/// beyond what is needed grow old and are ended.
final class SandboxPool implements AutoCloseable {
  private static final Duration IDLE_MAX = Duration.ofMinutes(10);

  /// A sandbox that is ready.
  ///
  /// @param usableUntil when its credentials become too old for another invocation
  record Warm(
      Sandbox sandbox,
      SandboxLog log,
      FunctionKey function,
      Version version,
      Instant usableUntil) {}

  private record Idle(Warm warm, Instant since) {}

  private final Cloud cloud;
  private final String revision;
  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Idle> idle = new ArrayDeque<>();
  private final Set<Warm> busy = new HashSet<>();
  private int count;
  private int kept;
  private boolean closed;
  private Timers.@Nullable Alarm reaper;

  SandboxPool(Cloud cloud, String revision) {
    this.cloud = cloud;
    this.revision = revision;
  }

  String revision() {
    return revision;
  }

  int size() {
    lock.lock();
    try {
      return count;
    } finally {
      lock.unlock();
    }
  }

  /// Never ends the last `number` of them for being idle.
  void keep(int number) {
    lock.lock();
    try {
      kept = number;
    } finally {
      lock.unlock();
    }
  }

  /// A new sandbox belongs to the pool from now on.
  void made(Warm warm) {
    lock.lock();
    try {
      count++;
      busy.add(warm);
    } finally {
      lock.unlock();
    }
  }

  /// An idle sandbox, or null.
  @Nullable Warm take() {
    while (true) {
      var warm = takeLast();
      if (warm == null || warm.usableUntil.isAfter(cloud.clock().now())) {
        return warm;
      }
      discard(warm);
    }
  }

  private @Nullable Warm takeLast() {
    lock.lock();
    try {
      var last = idle.pollLast();
      if (last == null) {
        return null;
      }
      busy.add(last.warm);
      return last.warm;
    } finally {
      lock.unlock();
    }
  }

  /// A sandbox is idle again.
  void give(Warm warm) {
    lock.lock();
    try {
      busy.remove(warm);
      if (!closed) {
        var now = cloud.clock().now();
        idle.addLast(new Idle(warm, now));
        if (reaper == null) {
          reaper = cloud.timers().at(now.plus(IDLE_MAX), this::reap);
        }
        return;
      }
      count--;
    } finally {
      lock.unlock();
    }
    warm.sandbox.close();
  }

  /// A sandbox cannot be used again.
  void discard(Warm warm) {
    lock.lock();
    try {
      busy.remove(warm);
      count--;
    } finally {
      lock.unlock();
    }
    warm.sandbox.close();
  }

  /// Since when the sandbox has been idle that has been for longest and may be ended, or null.
  @Nullable Instant idleSince() {
    lock.lock();
    try {
      return idle.isEmpty() || count <= kept ? null : idle.getFirst().since;
    } finally {
      lock.unlock();
    }
  }

  /// Ends that sandbox, if it still is idle.
  void endOldest() {
    Warm oldest;
    lock.lock();
    try {
      if (idle.isEmpty() || count <= kept) {
        return;
      }
      oldest = idle.removeFirst().warm;
      count--;
    } finally {
      lock.unlock();
    }
    oldest.sandbox.close();
  }

  /// Ends the idle sandboxes; the busy ones end when they have done.
  void retire() {
    var ended = new ArrayList<Idle>();
    lock.lock();
    try {
      closed = true;
      ended.addAll(idle);
      idle.clear();
      count -= ended.size();
      if (reaper != null) {
        reaper.cancel();
      }
    } finally {
      lock.unlock();
    }
    ended.forEach(one -> one.warm.sandbox.close());
  }

  /// Ends all sandboxes, busy or not.
  @Override
  public void close() {
    retire();
    var ended = new ArrayList<Warm>();
    lock.lock();
    try {
      ended.addAll(busy);
    } finally {
      lock.unlock();
    }
    ended.forEach(warm -> warm.sandbox.close());
  }

  private void reap() {
    var old = new ArrayList<Warm>();
    var before = cloud.clock().now().minus(IDLE_MAX);
    lock.lock();
    try {
      reaper = null;
      while (!idle.isEmpty() && count > kept && !idle.getFirst().since.isAfter(before)) {
        old.add(idle.removeFirst().warm);
        count--;
      }
      if (count > kept && !idle.isEmpty() && !closed) {
        reaper = cloud.timers().at(idle.getFirst().since.plus(IDLE_MAX), this::reap);
      }
    } finally {
      lock.unlock();
    }
    old.forEach(warm -> warm.sandbox.close());
  }
}
