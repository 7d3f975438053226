package dev.terrarium.services.sns;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Scope;
import dev.terrarium.services.sns.Deliverer.DeliveryException;
import dev.terrarium.services.sns.PlatformApplication.EndpointKey;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Messages to people's devices: push messages and text messages. They lie in the mailbox, for
/// nothing leaves the machine.
final class Devices {
  private final Mailbox mailbox;
  private final Platforms platforms;
  private final PhoneBook phones;
  private final DeliveryLog log;

  Devices(Mailbox mailbox, Platforms platforms, PhoneBook phones, DeliveryLog log) {
    this.mailbox = mailbox;
    this.platforms = platforms;
    this.phones = phones;
    this.log = log;
  }

  /// Checks that a message can be published to a device.
  void checkReachable(String arn) {
    var endpoint = platforms.endpoints.get(EndpointKey.of(arn, "TargetArn"));
    if (endpoint == null) {
      throw SnsErrors.invalid("TargetArn Reason: No endpoint found for the target arn specified");
    } else if (!endpoint.isEnabled()) {
      throw SnsErrors.disabled();
    }
  }

  /// Pushes a message to a device.
  ///
  /// @throws DeliveryException if the device is gone or disabled
  void push(String arn, Notification n) {
    var key = EndpointKey.of(arn, "Endpoint");
    var endpoint = platforms.endpoints.get(key);
    var application = platforms.applications.get(key.application());
    if (endpoint == null || application == null) {
      throw new DeliveryException(false, "NotFound", "Endpoint does not exist");
    } else if (!endpoint.isEnabled()) {
      throw new DeliveryException(false, "EndpointDisabled", "Endpoint is disabled");
    }
    var platform = key.application().platform();
    mailbox.deliver(
        "push", platform, arn, n.subject(), payload(platform, n), n.id(), endpoint.token());
    log.application(application, n, arn, null);
  }

  /// What the push service would get: the platform's own text as it is, or one text for all in the
  /// form that the platform wants.
  private static String payload(String platform, Notification n) {
    var text = n.textFor(platform);
    if (n.structure().equals("json") && Json.parse(n.message()).has(platform)) {
      return text;
    }
    ObjectNode payload = Json.object();
    switch (platform) {
      case "APNS", "APNS_SANDBOX", "APNS_VOIP", "APNS_VOIP_SANDBOX", "MACOS", "MACOS_SANDBOX" ->
          payload.putObject("aps").put("alert", text);
      case "GCM", "FCM", "ADM" -> payload.putObject("data").put("default", text);
      default -> {
        return text;
      }
    }
    return Json.write(payload);
  }

  /// A push message to a subscriber is given up.
  void failed(Subscription subscription, Notification n, int attempts, DeliveryException failure) {
    if (!subscription.protocol().equals("application")) {
      return;
    }
    var key = EndpointKey.of(subscription.endpoint(), "Endpoint");
    var application = platforms.applications.get(key.application());
    if (application != null) {
      log.application(application, n, subscription.endpoint(), failure);
    }
    platforms.event(
        key,
        "DeliveryFailure",
        Map.of(
            "DeliveryAttempts",
            Integer.toString(attempts),
            "FailureMessage",
            String.valueOf(failure.getMessage()),
            "FailureType",
            failure.code,
            "MessageId",
            n.id()));
  }

  /// A text message to a subscriber's telephone.
  ///
  /// @throws DeliveryException if the receiver opted out
  void text(Scope scope, String number, Notification n) {
    if (phones.isOptedOut(scope, number)) {
      throw new DeliveryException(false, "OptedOut", "Phone number is opted out");
    }
    mailbox.deliver("sms", sender(scope, n), number, "", n.textFor("sms"), n.id());
  }

  /// A text message to a telephone, without a topic. Nobody is told if the receiver opted out, but
  /// the log.
  void sms(Scope scope, String number, Notification n) {
    @Nullable DeliveryException failure = null;
    try {
      text(scope, number, n);
    } catch (DeliveryException e) {
      failure = e;
    }
    log.phone(scope, new HashMap<>(phones.attributes(scope)), n, number, failure);
  }

  private String sender(Scope scope, Notification n) {
    var own = n.attributes().get("AWS.SNS.SMS.SenderID");
    if (own != null && own.stringValue() != null) {
      return own.stringValue();
    }
    return phones.attributes(scope).getOrDefault("DefaultSenderID", "AWS");
  }
}
