package dev.terrarium.services.cloudformation;

import dev.terrarium.kernel.time.Waiter;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Does something for every node of a graph, each after those that it depends on, independent ones
/// at the same time. After a failure nothing new begins, but what has begun is waited for.
final class Walk {
  private record Done(String node, boolean succeeded) {}

  private final Engine engine;
  private final StackRecord stack;
  private final Map<String, Set<String>> waitsFor;
  private final Predicate<String> step;
  private final boolean stopAtFailure;
  private final Queue<Done> done = new ConcurrentLinkedQueue<>();
  private final AtomicReference<@Nullable Waiter> waiting = new AtomicReference<>();
  private volatile boolean failed;

  /// @param waitsFor every node and those that must be done before it
  /// @param step does one node; false if it failed
  /// @param stopAtFailure whether independent nodes are given up as well
  Walk(
      Engine engine,
      StackRecord stack,
      Map<String, Set<String>> waitsFor,
      Predicate<String> step,
      boolean stopAtFailure) {
    this.engine = engine;
    this.stack = stack;
    this.waitsFor = waitsFor;
    this.step = step;
    this.stopAtFailure = stopAtFailure;
  }

  /// Whether a node has failed so far.
  boolean hasFailed() {
    return failed;
  }

  /// Begins nothing new, as if a node had failed.
  void cancel() {
    failed = true;
    var waiter = waiting.get();
    if (waiter != null) {
      waiter.wake();
    }
  }

  /// Returns when nothing runs any more: the nodes that succeeded.
  ///
  /// @throws InterruptedException if the cloud closes
  Set<String> run(@Nullable Instant deadline) throws InterruptedException {
    var left = new TreeMap<>(waitsFor);
    var succeeded = new LinkedHashSet<String>();
    int running = 0;
    while (true) {
      if (!failed || !stopAtFailure) {
        for (var node : List.copyOf(left.keySet())) {
          if (succeeded.containsAll(left.getOrDefault(node, Set.of()))) {
            left.remove(node);
            running++;
            start(node);
          }
        }
      }
      if (running == 0) {
        return succeeded;
      }
      await(deadline);
      for (var one = done.poll(); one != null; one = done.poll()) {
        running--;
        if (one.succeeded) {
          succeeded.add(one.node);
        } else {
          failed = true;
        }
      }
    }
  }

  private void await(@Nullable Instant deadline) throws InterruptedException {
    var waiter = new Waiter();
    waiting.set(waiter);
    if (!done.isEmpty()) {
      return;
    }
    if (deadline == null || failed) {
      waiter.await();
    } else if (!waiter.await(engine.cloud().timers(), deadline)) {
      failed = true;
    }
  }

  private void start(String node) {
    engine.background(
        stack,
        () -> {
          boolean succeeded = false;
          try {
            succeeded = step.test(node);
          } finally {
            done.add(new Done(node, succeeded));
            var waiter = waiting.get();
            if (waiter != null) {
              waiter.wake();
            }
          }
        });
  }
}
