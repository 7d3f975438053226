package dev.terrarium.services.eventbridge;

import dev.terrarium.kernel.Arn;
import software.amazon.awssdk.services.eventbridge.model.Target;

/// A kind of target. Its class alone names the SDK's types of the service, so that it is loaded
/// only where that service is there.
interface Destination {
  /// Makes one attempt to deliver.
  ///
  /// @throws Failure if it did not arrive
  /// @throws software.amazon.awssdk.awscore.exception.AwsServiceException the service's refusal
  /// @throws IllegalArgumentException if the service is not there
  void deliver(Arn arn, Target target, TargetKey key, Delivery delivery);

  /// How many attempts may be under way at a time.
  default int atOnce() {
    return 1;
  }
}
