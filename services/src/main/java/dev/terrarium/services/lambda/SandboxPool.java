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
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The sandboxes of one revision of one version. The one used last is used next, so that those
/// beyond what is needed grow old and are ended.
///
/// Only so many are made at once as the host has processors: of a burst of events, the others wait
/// for one of these or for a sandbox that is done, whichever comes first. AWS, which has more
/// hosts, would make one for each.
final class SandboxPool implements AutoCloseable {
  private static final Duration IDLE_MAX = Duration.ofMinutes(10);
  private static final int MAKING_MAX = Math.max(2, Runtime.getRuntime().availableProcessors());

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
  private final Condition freed = lock.newCondition();
  private final ArrayDeque<Idle> idle = new ArrayDeque<>();
  private final Set<Warm> busy = new HashSet<>();
  private int count;
  private int making;
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

  /// A sandbox is being made without anybody having asked [#take].
  void making() {
    lock.lock();
    try {
      making++;
    } finally {
      lock.unlock();
    }
  }

  /// What was to be made is there and belongs to the pool, or is null and will not come.
  void made(@Nullable Warm warm) {
    lock.lock();
    try {
      making--;
      if (warm != null) {
        count++;
        busy.add(warm);
      }
      freed.signal();
    } finally {
      lock.unlock();
    }
  }

  /// An idle sandbox, or null: then the caller is to make one and tell [#made].
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
      while (idle.isEmpty()) {
        if (making < MAKING_MAX || closed) {
          making++;
          return null;
        }
        freed.awaitUninterruptibly();
      }
      var last = idle.removeLast();
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
        freed.signal();
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
      freed.signalAll();
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
