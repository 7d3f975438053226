package dev.terrarium.services.sns;

import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.KeyCodec;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/// A subscription to a topic.
///
/// @param id the last part of its ARN
/// @param owner the account that subscribed
/// @param attributes those that were set, by AWS's names
/// @param token with which a pending one is confirmed, or empty once it is
record Subscription(
    String topicArn,
    String id,
    String protocol,
    String endpoint,
    String owner,
    Map<String, String> attributes,
    String token) {
  /// Subscriptions of a topic lie together.
  record SubscriptionKey(String topicArn, String id) {
    static final KeyCodec<SubscriptionKey> CODEC =
        KeyCodec.of(
            (key, writer) -> writer.string(key.topicArn).string(key.id),
            reader -> new SubscriptionKey(reader.string(), reader.string()));

    /// The subscription that an ARN names: the topic's ARN, a colon, an id.
    static SubscriptionKey of(String arn) {
      var colon = Objects.requireNonNull(arn).lastIndexOf(':');
      if (arn.split(":", -1).length != 7) {
        throw SnsErrors.invalid(
            "SubscriptionArn Reason: An ARN must have at least 6 elements, not "
                + arn.split(":", -1).length);
      }
      return new SubscriptionKey(arn.substring(0, colon), arn.substring(colon + 1));
    }
  }

  static final Codec<Subscription> CODEC =
      Codec.of(
          1,
          (subscription, writer) ->
              writer
                  .string(subscription.topicArn)
                  .string(subscription.id)
                  .string(subscription.protocol)
                  .string(subscription.endpoint)
                  .string(subscription.owner)
                  .strings(subscription.attributes)
                  .string(subscription.token),
          reader ->
              new Subscription(
                  reader.string(),
                  reader.string(),
                  reader.string(),
                  reader.string(),
                  reader.string(),
                  reader.strings(),
                  reader.string()));

  Subscription {
    attributes = Map.copyOf(attributes);
  }

  SubscriptionKey key() {
    return new SubscriptionKey(topicArn, id);
  }

  String arn() {
    return topicArn + ":" + id;
  }

  boolean isPending() {
    return !token.isEmpty();
  }

  /// What lists show: a pending subscription has no ARN yet.
  String shownArn() {
    return isPending() ? "PendingConfirmation" : arn();
  }

  String attribute(String name) {
    return attributes.getOrDefault(name, "");
  }

  boolean isRaw() {
    return attribute("RawMessageDelivery").equals("true");
  }

  Subscription with(Map<String, String> changed) {
    return new Subscription(topicArn, id, protocol, endpoint, owner, changed, token);
  }

  /// @param authenticated whether only who confirmed may unsubscribe
  Subscription confirmed(boolean authenticated) {
    var changed = new HashMap<>(attributes);
    changed.put("ConfirmationWasAuthenticated", Boolean.toString(authenticated));
    return new Subscription(topicArn, id, protocol, endpoint, owner, changed, "");
  }
}
