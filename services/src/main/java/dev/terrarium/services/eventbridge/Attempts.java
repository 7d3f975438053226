package dev.terrarium.services.eventbridge;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Faults;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.eventbridge.model.Target;

/// Makes single attempts at deliveries, and knows when to give up.
///
/// The pause between attempts doubles from a second to eight minutes, with chance, so that all 185
/// attempts that a target has by default take about a day.
final class Attempts {
  private static final System.Logger LOG = System.getLogger(Attempts.class.getName());
  private static final int ATTEMPTS_MAX = 185;
  private static final int AGE_SECONDS_MAX = 86_400;
  private static final long PAUSE_MILLIS_MAX = 480_000;

  private final EventStore store;
  private final Cloud cloud;
  private final DeadLetters letters;
  private final EventMetrics metrics;
  private final Destinations services;
  private final Map<String, Destination> own = new ConcurrentHashMap<>();

  Attempts(EventStore store, DeadLetters letters, EventMetrics metrics) {
    this.store = store;
    this.cloud = store.cloud;
    this.letters = letters;
    this.metrics = metrics;
    this.services = new Destinations(cloud);
  }

  /// Names a destination that is EventBridge's own: `event-bus`, `api-destination`.
  void add(String kind, Destination destination) {
    own.put(kind, destination);
  }

  /// How many deliveries to a target may be under way at a time.
  int atOnce(TargetKey key) {
    var target = store.targets.get(key);
    var arn = target == null ? null : Arn.of(target.arn()).orElse(null);
    var destination = arn == null ? null : destination(arn);
    return destination == null ? 1 : destination.atOnce();
  }

  private @Nullable Destination destination(Arn arn) {
    if (arn.service().equals("events")) {
      var kind = arn.resource().split("[/:]", 2)[0];
      return own.get(kind);
    }
    return services.of(arn.service());
  }

  /// Makes one attempt; returns when to make the next, or null if the delivery is over.
  @Nullable Duration make(TargetKey key, Delivery delivery) {
    var target = store.targets.get(key);
    if (target == null) {
      return null;
    }
    metrics.attempted(key.rule(), delivery.attempts() > 0);
    try {
      passOn(target, key, delivery);
      metrics.succeeded(key.rule());
      return null;
    } catch (Failure failure) {
      return failed(target, key, delivery, failure);
    } catch (AwsServiceException e) {
      return failed(target, key, delivery, Failure.of(e));
    }
  }

  private void passOn(Target target, TargetKey key, Delivery delivery) {
    var arn =
        Arn.of(target.arn())
            .orElseThrow(() -> new Failure(false, "INVALID_PARAMETER", target.arn()));
    if (cloud.faults().isPlanned()) {
      Faults.Passage passage;
      try {
        passage = cloud.faults().pass("deliver:events:" + arn.service());
      } catch (AwsServiceException e) {
        throw new Failure(true, "ERROR_FROM_TARGET", Errors.message(e));
      }
      if (passage == Faults.Passage.NEVER) {
        return;
      } else if (passage == Faults.Passage.TWICE) {
        attempt(arn, target, key, delivery);
      }
    }
    attempt(arn, target, key, delivery);
  }

  private void attempt(Arn arn, Target target, TargetKey key, Delivery delivery) {
    var destination = destination(arn);
    if (destination == null) {
      throw absent(arn);
    }
    try {
      destination.deliver(arn, target, key, delivery);
    } catch (IllegalArgumentException | NoClassDefFoundError e) {
      var failure = absent(arn);
      failure.addSuppressed(e);
      throw failure;
    }
  }

  private static Failure absent(Arn arn) {
    return new Failure(
        false,
        "SDK_CLIENT_ERROR",
        "Terrarium does not deliver events to the service " + arn.service() + ".");
  }

  /// When to try again, or null if it is given up.
  private @Nullable Duration failed(
      Target target, TargetKey key, Delivery delivery, Failure failure) {
    var policy = target.retryPolicy();
    var attemptsMax =
        policy == null || policy.maximumRetryAttempts() == null
            ? ATTEMPTS_MAX
            : policy.maximumRetryAttempts();
    var ageMillisMax =
        1000L
            * (policy == null || policy.maximumEventAgeInSeconds() == null
                ? AGE_SECONDS_MAX
                : policy.maximumEventAgeInSeconds());
    var exhausted = "";
    if (failure.retryable) {
      var pause = pause(delivery.attempts(), failure);
      var age = cloud.clock().millis() - delivery.sinceMillis();
      if (delivery.attempts() >= attemptsMax) {
        exhausted = "MaximumRetryAttempts";
      } else if (age + pause.toMillis() > ageMillisMax) {
        exhausted = "MaximumEventAgeInSeconds";
      } else {
        return pause;
      }
    }
    LOG.log(
        Level.WARNING,
        "An event of rule {0} for {1} is given up: {2} {3}",
        key.rule().arn(),
        target.arn(),
        failure.code,
        failure.getMessage());
    metrics.failed(key.rule());
    letters.bury(target, key, delivery, failure, exhausted);
    return null;
  }

  private Duration pause(int attempts, Failure failure) {
    var doubled = Math.min(PAUSE_MILLIS_MAX, 1000L << Math.min(attempts, 20));
    var chance = (long) (doubled * (0.75 + 0.5 * cloud.ids().fraction()));
    return Duration.ofMillis(Math.max(chance, failure.pauseMillis));
  }
}
