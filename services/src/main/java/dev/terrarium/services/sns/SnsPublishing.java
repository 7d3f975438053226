package dev.terrarium.services.sns;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.services.sns.Deliverer.DeliveryException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.sns.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sns.model.MessageAttributeValue;
import software.amazon.awssdk.services.sns.model.PublishBatchRequest;
import software.amazon.awssdk.services.sns.model.PublishBatchRequestEntry;
import software.amazon.awssdk.services.sns.model.PublishBatchResponse;
import software.amazon.awssdk.services.sns.model.PublishBatchResultEntry;
import software.amazon.awssdk.services.sns.model.PublishRequest;
import software.amazon.awssdk.services.sns.model.PublishResponse;

/// Publishing: one or up to ten at once.
final class SnsPublishing implements SnsPart {
  private static final int BYTES_MAX = 256 * 1024;
  private static final int ENTRIES_MAX = 10;
  private static final Duration DEDUP = Duration.ofMinutes(5);

  private final Cloud cloud;
  private final SnsStore stored;
  private final Workers workers;
  private final Deliverer deliverer;
  private final Devices devices;
  private final Archive archive;
  private final AtomicLong sequence = new AtomicLong();

  SnsPublishing(
      Cloud cloud,
      SnsStore stored,
      Workers workers,
      Deliverer deliverer,
      Devices devices,
      Archive archive) {
    this.cloud = cloud;
    this.devices = devices;
    this.archive = archive;
    this.stored = stored;
    this.workers = workers;
    this.deliverer = deliverer;
  }

  private record Wanted(
      @Nullable String message,
      @Nullable String structure,
      @Nullable String subject,
      Map<String, MessageAttributeValue> attributes,
      @Nullable String groupId,
      @Nullable String deduplicationId) {}

  @Override
  public PublishResponse publish(PublishRequest request) {
    var wanted =
        new Wanted(
            request.message(),
            request.messageStructure(),
            request.subject(),
            request.messageAttributes(),
            request.messageGroupId(),
            request.messageDeduplicationId());
    if (request.phoneNumber() != null) {
      return sms(request.phoneNumber(), wanted);
    }
    var arn = request.topicArn() == null ? request.targetArn() : request.topicArn();
    if (PlatformApplication.EndpointKey.isOne(arn)) {
      return push(arn, wanted);
    }
    var topic = stored.topic(arn);
    var published = publish(topic, wanted);
    var response = PublishResponse.builder().messageId(published.id());
    if (topic.key().isFifo()) {
      response.sequenceNumber(published.sequenceNumber());
    }
    return response.build();
  }

  private PublishResponse sms(String number, Wanted wanted) {
    if (!PhoneBook.isNumber(number)) {
      throw SnsErrors.invalid("PhoneNumber Reason: " + number + " is not valid to publish to");
    }
    var n = direct(wanted);
    devices.sms(Call.current().scope(), number, n);
    return PublishResponse.builder().messageId(n.id()).build();
  }

  private PublishResponse push(String endpoint, Wanted wanted) {
    devices.checkReachable(endpoint);
    var n = direct(wanted);
    try {
      devices.push(endpoint, n);
    } catch (DeliveryException e) {
      throw SnsErrors.disabled();
    }
    return PublishResponse.builder().messageId(n.id()).build();
  }

  /// A message that goes to one receiver without a topic.
  private Notification direct(Wanted wanted) {
    var structure = checkedText(wanted);
    return new Notification(
        cloud.ids().uuid(),
        "",
        Objects.requireNonNull(wanted.message),
        structure,
        text(wanted.subject),
        wanted.attributes,
        cloud.clock().millis(),
        "",
        "",
        "",
        Call.current().cause().header());
  }

  @Override
  public PublishBatchResponse publishBatch(PublishBatchRequest request) {
    var topic = stored.topic(request.topicArn());
    var entries = request.publishBatchRequestEntries();
    if (entries.isEmpty()) {
      throw SnsErrors.emptyBatch();
    } else if (entries.size() > ENTRIES_MAX) {
      throw SnsErrors.tooMany();
    }
    var ids = new HashSet<String>();
    long bytes = 0;
    for (var entry : entries) {
      if (entry.id() == null || !entry.id().matches("[A-Za-z0-9_-]{1,80}")) {
        throw SnsErrors.badId();
      } else if (!ids.add(entry.id())) {
        throw SnsErrors.repeatedIds();
      }
      bytes += entry.message() == null ? 0 : size(entry.message(), entry.messageAttributes());
    }
    if (bytes > BYTES_MAX) {
      throw SnsErrors.batchTooLong();
    }
    checkTogether(topic, entries);
    var successful = new ArrayList<PublishBatchResultEntry>();
    var failed = new ArrayList<BatchResultErrorEntry>();
    for (var entry : entries) {
      try {
        var published = publish(topic, wanted(entry));
        var result = PublishBatchResultEntry.builder().id(entry.id()).messageId(published.id());
        if (topic.key().isFifo()) {
          result.sequenceNumber(published.sequenceNumber());
        }
        successful.add(result.build());
      } catch (AwsServiceException e) {
        failed.add(
            BatchResultErrorEntry.builder()
                .id(entry.id())
                .code(Errors.code(e))
                .message(Errors.message(e))
                .senderFault(e.statusCode() < 500)
                .build());
      }
    }
    return PublishBatchResponse.builder().successful(successful).failed(failed).build();
  }

  /// Attributes, and what a FIFO topic needs, are wrong for the whole batch if they are so for one.
  private static void checkTogether(Topic topic, List<PublishBatchRequestEntry> entries) {
    for (int i = 0; i < entries.size(); i++) {
      MessageAttributeRules.check(
          entries.get(i).messageAttributes(),
          "publishBatchRequestEntries." + (i + 1) + ".member.messageAttributes");
    }
    if (topic.key().isFifo()) {
      for (var entry : entries) {
        ordered(topic, text(entry.messageGroupId()), text(entry.messageDeduplicationId()));
      }
    }
  }

  private static void ordered(Topic topic, String group, String dedup) {
    if (group.isEmpty()) {
      throw SnsErrors.invalid("The MessageGroupId parameter is required for FIFO topics");
    } else if (dedup.isEmpty() && !topic.attribute("ContentBasedDeduplication").equals("true")) {
      throw SnsErrors.invalid(
          "The topic should either have ContentBasedDeduplication enabled or"
              + " MessageDeduplicationId provided explicitly");
    }
  }

  private static String text(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static Wanted wanted(PublishBatchRequestEntry entry) {
    return new Wanted(
        entry.message(),
        entry.messageStructure(),
        entry.subject(),
        entry.messageAttributes(),
        entry.messageGroupId(),
        entry.messageDeduplicationId());
  }

  /// A FIFO topic takes one message at a time, so that a repetition meets the first one, and
  /// sequence numbers are in the order of delivery. Its deliveries are only noted here.
  private Notification publish(Topic topic, Wanted wanted) {
    return topic.key().isFifo()
        ? stored.locks.with(topic.arn(), () -> publishNow(topic, wanted))
        : publishNow(topic, wanted);
  }

  private Notification publishNow(Topic topic, Wanted wanted) {
    var notification = checked(topic, wanted);
    var batch = new Batch();
    if (topic.key().isFifo()) {
      var repeated = remember(batch, topic, notification);
      if (repeated != null) {
        return repeated;
      }
    }
    for (var target : stored.targets(topic.arn())) {
      var filter = target.filter();
      if (filter == null || filter.accepts(notification)) {
        deliver(batch, topic, target.subscription(), notification);
      }
    }
    if (topic.key().isFifo()) {
      archive.keep(batch, topic, notification);
    }
    cloud.store().commit(batch);
    return notification;
  }

  private void deliver(Batch batch, Topic topic, Subscription subscription, Notification n) {
    var now = cloud.clock().now();
    var direct =
        subscription.protocol().equals("sqs")
            && !topic.key().isFifo()
            && !cloud.faults().isPlanned();
    if (!direct) {
      workers.add(batch, subscription, n, 0, now);
      return;
    }
    try {
      deliverer.deliver(n, subscription, topic, 0);
    } catch (DeliveryException e) {
      workers.add(batch, subscription, n, 0, now);
    }
  }

  /// Checks what does not depend on the receiver; returns the structure.
  private static String checkedText(Wanted wanted) {
    var message = wanted.message;
    if (message == null || message.isEmpty()) {
      throw SnsErrors.invalid("Empty message");
    }
    if (size(message, wanted.attributes) > BYTES_MAX) {
      throw SnsErrors.invalid("Message too long");
    }
    var structure = text(wanted.structure);
    if (structure.equals("json")) {
      checkStructure(message);
    } else if (!structure.isEmpty()) {
      throw SnsErrors.invalid("MessageStructure");
    }
    var subject = wanted.subject;
    if (subject != null
        && (subject.isEmpty() || subject.length() > 100 || !subject.matches("[^\\p{Cntrl}]*"))) {
      throw SnsErrors.invalid("Subject");
    }
    MessageAttributeRules.check(wanted.attributes, "messageAttributes");
    return structure;
  }

  private Notification checked(Topic topic, Wanted wanted) {
    var structure = checkedText(wanted);
    var message = Objects.requireNonNull(wanted.message);
    var fifo = topic.key().isFifo();
    var group = text(wanted.groupId);
    var dedup = text(wanted.deduplicationId);
    if (fifo) {
      ordered(topic, group, dedup);
      if (dedup.isEmpty()) {
        dedup = sha256(message);
      }
    } else if (!dedup.isEmpty()) {
      throw SnsErrors.invalid(
          "MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter"
              + " that is not valid for this topic type");
    }
    var now = cloud.clock().millis();
    var number = sequence.updateAndGet(last -> Math.max(last + 1, now << 20));
    return new Notification(
        cloud.ids().uuid(),
        topic.arn(),
        message,
        structure,
        text(wanted.subject),
        wanted.attributes,
        now,
        group,
        dedup,
        fifo ? String.format(Locale.ROOT, "%020d", number) : "",
        Call.current().cause().header());
  }

  private static void checkStructure(String message) {
    try {
      var texts = Json.parse(message);
      if (!texts.isObject() || !texts.path("default").isTextual()) {
        throw SnsErrors.invalid("Message Structure - No default entry in JSON message body");
      }
    } catch (IllegalArgumentException e) {
      throw SnsErrors.invalid("Message Structure - JSON message body failed to parse");
    }
  }

  /// Notes a FIFO topic's message against repetition; returns the first one if this is a
  /// repetition.
  private @Nullable Notification remember(Batch batch, Topic topic, Notification n) {
    var scope = topic.attribute("FifoThroughputScope").equals("MessageGroup") ? n.groupId() : "";
    var key = topic.arn() + "\n" + scope + "\n" + n.deduplicationId();
    var known = stored.dedups.get(key);
    var now = cloud.clock().millis();
    if (known != null) {
      var parts = known.split(" ");
      if (Long.parseLong(parts[0]) > now) {
        return new Notification(
            parts[1],
            n.topicArn(),
            n.message(),
            n.structure(),
            n.subject(),
            n.attributes(),
            n.publishedMillis(),
            n.groupId(),
            n.deduplicationId(),
            parts[2],
            n.traceHeader());
      }
    }
    var until = now + DEDUP.toMillis();
    stored.forgetDedups(batch, topic.arn(), now);
    stored.dedupEnds.put(batch, new SnsStore.DedupEnd(topic.arn(), until, key), "");
    stored.dedups.put(batch, key, until + " " + n.id() + " " + n.sequenceNumber());
    return null;
  }

  private static int size(String message, Map<String, MessageAttributeValue> attributes) {
    int size = message.getBytes(StandardCharsets.UTF_8).length;
    for (var attribute : attributes.entrySet()) {
      var value = attribute.getValue();
      size += attribute.getKey().length();
      size += value.dataType() == null ? 0 : value.dataType().length();
      size += value.stringValue() == null ? 0 : value.stringValue().length();
      size += value.binaryValue() == null ? 0 : value.binaryValue().asByteArrayUnsafe().length;
    }
    return size;
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
