package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.services.lambda.LambdaState.QualifiedKey;
import dev.terrarium.services.lambda.LambdaState.Version;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.services.lambda.model.TooManyRequestsException;

/// Runs invocations in sandboxes: a warm one of the version's pool, or a new one.
final class Dispatcher implements AutoCloseable {
  /// An invocation that has ended.
  ///
  /// @param logTail the last 4 KB of its log
  record Completed(Outcome outcome, byte[] logTail) {}

  private final Cloud cloud;
  private final Sandboxes sandboxes;
  private final Concurrency concurrency;
  private final FunctionMetrics metrics;
  private final Map<QualifiedKey, SandboxPool> pools = new ConcurrentHashMap<>();

  Dispatcher(Cloud cloud, Sandboxes sandboxes, Concurrency concurrency) {
    this.cloud = cloud;
    this.sandboxes = sandboxes;
    this.concurrency = concurrency;
    this.metrics = new FunctionMetrics(cloud);
  }

  /// Runs one invocation.
  ///
  /// @throws TooManyRequestsException if concurrency is used up
  Completed invoke(FunctionKey function, Version version, Invocation invocation) {
    boolean reserved;
    try {
      reserved = concurrency.enter(function);
    } catch (TooManyRequestsException e) {
      metrics.throttled(function);
      throw e;
    }
    try {
      var pool = pool(function, version);
      var warm = pool.take();
      return warm == null ? cold(function, version, pool, invocation) : run(warm, pool, invocation);
    } finally {
      concurrency.leave(function, reserved);
    }
  }

  /// Where the functions' metrics are counted.
  FunctionMetrics metrics() {
    return metrics;
  }

  /// Makes sandboxes ahead until the version has `count`.
  void warm(FunctionKey function, Version version, int count) {
    var pool = pool(function, version);
    pool.keep(count);
    while (pool.size() < count) {
      pool.making();
      pool.give(make(function, version, pool, "provisioned-concurrency").warm);
    }
  }

  /// How many sandboxes a version has.
  int size(FunctionKey function, Version version) {
    return pool(function, version).size();
  }

  /// Ends the idle sandboxes of a function's version, and the others when they have done.
  void retire(FunctionKey function, String version) {
    var pool = pools.remove(new QualifiedKey(function, version));
    if (pool != null) {
      pool.retire();
    }
  }

  @Override
  public void close() {
    pools.values().forEach(SandboxPool::close);
    pools.clear();
    metrics.close();
  }

  private SandboxPool pool(FunctionKey function, Version version) {
    var configuration = version.configuration();
    var key = new QualifiedKey(function, configuration.version());
    var pool = pools.get(key);
    if (pool != null && pool.revision().equals(configuration.revisionId())) {
      return pool;
    }
    return pools.compute(
        key,
        (k, old) -> {
          if (old != null && old.revision().equals(configuration.revisionId())) {
            return old;
          }
          if (old != null) {
            old.retire();
          }
          return new SandboxPool(cloud, configuration.revisionId());
        });
  }

  private record Made(SandboxPool.Warm warm, double initMillis) {}

  /// Ends sandboxes that have been idle for longest where the host cannot bear one more.
  private void makeRoom(FunctionKey function) {
    var most = ProcessBounds.ofHost().processesMax();
    while (pools.values().stream().mapToInt(SandboxPool::size).sum() >= most) {
      var oldest =
          pools.values().stream()
              .filter(pool -> pool.idleSince() != null)
              .min(Comparator.comparing(pool -> Objects.requireNonNull(pool.idleSince())));
      if (oldest.isEmpty()) {
        metrics.throttled(function);
        throw LambdaErrors.throttled("ConcurrentInvocationLimitExceeded");
      }
      oldest.get().endOldest();
    }
  }

  private Made make(
      FunctionKey function, Version version, SandboxPool pool, String initialization) {
    SandboxPool.Warm warm = null;
    try {
      var made = sandbox(function, version, initialization);
      warm = made.warm;
      return made;
    } finally {
      pool.made(warm);
    }
  }

  private Made sandbox(FunctionKey function, Version version, String initialization) {
    makeRoom(function);
    var log = sandboxes.log(function, version);
    new PlatformLog(log, version.configuration(), cloud.clock())
        .initStart(function.scope().region());
    var start = cloud.clock().ticks();
    var credentials = FunctionCredentials.of(cloud, function, version.configuration().role());
    var sandbox = sandboxes.make(function, version, log, credentials, initialization);
    var millis = (cloud.clock().ticks() - start) / 1e6;
    var warm = new SandboxPool.Warm(sandbox, log, function, version, credentials.usableUntil());
    return new Made(warm, millis);
  }

  private Completed cold(
      FunctionKey function, Version version, SandboxPool pool, Invocation invocation) {
    var made = make(function, version, pool, "on-demand");
    return run(made.warm, pool, invocation, made.initMillis);
  }

  private Completed run(SandboxPool.Warm warm, SandboxPool pool, Invocation invocation) {
    return run(warm, pool, invocation, -1);
  }

  private Completed run(
      SandboxPool.Warm warm, SandboxPool pool, Invocation invocation, double initMillis) {
    var configuration = warm.version().configuration();
    var log = new PlatformLog(warm.log(), configuration, cloud.clock());
    log.start(invocation.requestId());
    var start = cloud.clock().ticks();
    var outcome = warm.sandbox().invoke(invocation);
    var nanos = cloud.clock().ticks() - start;
    if (outcome.timedOut()) {
      nanos = Math.max(nanos, Duration.ofSeconds(configuration.timeout()).toNanos());
    }
    var millis = nanos / 1e6;
    var report =
        new PlatformLog.Report(outcome, millis, initMillis, warm.sandbox().memoryUsedMegabytes());
    log.end(invocation.requestId(), report);
    var tail = warm.log().tail();
    cloud.meter().count("lambda:requests", 1);
    cloud
        .meter()
        .count(
            "lambda:gb-seconds",
            report.billedMillis() / 1000.0 * configuration.memorySize() / 1024.0);
    metrics.invoked(
        warm.function(), millis, outcome.error() != null, concurrency.running(warm.function()));
    if (outcome.usable()) {
      pool.give(warm);
    } else {
      pool.discard(warm);
    }
    return new Completed(outcome, tail);
  }
}
