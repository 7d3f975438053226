package dev.terrarium.services.sqs;

import dev.terrarium.services.sqs.ReadyOrder.Place;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// The states of a queue's messages that were received or are delayed, and who becomes visible
/// next. Guarded by the queue's lock.
final class Flight {
  private record Hidden(long visibleMillis, long sequence) implements Comparable<Hidden> {
    @Override
    public int compareTo(Hidden other) {
      var order = Long.compare(visibleMillis, other.visibleMillis);
      return order != 0 ? order : Long.compare(sequence, other.sequence);
    }
  }

  private final Map<Long, MessageState> states = new HashMap<>();
  private final Map<Long, Place> hiddenPlaces = new HashMap<>();

  /// May hold entries that a later change has made void: only one that agrees with its state
  /// counts.
  private final PriorityQueue<Hidden> hidden = new PriorityQueue<>();

  private long inFlight;

  @Nullable MessageState state(long sequence) {
    return states.get(sequence);
  }

  boolean isKnown(long sequence) {
    return states.containsKey(sequence);
  }

  long inFlight() {
    return inFlight;
  }

  long delayed() {
    return hiddenPlaces.size() - inFlight;
  }

  /// Where a message is.
  Place place(long sequence) {
    return hiddenPlaces.getOrDefault(sequence, Place.READY);
  }

  /// Sets the state of a message and hides it until the state says.
  void hide(long sequence, MessageState state) {
    states.put(sequence, state);
    hidden.add(new Hidden(state.visibleMillis(), sequence));
    var place = state.receives() > 0 ? Place.IN_FLIGHT : Place.DELAYED;
    if (place(sequence) != Place.IN_FLIGHT && place == Place.IN_FLIGHT) {
      inFlight++;
    }
    hiddenPlaces.put(sequence, place);
  }

  /// Sets the state of a message that can be received.
  void show(long sequence, MessageState state) {
    states.put(sequence, state);
    reveal(sequence);
  }

  void remove(long sequence) {
    reveal(sequence);
    states.remove(sequence);
  }

  private void reveal(long sequence) {
    if (hiddenPlaces.remove(sequence) == Place.IN_FLIGHT) {
      inFlight--;
    }
  }

  /// Hands every message whose time has come back to the order.
  void promote(long now, ReadyOrder order) {
    for (var first = hidden.peek();
        first != null && first.visibleMillis <= now;
        first = hidden.peek()) {
      hidden.poll();
      var state = states.get(first.sequence);
      var place = place(first.sequence);
      if (state != null && place != Place.READY && state.visibleMillis() == first.visibleMillis) {
        reveal(first.sequence);
        order.returned(first.sequence, state.groupId(), place == Place.IN_FLIGHT);
      }
    }
  }

  /// When the next message may become visible, or [Long#MAX_VALUE]. May be too early.
  long nextVisibleMillis() {
    var first = hidden.peek();
    return first == null ? Long.MAX_VALUE : first.visibleMillis;
  }
}
