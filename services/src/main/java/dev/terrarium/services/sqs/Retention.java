package dev.terrarium.services.sqs;

import dev.terrarium.kernel.store.Batch;
import dev.terrarium.services.sqs.QueueStore.MessageKey;
import dev.terrarium.services.sqs.QueueStore.MovedKey;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which of a queue's messages are too old to be kept. Looks at the store only when the oldest one
/// may have come of age. Guarded by the queue's lock.
final class Retention {
  /// A message to be removed.
  record Old(long sequence, String group) {}

  private static final int PAGE = 10_000;

  private final QueueStore stored;
  private long dueMillis;
  private long oldestHint = Long.MIN_VALUE;

  Retention(QueueStore stored) {
    this.stored = stored;
  }

  boolean isDue(long now) {
    return now >= dueMillis;
  }

  /// Notes that an older message was moved in: its place does not tell its age.
  void moved(Batch batch, String storageId, Message message, long sequence) {
    stored.moved.put(
        batch, new MovedKey(storageId, message.sentMillis(), sequence), message.groupId());
  }

  /// Adds messages that were moved in long after they were sent and are too old by now. What was
  /// noted of messages that are gone is forgotten when they would have come of age.
  private void addMoved(Batch batch, QueueConfig config, long now, List<Old> old) {
    var retention = config.seconds("MessageRetentionPeriod").toMillis();
    var count = new int[1];
    stored.moved.scan(
        (key, group) -> {
          if (key.sentMillis() + retention > now || count[0]++ == PAGE) {
            dueMillis = Math.min(dueMillis, key.sentMillis() + retention);
            return false;
          }
          stored.moved.delete(batch, key);
          var isThere =
              stored.messages.contains(new MessageKey(config.storageId(), key.sequence()));
          if (isThere && old.stream().noneMatch(o -> o.sequence() == key.sequence())) {
            old.add(new Old(key.sequence(), group));
          }
          return true;
        },
        config.storageId());
  }

  /// From when on a message's age counts here: since it was sent, but in a FIFO queue since it was
  /// moved there. What was moved into a standard queue and is older than that is found by
  /// [#addMoved].
  private static long sinceMillis(MessageKey key, Message message) {
    return message.source().isEmpty() ? message.sentMillis() : key.sequence() >> 20;
  }

  /// Messages older than the retention period, oldest first.
  List<Old> old(Batch batch, QueueConfig config, long now) {
    var retention = config.seconds("MessageRetentionPeriod").toMillis();
    var old = new ArrayList<Old>();
    dueMillis = now + retention;
    stored.messages.scanFrom(
        new MessageKey(config.storageId(), oldestHint),
        (key, message) -> {
          oldestHint = key.sequence();
          var since = sinceMillis(key, message);
          if (since + retention > now || old.size() == PAGE) {
            dueMillis = since + retention;
            return false;
          }
          old.add(new Old(key.sequence(), message.groupId()));
          return true;
        },
        config.storageId());
    addMoved(batch, config, now, old);
    return old;
  }

  /// When the oldest message was sent, or null if there is none.
  @Nullable Long oldestSentMillis(QueueConfig config) {
    var oldest = new Long[1];
    stored.messages.scanFrom(
        new MessageKey(config.storageId(), oldestHint),
        (key, message) -> {
          oldest[0] = message.sentMillis();
          return false;
        },
        config.storageId());
    return oldest[0];
  }
}
