package dev.terrarium.services.sqs;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.services.sqs.QueueStore.Dedup;
import dev.terrarium.services.sqs.QueueStore.MessageKey;
import dev.terrarium.services.sqs.ReadyOrder.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A queue at work: one aggregate, one lock.
///
/// Truth is in the store; memory holds the order, the states of messages that were received or are
/// delayed, and the deduplication window. It is read from the store when the queue is first used.
final class Queue {
  final QueueKey key;
  final LongAdder sent = new LongAdder();
  final LongAdder sentBytes = new LongAdder();
  final LongAdder received = new LongAdder();
  final LongAdder deleted = new LongAdder();
  final LongAdder emptyReceives = new LongAdder();

  private final Cloud cloud;
  private final QueueStore stored;
  private final ReentrantLock lock = new ReentrantLock();
  private Retention retention;
  private final ReceiveAttempts attempts = new ReceiveAttempts();
  private volatile QueueConfig config;
  private Flight flight = new Flight();
  private ReadyOrder order;
  private DedupWindow dedups;
  private Sequences sequences;
  private long total;
  private boolean gone;

  Queue(Cloud cloud, QueueStore stored, QueueKey key, QueueConfig config) {
    this.cloud = cloud;
    this.stored = stored;
    this.key = key;
    this.config = config;
    this.retention = new Retention(stored);
    this.sequences = new Sequences(stored, config.storageId());
    this.dedups = new DedupWindow(stored, config.storageId());
    var loader = new QueueLoader(stored, config.storageId(), key.isFifo());
    this.order = loader.order(() -> flight);
    this.total = loader.load(flight, order, now());
  }

  QueueConfig config() {
    return config;
  }

  /// Stores a new configuration.
  void configure(QueueConfig changed) {
    lock.lock();
    try {
      stored.queues.put(key, changed);
      config = changed;
      retention = new Retention(stored);
    } finally {
      lock.unlock();
    }
    cloud.signals().signal(key.arn());
  }

  /// Forgets all messages; returns what is garbage now.
  String purge(QueueConfig purged) {
    lock.lock();
    try {
      var old = config.storageId();
      var batch = new Batch();
      stored.queues.put(batch, key, purged);
      stored.garbage.put(batch, old, "");
      stored.store.commit(batch);
      config = purged;
      forget();
      return old;
    } finally {
      lock.unlock();
    }
  }

  /// Removes the queue; returns the storage id that is garbage now.
  String delete() {
    lock.lock();
    try {
      var batch = new Batch();
      stored.queues.delete(batch, key);
      stored.garbage.put(batch, config.storageId(), "");
      stored.store.commit(batch);
      gone = true;
      forget();
      return config.storageId();
    } finally {
      lock.unlock();
    }
  }

  private void forget() {
    flight = new Flight();
    dedups = new DedupWindow(stored, config.storageId());
    order = new QueueLoader(stored, config.storageId(), key.isFifo()).order(() -> flight);
    attempts.clear();
    total = 0;
    sequences = sequences.under(config.storageId());
    retention = new Retention(stored);
  }

  /// Stores messages, all or none; a repeated one gets the answer that the first one got.
  List<Sent> send(List<Drafts.Draft> drafts) {
    var answers = new ArrayList<Sent>(drafts.size());
    lock.lock();
    try {
      failIfGone();
      var batch = new Batch();
      var now = now();
      dedups.forgetOld(batch, now);
      for (var draft : drafts) {
        var repeated = dedups.find(draft.dedup());
        if (repeated != null) {
          answers.add(new Sent(repeated.messageId(), repeated.sequenceNumber()));
        } else {
          answers.add(send(batch, draft, now));
        }
      }
      stored.store.commit(batch);
    } finally {
      lock.unlock();
    }
    cloud.signals().signalOne(key.arn());
    return answers;
  }

  private Sent send(Batch batch, Drafts.Draft draft, long now) {
    var sequence = sequences.next(batch, now);
    var number = key.isFifo() ? String.format(Locale.ROOT, "%020d", sequence) : "";
    var message = draft.message().movedFrom(draft.message().source(), number);
    store(batch, sequence, message, draft.delaySeconds() * 1000L, now);
    if (!draft.dedup().isEmpty()) {
      var answer = new Dedup(message.id(), number);
      dedups.remember(batch, config.storageId(), draft.dedup(), answer, now);
    }
    sent.increment();
    sentBytes.add(draft.bytes());
    return new Sent(message.id(), number);
  }

  private void store(Batch batch, long sequence, Message message, long delayMillis, long now) {
    var messageKey = messageKey(sequence);
    stored.messages.put(batch, messageKey, message);
    total++;
    if (delayMillis > 0) {
      var state = new MessageState(now + delayMillis, 0, 0, 0, message.groupId());
      stored.states.put(batch, messageKey, state);
      flight.hide(sequence, state);
    }
    order.add(sequence, message.groupId(), flight.place(sequence));
  }

  /// Takes messages in that come from another queue; `batch` removes them there.
  void accept(Batch batch, List<Received> moved, String from) {
    lock.lock();
    try {
      failIfGone();
      var now = now();
      retention = new Retention(stored); // They may be older than what is here.
      for (var one : moved) {
        var sequence = sequences.next(batch, now);
        var number = key.isFifo() ? String.format(Locale.ROOT, "%020d", sequence) : "";
        var message = one.message().movedFrom(from, number);
        store(batch, sequence, message, 0, now);
        if (!key.isFifo()) {
          retention.moved(batch, config.storageId(), message, sequence);
        }
      }
      stored.store.commit(batch);
    } finally {
      lock.unlock();
    }
    cloud.signals().signalOne(key.arn());
  }

  /// Takes up to `max` messages.
  ///
  /// @param visibilityMillis how long nobody else gets them
  /// @param attemptId of a FIFO receive that may be a repetition, or empty
  Received.Receipt receive(
      int max, long visibilityMillis, String attemptId, QueueConfig.@Nullable Redrive redrive) {
    lock.lock();
    try {
      failIfGone();
      var now = now();
      flight.promote(now, order);
      expire(now);
      if (flight.inFlight() >= QueueAttributes.IN_FLIGHT_MAX) {
        if (key.isFifo()) {
          throw SqsErrors.overLimit("Too many messages in flight for the queue.");
        }
        return new Received.Receipt(List.of(), List.of());
      }
      var again = attempts.repeated(attemptId, flight, now);
      var batch = new Batch();
      var messages = new ArrayList<Received>();
      var deadLetters = new ArrayList<Received>();
      for (var sequence : again == null ? order.take(max, this::exists) : again) {
        var message = stored.messages.get(messageKey(sequence));
        var state = flight.state(sequence);
        if (message == null) {
          continue;
        } else if (state == null) {
          state = new MessageState(0, 0, 0, 0, message.groupId());
        }
        if (redrive != null && again == null && state.receives() >= redrive.receivesMax()) {
          removeFromMemory(sequence, message.groupId(), true);
          deadLetters.add(new Received(sequence, message, state));
          continue;
        }
        var token = cloud.ids().below(Integer.MAX_VALUE) + 1L;
        state = state.received(now, now + visibilityMillis, token);
        flight.hide(sequence, state);
        stored.states.put(batch, messageKey(sequence), state);
        messages.add(new Received(sequence, message, state));
      }
      if (!attemptId.isEmpty() && again == null && !messages.isEmpty()) {
        attempts.remember(attemptId, messages, now);
      }
      stored.store.commit(batch);
      received.add(messages.size());
      return new Received.Receipt(messages, deadLetters);
    } finally {
      lock.unlock();
    }
  }

  private boolean exists(long sequence) {
    return flight.isKnown(sequence) || stored.messages.contains(messageKey(sequence));
  }

  /// Whether there may be something to receive now.
  boolean hasMore() {
    lock.lock();
    try {
      flight.promote(now(), order);
      return order.hasMore() && total > flight.inFlight() + flight.delayed();
    } finally {
      lock.unlock();
    }
  }

  /// When the next hidden message can be received, or [Long#MAX_VALUE]. May be too early.
  long nextVisibleMillis() {
    lock.lock();
    try {
      return flight.nextVisibleMillis();
    } finally {
      lock.unlock();
    }
  }

  private void expire(long now) {
    if (!retention.isDue(now)) {
      return;
    }
    var batch = new Batch();
    for (var old : retention.old(batch, config, now)) {
      remove(batch, old.sequence(), old.group());
    }
    stored.store.commit(batch);
  }

  /// Removes a received message. What is gone already stays gone.
  void delete(ReceiptHandle handle, String text) {
    boolean freed;
    lock.lock();
    try {
      failIfGone();
      if (!handle.storageId().equals(config.storageId())) {
        return;
      }
      flight.promote(now(), order);
      var state = flight.state(handle.sequence());
      if (state == null) {
        return;
      }
      if (key.isFifo() && (state.token() != handle.token() || !isInFlight(state))) {
        throw SqsErrors.invalid(text, "ReceiptHandle", "The receipt handle has expired.");
      }
      var batch = new Batch();
      remove(batch, handle.sequence(), state.groupId());
      stored.store.commit(batch);
      deleted.increment();
      freed = key.isFifo() && order.hasMore();
    } finally {
      lock.unlock();
    }
    if (freed) {
      cloud.signals().signalOne(key.arn());
    }
  }

  private boolean isInFlight(MessageState state) {
    return state.receives() > 0 && state.visibleMillis() > now();
  }

  private void remove(Batch batch, long sequence, String group) {
    removeFromMemory(sequence, group, flight.place(sequence) == Place.IN_FLIGHT);
    removeFromStore(batch, List.of(sequence));
  }

  /// Takes a message that was just received out of memory; the caller takes it out of the store.
  void takeOut(Received taken) {
    lock.lock();
    try {
      removeFromMemory(taken.sequence(), taken.message().groupId(), true);
    } finally {
      lock.unlock();
    }
  }

  private void removeFromMemory(long sequence, String group, boolean wasInFlight) {
    flight.remove(sequence);
    order.deleted(sequence, group, wasInFlight);
    total--;
  }

  void removeFromStore(Batch batch, List<Long> sequences) {
    stored.removeMessages(batch, config.storageId(), sequences);
  }

  /// Changes when a received message can be received again.
  void changeVisibility(ReceiptHandle handle, String text, long visibilityMillis) {
    lock.lock();
    try {
      failIfGone();
      var now = now();
      flight.promote(now, order);
      var state =
          handle.storageId().equals(config.storageId()) ? flight.state(handle.sequence()) : null;
      if (state == null) {
        throw SqsErrors.invalid(
            text,
            "ReceiptHandle",
            "Message does not exist or is not available for visibility timeout change.");
      } else if (!isInFlight(state)) {
        throw SqsErrors.notInflight(text);
      }
      var first = state.firstReceivedMillis();
      if (visibilityMillis > 0 && now + visibilityMillis > first + 43_200_000L) {
        throw SqsErrors.invalid(
            visibilityMillis / 1000,
            "VisibilityTimeout",
            "Total VisibilityTimeout for the message is beyond the limit [43200 seconds].");
      }
      var changed = state.visibleAt(now + visibilityMillis);
      flight.hide(handle.sequence(), changed);
      var batch = new Batch();
      stored.states.put(batch, messageKey(handle.sequence()), changed);
      stored.store.commit(batch);
    } finally {
      lock.unlock();
    }
    cloud.signals().signal(key.arn());
  }

  Counts counts() {
    lock.lock();
    try {
      var now = now();
      flight.promote(now, order);
      expire(now);
      return new Counts(
          total - flight.inFlight() - flight.delayed(), flight.inFlight(), flight.delayed());
    } finally {
      lock.unlock();
    }
  }

  /// When the oldest message was sent, or null if there is none.
  @Nullable Long oldestSentMillis() {
    return retention.oldestSentMillis(config);
  }

  private MessageKey messageKey(long sequence) {
    return new MessageKey(config.storageId(), sequence);
  }

  private void failIfGone() {
    if (gone) {
      throw SqsErrors.noQueue();
    }
  }

  private long now() {
    return cloud.clock().millis();
  }
}
