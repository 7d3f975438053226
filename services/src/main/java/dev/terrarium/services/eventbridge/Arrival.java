package dev.terrarium.services.eventbridge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/// An event that comes to a bus.
///
/// @param text the same as `event`
/// @param origin the ARN of the bus that sent it on, or empty
/// @param trace the header of what caused it
/// @param only the ARNs of the rules that may match; all, if it is empty
record Arrival(
    ObjectNode event, String text, long atMillis, String origin, String trace, Set<String> only) {
  static Arrival of(ObjectNode event, long atMillis, String trace) {
    return new Arrival(event, event.toString(), atMillis, "", trace, Set.of());
  }

  Delivery delivery() {
    return new Delivery(text, 0, atMillis, origin, trace);
  }
}
