package dev.terrarium.services.sqs;

import dev.terrarium.kernel.store.Batch;

/// The sequence numbers of a queue: they grow with time and are never given out twice, not even
/// after a restart with a clock that stands still. Guarded by the queue's lock.
final class Sequences {
  /// A second's worth of numbers: so seldom is the mark in the store moved.
  private static final long AHEAD = 1000L << 20;

  private final QueueStore stored;
  private final String storageId;
  private long last;
  private long reserved;

  Sequences(QueueStore stored, String storageId) {
    this.stored = stored;
    this.storageId = storageId;
    this.last = stored.lastSequence(storageId);
  }

  /// The numbers that follow on these when the queue's messages are kept elsewhere.
  Sequences under(String newStorageId) {
    var next = new Sequences(stored, newStorageId);
    next.last = Math.max(next.last, last);
    return next;
  }

  long next(Batch batch, long now) {
    last = Math.max(last + 1, now << 20);
    if (last > reserved) {
      reserved = last + AHEAD;
      stored.reserved.put(batch, storageId, Long.toString(reserved));
    }
    return last;
  }
}
