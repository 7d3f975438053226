package dev.terrarium.services.sqs;

import dev.terrarium.services.sqs.QueueStore.MessageKey;
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

  /// Messages older than the retention period, oldest first.
  List<Old> old(QueueConfig config, long now) {
    var retention = config.seconds("MessageRetentionPeriod").toMillis();
    var old = new ArrayList<Old>();
    dueMillis = now + retention;
    stored.messages.scanFrom(
        new MessageKey(config.storageId(), oldestHint),
        (key, message) -> {
          oldestHint = key.sequence();
          if (message.sentMillis() + retention > now || old.size() == PAGE) {
            dueMillis = message.sentMillis() + retention;
            return false;
          }
          old.add(new Old(key.sequence(), message.groupId()));
          return true;
        },
        config.storageId());
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
