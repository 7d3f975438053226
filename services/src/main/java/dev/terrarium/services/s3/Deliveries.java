package dev.terrarium.services.s3;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Delivers events, at least once, however often the process ends in between.
///
/// An event is written into the store by the batch that makes the change which it tells, and
/// removed when its destination has acknowledged it. Each destination has its own worker, so that
/// one that fails holds up nobody else; it delivers several events at a time, since each waits for
/// the destination's write to be durable, and tries again after a pause that doubles.
final class Deliveries implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Deliveries.class.getName());
  private static final int AT_ONCE = 32;
  private static final Duration PAUSE_MIN = Duration.ofSeconds(1);
  private static final Duration PAUSE_MAX = Duration.ofMinutes(5);

  /// How long an event is tried before it is given up.
  private static final Duration AGE_MAX = Duration.ofHours(24);

  private record At(String arn, long number) {}

  private record Pending(At at, Delivery delivery) {}

  private final Cloud cloud;
  private final VersionIds ids;
  private final Keyspace<At, Delivery> pending;
  private final Map<String, Worker> workers = new ConcurrentHashMap<>();
  private final Map<String, Destination> destinations = new ConcurrentHashMap<>();
  private volatile boolean closed;

  Deliveries(Cloud cloud, VersionIds ids) {
    this.cloud = cloud;
    this.ids = ids;
    this.pending =
        new Keyspace<>(
            cloud.store(),
            "s3.deliveries",
            KeyCodec.of(
                (at, writer) -> writer.string(at.arn).number(at.number),
                reader -> new At(reader.string(), reader.number())),
            Delivery.CODEC);
  }

  /// Names a destination that is not another service.
  void add(String service, Destination destination) {
    destinations.put(service, destination);
  }

  /// Takes up what an earlier process left.
  void resume() {
    var arns = new HashSet<String>();
    pending.scan((at, delivery) -> {
      arns.add(at.arn);
      return true;
    });
    arns.forEach(arn -> worker(arn).wake());
  }

  /// The kind of destination of a service, or null if that service is not there.
  @Nullable Destination destination(String service) {
    var known = destinations.get(service);
    if (known != null || cloud.service(service) == null) {
      return known;
    }
    var made =
        switch (service) {
          case "sqs" -> new SqsDestination(cloud);
          case "sns" -> new SnsDestination(cloud);
          case "lambda" -> new LambdaDestination(cloud);
          default -> throw new IllegalArgumentException(service);
        };
    destinations.put(service, made);
    return made;
  }

  /// Has an event delivered once the batch has committed.
  void add(Batch batch, String arn, Delivery delivery) {
    pending.put(batch, new At(arn, ids.next()), delivery);
    batch.afterCommit(() -> worker(arn).wake());
  }

  @Override
  public void close() {
    closed = true;
  }

  private Worker worker(String arn) {
    return workers.computeIfAbsent(
        arn,
        a -> {
          var scope = Arn.of(a).map(Arn::scope).orElse(cloud.defaultScope());
          return new Worker(cloud, "deliver", scope, () -> drain(a));
        });
  }

  private void drain(String arn) {
    var pause = PAUSE_MIN;
    while (!closed) {
      var next = next(arn);
      if (next.isEmpty()) {
        return;
      }
      if (deliver(arn, next)) {
        pause = PAUSE_MIN;
      } else {
        try {
          cloud.timers().sleepUntil(cloud.clock().now().plus(pause));
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return;
        }
        var doubled = pause.multipliedBy(2);
        pause = doubled.compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : doubled;
      }
    }
  }

  private List<Pending> next(String arn) {
    var next = new ArrayList<Pending>();
    pending.scan(
        (at, delivery) -> {
          next.add(new Pending(at, delivery));
          return next.size() < AT_ONCE;
        },
        arn);
    return next;
  }

  /// Delivers some events and tells whether all went well.
  private boolean deliver(String arn, List<Pending> some) {
    if (some.size() == 1) {
      return deliver(arn, some.getFirst());
    }
    var well = new AtomicBoolean(true);
    var done = new CountDownLatch(some.size());
    var scope = Arn.of(arn).map(Arn::scope).orElse(cloud.defaultScope());
    for (var one : some) {
      cloud.background(
          "s3",
          "deliver",
          scope,
          () -> {
            try {
              if (!deliver(arn, one)) {
                well.set(false);
              }
            } finally {
              done.countDown();
            }
          });
    }
    try {
      done.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    return well.get();
  }

  private boolean deliver(String arn, Pending one) {
    var delivery = one.delivery;
    try {
      cloud.causedBy(delivery.cause(), () -> deliver(arn, delivery));
    } catch (RuntimeException e) {
      if (closed || delivery.since().plus(AGE_MAX).isAfter(cloud.clock().now())) {
        LOG.log(System.Logger.Level.DEBUG, "Delivering to " + arn + " failed; it is retried", e);
        return false;
      }
      LOG.log(System.Logger.Level.WARNING, "An event for " + arn + " is given up", e);
    }
    pending.delete(one.at);
    return true;
  }

  private void deliver(String arn, Delivery delivery) {
    var destination = destination(delivery.service());
    if (destination == null) {
      throw new IllegalStateException("There is no " + delivery.service());
    }
    var times =
        switch (cloud.faults().pass("deliver:s3:" + delivery.service())) {
          case ONCE -> 1;
          case TWICE -> 2;
          case NEVER -> 0;
        };
    for (int i = 0; i < times; i++) {
      destination.deliver(Arn.of(arn).orElseThrow(), delivery.event(), delivery.message());
    }
  }
}
