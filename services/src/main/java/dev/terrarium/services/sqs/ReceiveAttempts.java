package dev.terrarium.services.sqs;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which messages a `ReceiveRequestAttemptId` got, so that a caller who lost the answer gets it
/// again. Guarded by the queue's lock.
final class ReceiveAttempts {
  private record Attempt(long untilMillis, List<Long> sequences) {}

  private final Map<String, Attempt> attempts = new HashMap<>();

  void remember(String attemptId, List<Received> messages, long now) {
    attempts.values().removeIf(attempt -> attempt.untilMillis <= now);
    var sequences = messages.stream().map(Received::sequence).toList();
    attempts.put(attemptId, new Attempt(now + DedupWindow.MILLIS, sequences));
  }

  /// The messages of the same attempt, or null unless all are still in flight.
  @Nullable List<Long> repeated(String attemptId, Flight flight, long now) {
    var attempt = attemptId.isEmpty() ? null : attempts.get(attemptId);
    if (attempt == null || attempt.untilMillis <= now) {
      return null;
    }
    for (var sequence : attempt.sequences) {
      if (flight.place(sequence) != ReadyOrder.Place.IN_FLIGHT) {
        return null;
      }
    }
    return attempt.sequences;
  }

  void clear() {
    attempts.clear();
  }
}
