package dev.terrarium.kernel.time;

import java.time.Instant;

/// Something that will be done later, and survives a restart.
///
/// @param due when, to the millisecond
/// @param handler who does it: the name given to [Timers#handle], `service.what`
/// @param id tells timers of the same handler and moment apart
/// @param payload what the handler needs to know
public record Timer(Instant due, String handler, String id, byte[] payload) {
  /// A timer without a payload.
  public Timer(Instant due, String handler, String id) {
    this(due, handler, id, new byte[0]);
  }
}
