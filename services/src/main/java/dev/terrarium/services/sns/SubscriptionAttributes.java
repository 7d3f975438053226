package dev.terrarium.services.sns;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Json;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The attributes of subscriptions, and the endpoints that they may have.
final class SubscriptionAttributes {
  private static final Set<String> PROTOCOLS =
      Set.of(
          "sqs",
          "lambda",
          "http",
          "https",
          "email",
          "email-json",
          "sms",
          "application",
          "firehose");

  /// What separates the digits of a telephone number stands alone, and between them.
  private static final Pattern ODD_SEPARATORS = Pattern.compile("[./-]{2}|^[./-]|[./-]$");

  private static final Set<String> SETTABLE =
      Set.of(
          "DeliveryPolicy",
          "FilterPolicy",
          "FilterPolicyScope",
          "RawMessageDelivery",
          "RedrivePolicy",
          "ReplayPolicy",
          "SubscriptionRoleArn");

  private SubscriptionAttributes() {}

  /// Checks where a new subscription wants its messages.
  static void checkEndpoint(Topic topic, @Nullable String protocol, @Nullable String endpoint) {
    if (protocol == null) {
      throw SnsErrors.required("protocol");
    } else if (!PROTOCOLS.contains(protocol)) {
      throw SnsErrors.invalid("Amazon SNS does not support this protocol string: " + protocol);
    } else if (endpoint == null || endpoint.isEmpty()) {
      throw SnsErrors.invalid("Endpoint");
    }
    switch (protocol) {
      case "sqs" -> {
        var arn = resource(endpoint, "sqs", "SQS endpoint ARN");
        if (arn.resource().endsWith(".fifo") && !topic.key().isFifo()) {
          throw SnsErrors.invalid(
              "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to"
                  + " standard SNS topics");
        }
      }
      case "lambda" -> resource(endpoint, "lambda", "Lambda endpoint ARN");
      case "firehose" -> resource(endpoint, "firehose", "Firehose endpoint ARN");
      case "http", "https" -> {
        if (!endpoint.startsWith(protocol + "://")) {
          throw SnsErrors.invalid("Endpoint must match the specified protocol");
        }
      }
      case "email", "email-json" -> {
        if (!endpoint.contains("@")) {
          throw SnsErrors.invalid("Email address");
        }
      }
      case "application" -> {
        if (!PlatformApplication.EndpointKey.isOne(endpoint)) {
          throw SnsErrors.invalid("Application endpoint arn invalid:" + endpoint);
        }
      }
      default -> {
        if (!PhoneBook.isNumber(endpoint.replaceAll("[ .()/-]", ""))
            || ODD_SEPARATORS.matcher(endpoint).find()) {
          throw SnsErrors.invalid("Invalid SMS endpoint: " + endpoint);
        }
      }
    }
    if (topic.key().isFifo() && !protocol.equals("sqs")) {
      throw SnsErrors.invalid("Invalid parameter: Endpoint Reason: Please use FIFO SQS queue");
    }
  }

  private static Arn resource(String endpoint, String service, String problem) {
    return Arn.of(endpoint)
        .filter(a -> a.service().equals(service) && !a.resource().isEmpty())
        .orElseThrow(() -> SnsErrors.invalid(problem));
  }

  /// The value as it is kept: AWS writes booleans small, however they were given.
  static String kept(String name, String value) {
    return name.equals("RawMessageDelivery") ? value.toLowerCase(java.util.Locale.ROOT) : value;
  }

  /// Checks the attributes of a new subscription.
  static void checkAll(Topic topic, String protocol, Map<String, String> attributes) {
    var scope = attributes.getOrDefault("FilterPolicyScope", "MessageAttributes");
    attributes.forEach(
        (name, value) -> check(topic, protocol, scope, name, value, "Attributes Reason: "));
    if (protocol.equals("firehose")
        && attributes.getOrDefault("SubscriptionRoleArn", "").isEmpty()) {
      throw SnsErrors.invalid("Attributes Reason: SubscriptionRoleArn: must be specified");
    }
  }

  /// Checks one attribute.
  ///
  /// @param filterScope what filter policies look at
  static void check(
      Topic topic,
      String protocol,
      String filterScope,
      @Nullable String name,
      @Nullable String value,
      String reason) {
    if (name == null || !SETTABLE.contains(name)) {
      throw SnsErrors.invalid("AttributeName");
    }
    if (value == null || value.isEmpty()) {
      return;
    }
    switch (name) {
      case "FilterPolicy" ->
          Filter.check(value, filterScope.equals("MessageBody"), reason + "FilterPolicy: ");
      case "FilterPolicyScope" -> {
        if (!value.equals("MessageAttributes") && !value.equals("MessageBody")) {
          throw SnsErrors.invalid(
              reason
                  + "FilterPolicyScope: Invalid value ["
                  + value
                  + "]. Please use either MessageBody or MessageAttributes");
        }
      }
      case "RawMessageDelivery" -> checkRaw(protocol, value, reason);
      case "DeliveryPolicy" -> TopicAttributes.checkDelivery(value, reason + "DeliveryPolicy: ");
      case "SubscriptionRoleArn" -> {
        if (!value.matches("arn:aws[a-z-]*:iam::[0-9]{12}:role/.+")) {
          throw SnsErrors.invalid(reason + "SubscriptionRoleArn: Invalid value [" + value + "].");
        }
      }
      case "ReplayPolicy" -> checkReplay(topic, value, reason + "ReplayPolicy: ");
      default -> checkRedrive(topic, value, reason + "RedrivePolicy: ");
    }
  }

  private static void checkRaw(String protocol, String value, String reason) {
    if (!value.equalsIgnoreCase("true") && !value.equalsIgnoreCase("false")) {
      throw SnsErrors.invalid(
          reason + "RawMessageDelivery: Invalid value [" + value + "]. Must be true or false.");
    }
    if (value.equalsIgnoreCase("true")
        && !Set.of("sqs", "http", "https", "firehose").contains(protocol)) {
      throw SnsErrors.invalid(
          reason + "Delivery protocol [" + protocol + "] does not support raw message delivery.");
    }
  }

  private static JsonNode object(String value, String prefix) {
    try {
      var tree = Json.parse(value);
      if (tree.isObject()) {
        return tree;
      }
      throw SnsErrors.invalid(prefix + "must be a JSON object");
    } catch (IllegalArgumentException e) {
      throw SnsErrors.invalid(prefix + "failed to parse JSON");
    }
  }

  private static void checkRedrive(Topic topic, String value, String prefix) {
    var target = object(value, prefix).path("deadLetterTargetArn").asText();
    var arn = Arn.of(target).filter(a -> a.service().equals("sqs"));
    if (arn.isEmpty()) {
      throw SnsErrors.invalid(prefix + "deadLetterTargetArn is an invalid arn");
    }
    if (arn.get().resource().endsWith(".fifo") && !topic.key().isFifo()) {
      throw SnsErrors.invalid(
          prefix + "must use a standard queue as DLQ for a subscription to a Standard Topic");
    }
  }

  private static void checkReplay(Topic topic, String value, String prefix) {
    if (topic.attribute("ArchivePolicy").isEmpty()) {
      throw SnsErrors.invalid(prefix + "ReplayPolicy is not supported without an ArchivePolicy");
    }
    var policy = object(value, prefix);
    if (!policy.path("PointType").asText().equals("Timestamp")) {
      throw SnsErrors.invalid(prefix + "PointType must be Timestamp");
    } else if (!policy.has("StartingPoint")) {
      throw SnsErrors.invalid(prefix + "StartingPoint must be specified");
    }
    try {
      var start = Instant.parse(policy.get("StartingPoint").asText());
      if (policy.has("EndingPoint")
          && !Instant.parse(policy.get("EndingPoint").asText()).isAfter(start)) {
        throw SnsErrors.invalid(prefix + "EndingPoint must be later than StartingPoint");
      }
    } catch (DateTimeException e) {
      throw SnsErrors.invalid(prefix + "StartingPoint and EndingPoint must be ISO 8601 timestamps");
    }
  }
}
