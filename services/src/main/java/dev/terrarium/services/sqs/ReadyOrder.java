package dev.terrarium.services.sqs;

import java.util.List;
import java.util.function.LongPredicate;

/// In which order a queue hands out the messages that can be received. Guarded by the queue's lock.
sealed interface ReadyOrder permits StandardOrder, FifoOrder {
  /// Where a message is.
  enum Place {
    /// It can be received.
    READY,
    /// It can be received later for the first time.
    DELAYED,
    /// Somebody has received it.
    IN_FLIGHT
  }

  /// A message was sent or read from the store.
  void add(long sequence, String group, Place place);

  /// A message that had been received, or was delayed, can be received (again).
  void returned(long sequence, String group, boolean wasInFlight);

  /// A message that was in flight is gone.
  void deleted(long sequence, String group, boolean wasInFlight);

  /// Takes up to `max` messages out, in order.
  ///
  /// @param exists whether a message is still there; others are passed over
  List<Long> take(int max, LongPredicate exists);

  /// Whether there may be more to take.
  boolean hasMore();
}
