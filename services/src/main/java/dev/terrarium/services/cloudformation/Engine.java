package dev.terrarium.services.cloudformation;

import dev.terrarium.kernel.Cloud;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Runs the operations of stacks, and takes them up again after a crash.
final class Engine implements AutoCloseable {
  private final Cloud cloud;
  private final StackStore store;
  private final Types types;
  private final Map<String, Set<Walk>> walks = new ConcurrentHashMap<>();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  Engine(Cloud cloud, StackStore store, Types types) {
    this.cloud = cloud;
    this.store = store;
    this.types = types;
  }

  Cloud cloud() {
    return cloud;
  }

  /// Tells whoever works on a stack to begin nothing new.
  void cancel(String stackId) {
    walks.getOrDefault(stackId, Set.of()).forEach(Walk::cancel);
  }

  /// A walk of a stack has begun; [#ended] must follow.
  void began(String stackId, Walk walk) {
    walks.computeIfAbsent(stackId, id -> ConcurrentHashMap.newKeySet()).add(walk);
  }

  void ended(String stackId, Walk walk) {
    walks.computeIfPresent(
        stackId,
        (id, set) -> {
          set.remove(walk);
          return set.isEmpty() ? null : set;
        });
  }

  /// Takes up everything that was going on when the process ended.
  void resume() {
    store.stacks.scan((key, record) -> {
      if (record.operation() != null && record.isBusy()) {
        start(record);
      }
      return true;
    });
  }

  /// Goes on with the operation of a stack, on threads of its own.
  void start(StackRecord record) {
    background(record, () -> new Deployment(this, store, types, record.id()).run());
  }

  /// Runs work for a stack as a call of CloudFormation in the stack's account and region.
  void background(StackRecord stack, Runnable work) {
    if (closed) {
      return;
    }
    cloud.background(
        "cloudformation",
        stack.name(),
        stack.scope(),
        () -> {
          threads.add(Thread.currentThread());
          try {
            if (!closed) {
              work.run();
            }
          } catch (RuntimeException e) {
            if (!closed) {
              throw e;
            }
          } finally {
            threads.remove(Thread.currentThread());
          }
        });
  }

  /// Whether the cloud closes: then nothing may be stored any more, for what is interrupted is not
  /// what has failed.
  boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    closed = true;
    threads.forEach(Thread::interrupt);
  }
}
