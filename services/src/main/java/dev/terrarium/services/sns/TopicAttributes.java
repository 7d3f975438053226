package dev.terrarium.services.sns;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Json;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The attributes of topics: which there are and what they may be.
final class TopicAttributes {
  private static final Set<String> SETTABLE = settable();
  private static final Set<String> FIFO_ONLY =
      Set.of("ContentBasedDeduplication", "FifoThroughputScope", "ArchivePolicy");
  private static final Set<String> RETRY_NUMBERS =
      Set.of(
          "minDelayTarget",
          "maxDelayTarget",
          "numRetries",
          "numMaxDelayRetries",
          "numNoDelayRetries",
          "numMinDelayRetries");

  private TopicAttributes() {}

  private static Set<String> settable() {
    var names =
        new HashSet<>(
            Set.of(
                "DeliveryPolicy",
                "DisplayName",
                "FifoTopic",
                "Policy",
                "SignatureVersion",
                "TracingConfig",
                "KmsMasterKeyId",
                "ContentBasedDeduplication",
                "ArchivePolicy",
                "FifoThroughputScope"));
    for (var protocol : Set.of("HTTP", "Firehose", "Lambda", "Application", "SQS", "SMS")) {
      names.add(protocol + "SuccessFeedbackRoleArn");
      names.add(protocol + "FailureFeedbackRoleArn");
      names.add(protocol + "SuccessFeedbackSampleRate");
    }
    return Set.copyOf(names);
  }

  /// Checks one attribute that somebody wants to set.
  ///
  /// @param reason what comes before the reason: `Attributes Reason: ` where all come in a map
  static void check(boolean fifo, @Nullable String name, @Nullable String value, String reason) {
    if (name == null || !SETTABLE.contains(name)) {
      throw SnsErrors.invalid(reason.isEmpty() ? "AttributeName" : "Attribute " + name);
    }
    if (value == null || clears(name, value)) {
      return;
    }
    if (!fifo && FIFO_ONLY.contains(name)) {
      throw SnsErrors.invalid(
          name.equals("ContentBasedDeduplication")
              ? "Content-based deduplication can only be set for FIFO topics"
              : reason + name + " can only be set for FIFO topics");
    }
    switch (name) {
      case "Policy" -> checkPolicy(value);
      case "DeliveryPolicy" -> checkDelivery(value, reason + "DeliveryPolicy: ");
      case "ArchivePolicy" -> checkArchive(value, reason);
      case "FifoTopic", "ContentBasedDeduplication" ->
          checkOneOf(reason + name, value.toLowerCase(Locale.ROOT), "true", "false");
      case "SignatureVersion" -> checkOneOf(reason + name, value, "1", "2");
      case "TracingConfig" -> checkOneOf(reason + name, value, "Active", "PassThrough");
      case "FifoThroughputScope" -> checkOneOf(reason + name, value, "Topic", "MessageGroup");
      case "DisplayName" -> {
        if (value.length() > 100) {
          throw SnsErrors.invalid(reason + "DisplayName: must be at most 100 characters long");
        }
      }
      case "KmsMasterKeyId" -> {
        // The key is looked up when it is used.
      }
      default -> checkFeedback(reason, name, value);
    }
  }

  private static void checkOneOf(String name, String value, String one, String other) {
    if (!value.equals(one) && !value.equals(other)) {
      throw SnsErrors.invalid(
          name + ": Invalid value [" + value + "]. Must be " + one + " or " + other + ".");
    }
  }

  private static void checkFeedback(String reason, String name, String value) {
    if (name.endsWith("SampleRate")
        ? !value.matches("100|[1-9]?[0-9]")
        : !value.matches("arn:aws[a-z-]*:iam::[0-9]{12}:role/.+")) {
      throw SnsErrors.invalid(reason + name + ": Invalid value [" + value + "].");
    }
  }

  private static void checkPolicy(String value) {
    JsonNode policy;
    try {
      policy = Json.parse(value);
    } catch (IllegalArgumentException e) {
      throw SnsErrors.invalid("Policy Error: null");
    }
    if (!policy.isObject() || !policy.has("Statement")) {
      throw SnsErrors.invalid("Policy Error: null");
    }
    var statements = policy.get("Statement");
    for (var statement : statements.isArray() ? statements : Json.array().add(statements)) {
      var actions = statement.path("Action");
      for (var action : actions.isArray() ? actions : Json.array().add(actions)) {
        var text = action.asText().toLowerCase(Locale.ROOT);
        if (!text.isEmpty() && !text.equals("*") && !text.startsWith("sns:")) {
          throw SnsErrors.invalid("Policy statement action out of service scope!");
        }
      }
    }
  }

  /// Whether a value takes the attribute away. An archive policy ends with an empty document, which
  /// Terraform and the documentation give.
  static boolean clears(String name, String value) {
    return value.isEmpty()
        || name.equals("ArchivePolicy") && value.replaceAll("\\s", "").equals("{}");
  }

  private static void checkArchive(String value, String reason) {
    int days = 0;
    try {
      days = Json.parse(value).path("MessageRetentionPeriod").asInt();
    } catch (IllegalArgumentException e) {
      throw SnsErrors.invalid(reason + "ArchivePolicy: failed to parse JSON");
    }
    if (days < 1 || days > 365) {
      throw SnsErrors.invalid(
          reason + "ArchivePolicy: MessageRetentionPeriod must be between 1 and 365 days");
    }
  }

  /// Checks a topic's or a subscription's delivery policy.
  static void checkDelivery(String value, String prefix) {
    JsonNode policy;
    try {
      policy = Json.parse(value);
    } catch (IllegalArgumentException e) {
      throw SnsErrors.invalid(prefix + "failed to parse JSON. " + SnsErrors.unparsed(e, value));
    }
    if (!policy.isObject()) {
      throw SnsErrors.invalid(prefix + "must be a JSON object");
    }
    policy
        .fieldNames()
        .forEachRemaining(name -> {
          if (!Set.of(
                  "http",
                  "healthyRetryPolicy",
                  "sicklyRetryPolicy",
                  "throttlePolicy",
                  "requestPolicy",
                  "guaranteed")
              .contains(name)) {
            throw SnsErrors.invalid(prefix + "Unexpected JSON member: " + name);
          }
        });
    checkRetries(policy.path("healthyRetryPolicy"), prefix + "healthyRetryPolicy.");
    checkRetries(
        policy.path("http").path("defaultHealthyRetryPolicy"),
        prefix + "http.defaultHealthyRetryPolicy.");
  }

  private static void checkRetries(JsonNode policy, String prefix) {
    if (!policy.isObject()) {
      return;
    }
    policy
        .properties()
        .forEach(member -> {
          if (member.getKey().equals("backoffFunction")) {
            if (!Set.of("linear", "arithmetic", "geometric", "exponential")
                .contains(member.getValue().asText())) {
              throw SnsErrors.invalid(
                  prefix
                      + "backoffFunction must be one of linear, arithmetic, geometric, exponential");
            }
          } else if (!RETRY_NUMBERS.contains(member.getKey())) {
            throw SnsErrors.invalid(prefix + member.getKey() + " is not expected");
          }
        });
    var min = policy.path("minDelayTarget").asInt(20);
    var max = policy.path("maxDelayTarget").asInt(20);
    var retries = policy.path("numRetries").asInt(3);
    if (policy.has("minDelayTarget") != policy.has("maxDelayTarget")) {
      throw SnsErrors.invalid(
          prefix
              + (policy.has("minDelayTarget") ? "maxDelayTarget" : "minDelayTarget")
              + " must be specified");
    } else if (min < 1 || min > max) {
      throw SnsErrors.invalid(prefix + "minDelayTarget must be between 1 and maxDelayTarget");
    } else if (max > 3600) {
      throw SnsErrors.invalid(prefix + "maxDelayTarget must be less than or equal to 3600");
    } else if (retries < 0 || retries > 100) {
      throw SnsErrors.invalid(
          prefix + "numRetries must be greater than or equal to 0 and less than or equal to 100");
    }
    var parts =
        policy.path("numNoDelayRetries").asInt()
            + policy.path("numMinDelayRetries").asInt()
            + policy.path("numMaxDelayRetries").asInt();
    if (parts > retries) {
      throw SnsErrors.invalid(
          prefix
              + "numRetries must be greater than or equal to the sum of numNoDelayRetries,"
              + " numMinDelayRetries and numMaxDelayRetries");
    }
  }
}
