/// Amazon EventBridge: event buses with rules whose patterns AWS's own event-ruler matches, targets
/// that get what matches at least once, schedules, archives and replays, connections and API
/// destinations.
///
/// Partner event sources answer 501.
@NullMarked
package dev.terrarium.services.eventbridge;

import org.jspecify.annotations.NullMarked;
