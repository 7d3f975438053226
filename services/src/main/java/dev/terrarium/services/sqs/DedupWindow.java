package dev.terrarium.services.sqs;

import dev.terrarium.kernel.store.Batch;
import dev.terrarium.services.sqs.QueueStore.Dedup;
import dev.terrarium.services.sqs.QueueStore.DedupKey;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a FIFO queue was sent in the last five minutes. Guarded by the queue's lock.
final class DedupWindow {
  static final long MILLIS = 5 * 60_000L;

  private final QueueStore stored;
  private final Map<String, Dedup> known = new HashMap<>();
  private final ArrayDeque<DedupKey> byAge = new ArrayDeque<>();

  DedupWindow(QueueStore stored, String storageId) {
    this.stored = stored;
    stored.dedups.scan(
        (key, dedup) -> {
          known.put(key.dedup(), dedup);
          byAge.add(key);
          return true;
        },
        storageId);
  }

  /// The answer that the first message of this deduplication id got, or null.
  @Nullable Dedup find(String dedup) {
    return dedup.isEmpty() ? null : known.get(dedup);
  }

  void remember(Batch batch, String storageId, String dedup, Dedup answer, long now) {
    var key = new DedupKey(storageId, now + MILLIS, dedup);
    stored.dedups.put(batch, key, answer);
    known.put(dedup, answer);
    byAge.add(key);
  }

  void forgetOld(Batch batch, long now) {
    for (var first = byAge.peek();
        first != null && first.untilMillis() <= now;
        first = byAge.peek()) {
      byAge.poll();
      known.remove(first.dedup());
      stored.dedups.delete(batch, first);
    }
  }
}
