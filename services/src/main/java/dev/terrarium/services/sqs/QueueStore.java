package dev.terrarium.services.sqs;

import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.Key;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.kernel.store.Store;
import java.util.List;

/// The keyspaces of SQS.
final class QueueStore {
  /// A message, or its state, within one queue.
  record MessageKey(String storageId, long sequence) {
    static final KeyCodec<MessageKey> CODEC =
        KeyCodec.of(
            (key, writer) -> writer.string(key.storageId).number(key.sequence),
            reader -> new MessageKey(reader.string(), reader.number()));
  }

  /// What was sent to a FIFO queue lately. Sorted by when it may be forgotten.
  record DedupKey(String storageId, long untilMillis, String dedup) {
    static final KeyCodec<DedupKey> CODEC =
        KeyCodec.of(
            (key, writer) -> writer.string(key.storageId).number(key.untilMillis).string(key.dedup),
            reader -> new DedupKey(reader.string(), reader.number(), reader.string()));
  }

  /// Messages that were moved here, by when they were first sent: they are older than their place.
  record MovedKey(String storageId, long sentMillis, long sequence) {
    static final KeyCodec<MovedKey> CODEC =
        KeyCodec.of(
            (key, writer) ->
                writer.string(key.storageId).number(key.sentMillis).number(key.sequence),
            reader -> new MovedKey(reader.string(), reader.number(), reader.number()));
  }

  /// The answer that a repeated message gets again.
  record Dedup(String messageId, String sequenceNumber) {
    static final Codec<Dedup> CODEC =
        Codec.of(
            1,
            (dedup, writer) -> writer.string(dedup.messageId).string(dedup.sequenceNumber),
            reader -> new Dedup(reader.string(), reader.string()));
  }

  final Store store;
  final Keyspace<QueueKey, QueueConfig> queues;
  final Keyspace<MessageKey, Message> messages;
  final Keyspace<MessageKey, MessageState> states;
  final Keyspace<DedupKey, Dedup> dedups;
  final Keyspace<String, String> garbage;
  final Keyspace<String, MoveTask> moveTasks;
  final Keyspace<MovedKey, String> moved;
  final Keyspace<String, String> reserved;

  QueueStore(Store store) {
    this.store = store;
    this.queues = new Keyspace<>(store, "sqs.queues", QueueKey.CODEC, QueueConfig.CODEC);
    this.messages = new Keyspace<>(store, "sqs.messages", MessageKey.CODEC, Message.CODEC);
    this.states = new Keyspace<>(store, "sqs.states", MessageKey.CODEC, MessageState.CODEC);
    this.dedups = new Keyspace<>(store, "sqs.dedups", DedupKey.CODEC, Dedup.CODEC);
    this.garbage = new Keyspace<>(store, "sqs.garbage", KeyCodec.STRING, Codec.STRING);
    this.moved = new Keyspace<>(store, "sqs.moved", MovedKey.CODEC, Codec.STRING);
    this.reserved = new Keyspace<>(store, "sqs.reserved", KeyCodec.STRING, Codec.STRING);
    this.moveTasks = new Keyspace<>(store, "sqs.moveTasks", KeyCodec.STRING, MoveTask.CODEC);
  }

  /// Takes messages out when the batch commits.
  void removeMessages(
      dev.terrarium.kernel.store.Batch batch, String storageId, List<Long> sequences) {
    for (var sequence : sequences) {
      messages.delete(batch, new MessageKey(storageId, sequence));
      states.delete(batch, new MessageKey(storageId, sequence));
    }
  }

  /// Everything of a queue that was purged or deleted goes, some entries at a time.
  void sweep(String storageId) {
    for (var name : List.of("sqs.messages", "sqs.states", "sqs.dedups", "sqs.moved")) {
      var prefix = Key.of(name, storageId);
      boolean more = true;
      while (more) {
        more = sweepSome(prefix);
      }
    }
    var batch = new dev.terrarium.kernel.store.Batch();
    garbage.delete(batch, storageId);
    reserved.delete(batch, storageId);
    store.commit(batch);
  }

  private boolean sweepSome(byte[] prefix) {
    var batch = new dev.terrarium.kernel.store.Batch();
    int count = 0;
    try (var cursor = store.scan(prefix, Key.after(prefix), false)) {
      while (count < 1000 && cursor.next()) {
        batch.delete(cursor.key());
        count++;
      }
    }
    store.commit(batch);
    return count == 1000;
  }

  /// How many messages a queue holds.
  long count(String storageId) {
    var prefix = Key.of("sqs.messages", storageId);
    long count = 0;
    try (var cursor = store.scan(prefix, Key.after(prefix), false)) {
      while (cursor.next()) {
        count++;
      }
    }
    return count;
  }

  /// A sequence number that all given out so far do not exceed, or 0: numbers are never used again,
  /// even if their messages are gone and the clock has not moved.
  long lastSequence(String storageId) {
    var mark = reserved.get(storageId);
    return Math.max(lastStored(storageId), mark == null ? 0 : Long.parseLong(mark));
  }

  private long lastStored(String storageId) {
    var prefix = Key.of("sqs.messages", storageId);
    try (var cursor = store.scan(prefix, Key.after(prefix), true)) {
      return cursor.next() ? new Key.Reader(cursor.key(), prefix.length).number() : 0;
    }
  }
}
