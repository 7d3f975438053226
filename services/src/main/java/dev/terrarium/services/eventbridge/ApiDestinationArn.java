package dev.terrarium.services.eventbridge;

import dev.terrarium.kernel.Arn;

/// Tells the things with ARNs of EventBridge apart that can be targets.
final class ApiDestinationArn {
  private ApiDestinationArn() {}

  static boolean is(Arn arn) {
    return arn.service().equals("events") && arn.resource().startsWith("api-destination/");
  }

  /// The name between `api-destination/` and the id.
  static String name(Arn arn) {
    return arn.resource().split("/", 3)[1];
  }
}
