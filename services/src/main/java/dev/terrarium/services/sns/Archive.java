package dev.terrarium.services.sns;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import software.amazon.awssdk.services.sns.model.MessageAttributeValue;

/// What was published to FIFO topics with an archive policy, and its replay.
///
/// See *Message archiving and replay for FIFO topics* in the developer guide.
final class Archive {
  /// A topic's messages in the order in which they were published.
  private record ArchiveKey(String topicArn, long number) {
    static final KeyCodec<ArchiveKey> CODEC =
        KeyCodec.of(
            (key, writer) -> writer.string(key.topicArn).number(key.number),
            reader -> new ArchiveKey(reader.string(), reader.number()));
  }

  /// The topic's attribute that tells since when messages are kept.
  static final String BEGINNING = "BeginningArchiveTime";

  private static final int EXPIRED_AT_ONCE = 100;

  private final Cloud cloud;
  private final Keyspace<ArchiveKey, Notification> messages;

  Archive(Cloud cloud) {
    this.cloud = cloud;
    this.messages =
        new Keyspace<>(cloud.store(), "sns.archive", ArchiveKey.CODEC, Notification.CODEC);
  }

  private static Duration retention(Topic topic) {
    return Duration.ofDays(
        Json.parse(topic.attribute("ArchivePolicy")).path("MessageRetentionPeriod").asInt());
  }

  /// Since when a topic's messages are kept.
  Instant beginning(Topic topic) {
    var set = Instant.parse(topic.attribute(BEGINNING));
    var kept = cloud.clock().now().minus(retention(topic));
    return set.isAfter(kept) ? set : kept;
  }

  /// Keeps a message, if its topic does that, and lets go of what is too old.
  void keep(Batch batch, Topic topic, Notification n) {
    if (topic.attribute("ArchivePolicy").isEmpty()) {
      return;
    }
    messages.put(batch, new ArchiveKey(topic.arn(), Long.parseLong(n.sequenceNumber())), n);
    var oldest = cloud.clock().millis() - retention(topic).toMillis();
    var expired = new int[1];
    messages.scan(
        (key, kept) -> {
          if (kept.publishedMillis() >= oldest || expired[0]++ == EXPIRED_AT_ONCE) {
            return false;
          }
          messages.delete(batch, key);
          return true;
        },
        topic.arn());
  }

  void forget(Batch batch, Topic topic) {
    messages.deleteAll(batch, topic.arn());
  }

  /// Has what the subscription's replay policy names delivered once more.
  void replay(Batch batch, Topic topic, Subscription subscription, Workers workers) {
    var policy = Json.parse(subscription.attribute("ReplayPolicy"));
    var asked = Instant.parse(policy.path("StartingPoint").asText());
    var kept = beginning(topic);
    var from = (asked.isAfter(kept) ? asked : kept).toEpochMilli();
    var to =
        policy.has("EndingPoint")
            ? Instant.parse(policy.get("EndingPoint").asText()).toEpochMilli()
            : Long.MAX_VALUE;
    var filter = Filter.of(subscription);
    var now = cloud.clock().now();
    messages.scan(
        (key, n) -> {
          if (n.publishedMillis() >= from
              && n.publishedMillis() <= to
              && (filter == null || filter.accepts(n))) {
            workers.add(batch, subscription, marked(n), 0, now);
          }
          return n.publishedMillis() <= to;
        },
        topic.arn());
  }

  /// The same message, telling that it comes again. A queue that saw it before must not take it for
  /// a repetition of its sender.
  private Notification marked(Notification n) {
    var attributes = new LinkedHashMap<>(n.attributes());
    attributes.put(
        "Replayed", MessageAttributeValue.builder().dataType("String").stringValue("true").build());
    return new Notification(
        n.id(),
        n.topicArn(),
        n.message(),
        n.structure(),
        n.subject(),
        attributes,
        n.publishedMillis(),
        n.groupId(),
        cloud.ids().uuid(),
        n.sequenceNumber(),
        n.traceHeader());
  }
}
