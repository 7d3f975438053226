package dev.terrarium.services.sns;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Locale;
import java.util.TreeMap;

/// The JSON in which a notification arrives where raw delivery is off, and the one that asks for
/// confirmation.
final class Envelope {
  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final Cloud cloud;
  private final Signer signer;

  Envelope(Cloud cloud, Signer signer) {
    this.cloud = cloud;
    this.signer = signer;
  }

  static String timestamp(long millis) {
    return MILLIS.format(Instant.ofEpochMilli(millis));
  }

  /// A notification for one subscription.
  ObjectNode notification(Notification n, Subscription subscription, String version) {
    var text = n.textFor(subscription.protocol());
    var signed = new TreeMap<String, String>();
    signed.put("Message", text);
    signed.put("MessageId", n.id());
    if (!n.subject().isEmpty()) {
      signed.put("Subject", n.subject());
    }
    signed.put("Timestamp", timestamp(n.publishedMillis()));
    signed.put("TopicArn", n.topicArn());
    signed.put("Type", "Notification");
    var json = Json.object().put("Type", "Notification").put("MessageId", n.id());
    if (!n.sequenceNumber().isEmpty()) {
      json.put("SequenceNumber", n.sequenceNumber());
    }
    json.put("TopicArn", n.topicArn());
    if (!n.subject().isEmpty()) {
      json.put("Subject", n.subject());
    }
    json.put("Message", text).put("Timestamp", timestamp(n.publishedMillis()));
    json.put("SignatureVersion", version).put("Signature", signer.sign(signed, version));
    json.put("SigningCertURL", certificateUrl())
        .put("UnsubscribeURL", unsubscribeUrl(subscription));
    if (!n.attributes().isEmpty()) {
      json.set("MessageAttributes", attributes(n));
    }
    return json;
  }

  static ObjectNode attributes(Notification n) {
    var attributes = Json.object();
    n.attributes()
        .forEach((name, value) -> {
          var attribute = attributes.putObject(name).put("Type", value.dataType());
          if (value.binaryValue() != null) {
            var bytes = value.binaryValue().asByteArrayUnsafe();
            attribute.put("Value", Base64.getEncoder().encodeToString(bytes));
          } else {
            attribute.put("Value", value.stringValue());
          }
        });
    return attributes;
  }

  /// The message that asks an endpoint whether it wants to be subscribed.
  ObjectNode confirmation(Subscription subscription, String messageId, long millis) {
    var arn = subscription.topicArn();
    var message =
        "You have chosen to subscribe to the topic "
            + arn
            + ".\nTo confirm the subscription, visit the SubscribeURL included in this message.";
    var url = confirmUrl(subscription);
    var signed = new TreeMap<String, String>();
    signed.put("Message", message);
    signed.put("MessageId", messageId);
    signed.put("SubscribeURL", url);
    signed.put("Timestamp", timestamp(millis));
    signed.put("Token", subscription.token());
    signed.put("TopicArn", arn);
    signed.put("Type", "SubscriptionConfirmation");
    return Json.object()
        .put("Type", "SubscriptionConfirmation")
        .put("MessageId", messageId)
        .put("Token", subscription.token())
        .put("TopicArn", arn)
        .put("Message", message)
        .put("SubscribeURL", url)
        .put("Timestamp", timestamp(millis))
        .put("SignatureVersion", "1")
        .put("Signature", signer.sign(signed, "1"))
        .put("SigningCertURL", certificateUrl());
  }

  String confirmUrl(Subscription subscription) {
    return cloud.endpoint()
        + "/?Action=ConfirmSubscription&Version=2010-03-31&TopicArn="
        + subscription.topicArn()
        + "&Token="
        + subscription.token();
  }

  private String unsubscribeUrl(Subscription subscription) {
    return cloud.endpoint()
        + "/?Action=Unsubscribe&Version=2010-03-31&SubscriptionArn="
        + subscription.arn();
  }

  private String certificateUrl() {
    return cloud.endpoint() + CertificateEndpoint.PATH;
  }
}
