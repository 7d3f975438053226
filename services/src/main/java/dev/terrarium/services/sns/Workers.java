package dev.terrarium.services.sns;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.services.sns.Deliverer.DeliveryException;
import dev.terrarium.services.sns.SnsStore.Delivery;
import dev.terrarium.services.sns.SnsStore.DeliveryKey;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// A worker for each subscription that has deliveries to be made: in order, with retries, without a
/// poll.
///
/// A delivery that fails waits for its retry; others overtake it, except those of the same group of
/// a FIFO topic.
final class Workers {
  private static final System.Logger LOG = System.getLogger(Workers.class.getName());
  private static final Duration IDLE = Duration.ofMinutes(1);
  private static final int PAGE = 100;

  private final Cloud cloud;
  private final SnsStore stored;
  private final Deliverer deliverer;
  private final Set<String> running = ConcurrentHashMap.newKeySet();
  private final AtomicLong lastNumber = new AtomicLong();

  Workers(Cloud cloud, SnsStore stored, Deliverer deliverer) {
    this.cloud = cloud;
    this.stored = stored;
    this.deliverer = deliverer;
    var waiting = new HashSet<String>();
    stored.deliveries.scan((key, delivery) -> {
      waiting.add(key.subscriptionArn());
      return true;
    });
    waiting.forEach(this::wake);
  }

  /// Notes a delivery; a worker makes it once the batch has committed.
  void add(Batch batch, Subscription subscription, Notification n, int attempts, Instant due) {
    var now = cloud.clock().millis() << 20;
    var number = lastNumber.updateAndGet(last -> Math.max(last + 1, now));
    stored.deliveries.put(
        batch,
        new DeliveryKey(subscription.arn(), number),
        new Delivery(n, attempts, due.toEpochMilli()));
    batch.afterCommit(() -> wake(subscription.arn()));
  }

  private void wake(String arn) {
    if (running.add(arn)) {
      var scope = Topic.TopicKey.of(arn.substring(0, arn.lastIndexOf(':'))).scope();
      cloud.background("sns", "Deliver", scope, () -> run(arn));
    } else {
      cloud.signals().signal(arn);
    }
  }

  private void run(String arn) {
    try (var watch = cloud.signals().watch(arn)) {
      while (true) {
        var next = round(arn);
        var idle = cloud.clock().now().plus(IDLE);
        var until = next == null ? idle : next;
        if (!watch.await(until) && next == null) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      running.remove(arn);
      if (!isEmpty(arn)) {
        wake(arn);
      }
    }
  }

  private boolean isEmpty(String arn) {
    var empty = new boolean[] {true};
    stored.deliveries.scan(
        (key, delivery) -> {
          empty[0] = false;
          return false;
        },
        arn);
    return empty[0];
  }

  /// Makes every delivery that is due; returns when the next one is, or null if there is none.
  private @org.jspecify.annotations.Nullable Instant round(String arn) {
    while (true) {
      var due = new ArrayList<DeliveryKey>();
      var blocked = new HashSet<String>();
      var next = new long[] {Long.MAX_VALUE};
      var now = cloud.clock().millis();
      stored.deliveries.scan(
          (key, delivery) -> {
            var group = delivery.notification().groupId();
            if (delivery.dueMillis() > now || blocked.contains(group)) {
              next[0] = Math.min(next[0], Math.max(now + 1, delivery.dueMillis()));
              if (!group.isEmpty()) {
                blocked.add(group);
              }
            } else {
              due.add(key);
            }
            return due.size() < PAGE;
          },
          arn);
      if (due.isEmpty()) {
        return next[0] == Long.MAX_VALUE ? null : Instant.ofEpochMilli(next[0]);
      }
      var failedGroups = new HashSet<String>();
      for (var key : due) {
        var delivery = stored.deliveries.get(key);
        if (delivery != null && !failedGroups.contains(delivery.notification().groupId())) {
          if (!make(key, delivery) && !delivery.notification().groupId().isEmpty()) {
            failedGroups.add(delivery.notification().groupId());
          }
        }
      }
    }
  }

  private boolean make(DeliveryKey key, Delivery delivery) {
    var subscription =
        stored.subscriptions.get(Subscription.SubscriptionKey.of(key.subscriptionArn()));
    var topic =
        subscription == null ? null : stored.topics.get(Topic.TopicKey.of(subscription.topicArn()));
    if (subscription == null || topic == null) {
      stored.deliveries.delete(key);
      return true;
    }
    var n = delivery.notification();
    var done = new boolean[1];
    cloud.causedBy(
        n.traceHeader(),
        () -> {
          try {
            if (!n.isQuestion()) {
              deliverer.deliver(n, subscription, topic, delivery.attempts());
            } else if (subscription.isPending()) {
              deliverer.confirm(subscription);
            }
            stored.deliveries.delete(key);
            done[0] = true;
          } catch (DeliveryException e) {
            done[0] = failed(key, delivery, subscription, topic, e);
          }
        });
    return done[0];
  }

  /// Retries later, or gives up; true if the delivery is over.
  private boolean failed(
      DeliveryKey key,
      Delivery delivery,
      Subscription subscription,
      Topic topic,
      DeliveryException failure) {
    var attempts = delivery.attempts() + 1;
    var pause = failure.retryable ? RetryPolicy.pause(subscription, topic, attempts) : null;
    if (pause != null) {
      var due = cloud.clock().now().plus(pause).toEpochMilli();
      stored.deliveries.put(key, new Delivery(delivery.notification(), attempts, due));
      return false;
    }
    LOG.log(
        Level.WARNING,
        "A delivery to {0} is given up: {1}",
        subscription.arn(),
        failure.getMessage());
    deliverer.gaveUp(delivery.notification(), subscription, topic, attempts, failure);
    if (!subscription.attribute("RedrivePolicy").isEmpty()
        && !delivery.notification().isQuestion()) {
      try {
        deliverer.bury(delivery.notification(), subscription, failure);
      } catch (software.amazon.awssdk.awscore.exception.AwsServiceException e) {
        LOG.log(Level.WARNING, "The dead-letter queue of " + subscription.arn() + " fails", e);
      }
    }
    stored.deliveries.delete(key);
    return true;
  }
}
