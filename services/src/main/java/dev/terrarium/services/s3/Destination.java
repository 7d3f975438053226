package dev.terrarium.services.s3;

import dev.terrarium.kernel.Arn;

/// A kind of place to which events are delivered. Its class alone names the SDK's types of the
/// service, so that it is loaded only where that service is there.
interface Destination {
  /// Makes sure that events can be delivered, by delivering a test message where AWS does.
  ///
  /// @throws RuntimeException the service's refusal
  void validate(Arn arn, String testMessage);

  /// Delivers an event.
  ///
  /// @param event AWS's name of it
  /// @throws RuntimeException the service's refusal; the event will be delivered again
  void deliver(Arn arn, String event, String message);
}
