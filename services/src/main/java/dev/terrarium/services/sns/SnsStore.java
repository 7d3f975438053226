package dev.terrarium.services.sns;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Locks;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.services.sns.Subscription.SubscriptionKey;
import dev.terrarium.services.sns.Topic.TopicKey;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The keyspaces of SNS, and a topic's subscriptions ready to be matched.
final class SnsStore {
  /// A delivery that is still to be made.
  ///
  /// @param attempts how many have failed
  /// @param dueMillis when the next one is due
  record Delivery(Notification notification, int attempts, long dueMillis) {
    static final Codec<Delivery> CODEC =
        Codec.of(
            1,
            (delivery, writer) -> {
              writer.number(delivery.attempts).number(delivery.dueMillis);
              Notification.write(delivery.notification, writer);
            },
            reader -> {
              var attempts = reader.integer();
              var due = reader.number();
              return new Delivery(Notification.read(reader), attempts, due);
            });
  }

  /// Deliveries of a subscription lie together in the order in which they were published.
  record DeliveryKey(String subscriptionArn, long number) {
    static final KeyCodec<DeliveryKey> CODEC =
        KeyCodec.of(
            (key, writer) -> writer.string(key.subscriptionArn).number(key.number),
            reader -> new DeliveryKey(reader.string(), reader.number()));
  }

  /// A subscription and its compiled filter.
  record Target(Subscription subscription, @Nullable Filter filter) {}

  /// Until when a deduplication id counts; a topic's lie together in the order of their ends.
  record DedupEnd(String topicArn, long millis, String key) {
    static final KeyCodec<DedupEnd> CODEC =
        KeyCodec.of(
            (end, writer) -> writer.string(end.topicArn).number(end.millis).string(end.key),
            reader -> new DedupEnd(reader.string(), reader.number(), reader.string()));
  }

  private static final int DEDUPS_AT_ONCE = 20;

  final Cloud cloud;

  /// One per topic: held where order or repetition counts.
  final Locks locks = new Locks();

  final Keyspace<TopicKey, Topic> topics;
  final Keyspace<SubscriptionKey, Subscription> subscriptions;
  final Keyspace<DeliveryKey, Delivery> deliveries;
  final Keyspace<String, String> dedups;
  final Keyspace<DedupEnd, String> dedupEnds;

  /// The subscriptions that tokens have confirmed, so that one can be confirmed again.
  final Keyspace<String, String> confirmed;

  private final Map<String, List<Target>> targets = new ConcurrentHashMap<>();

  SnsStore(Cloud cloud) {
    this.cloud = cloud;
    var store = cloud.store();
    this.topics = new Keyspace<>(store, "sns.topics", TopicKey.CODEC, Topic.CODEC);
    this.subscriptions =
        new Keyspace<>(store, "sns.subscriptions", SubscriptionKey.CODEC, Subscription.CODEC);
    this.deliveries = new Keyspace<>(store, "sns.deliveries", DeliveryKey.CODEC, Delivery.CODEC);
    this.dedups = new Keyspace<>(store, "sns.dedups", KeyCodec.STRING, Codec.STRING);
    this.dedupEnds = new Keyspace<>(store, "sns.dedupEnds", DedupEnd.CODEC, Codec.STRING);
    this.confirmed = new Keyspace<>(store, "sns.confirmed", KeyCodec.STRING, Codec.STRING);
  }

  /// Lets go of deduplication ids that do not count any more.
  void forgetDedups(Batch batch, String topicArn, long nowMillis) {
    var count = new int[1];
    dedupEnds.scan(
        (end, nothing) -> {
          if (end.millis() > nowMillis || count[0]++ == DEDUPS_AT_ONCE) {
            return false;
          }
          dedupEnds.delete(batch, end);
          var known = dedups.get(end.key());
          if (known != null && known.startsWith(end.millis() + " ")) {
            dedups.delete(batch, end.key());
          }
          return true;
        },
        topicArn);
  }

  /// Does something while nobody else changes the topic or its subscriptions.
  <T> T alone(@Nullable String topicArn, Supplier<T> work) {
    return locks.with(String.valueOf(topicArn), work);
  }

  Topic topic(@Nullable String arn) {
    var key = TopicKey.of(arn);
    var call = Call.currentOrNull();
    if (call != null && !key.region().equals(call.region())) {
      throw SnsErrors.invalid("TopicArn");
    }
    var topic = topics.get(key);
    if (topic == null) {
      throw SnsErrors.noTopic();
    }
    return topic;
  }

  Subscription subscription(@Nullable String arn) {
    if (arn == null) {
      throw SnsErrors.invalid("SubscriptionArn Reason: no value for required parameter");
    }
    var subscription = subscriptions.get(SubscriptionKey.of(arn));
    if (subscription == null) {
      throw SnsErrors.noSubscription();
    }
    return subscription;
  }

  /// The confirmed subscriptions of a topic.
  List<Target> targets(String topicArn) {
    return targets.computeIfAbsent(
        topicArn,
        arn ->
            subscriptions.list(arn).stream()
                .filter(subscription -> !subscription.isPending())
                .map(subscription -> new Target(subscription, Filter.of(subscription)))
                .toList());
  }

  void save(Topic topic) {
    topics.put(topic.key(), topic);
  }

  void save(Subscription subscription) {
    var batch = new Batch();
    save(batch, subscription);
    cloud.store().commit(batch);
  }

  void save(Batch batch, Subscription subscription) {
    subscriptions.put(batch, subscription.key(), subscription);
    batch.afterCommit(() -> targets.remove(subscription.topicArn()));
  }

  void delete(Subscription subscription) {
    var batch = new Batch();
    subscriptions.delete(batch, subscription.key());
    deliveries.deleteAll(batch, subscription.arn());
    cloud.store().commit(batch);
    targets.remove(subscription.topicArn());
  }

  void delete(Topic topic, Archive archive) {
    var batch = new Batch();
    archive.forget(batch, topic);
    dedupEnds.scan(
        (end, nothing) -> {
          dedupEnds.delete(batch, end);
          dedups.delete(batch, end.key());
          return true;
        },
        topic.arn());
    topics.delete(batch, topic.key());
    for (var subscription : subscriptions.list(topic.arn())) {
      subscriptions.delete(batch, subscription.key());
      deliveries.deleteAll(batch, subscription.arn());
    }
    cloud.store().commit(batch);
    targets.remove(topic.arn());
  }
}
