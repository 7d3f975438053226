package dev.terrarium.services.sqs;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Json;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// The attributes of a queue: names, defaults, ranges.
///
/// See AWS's *SetQueueAttributes* in the SQS API reference.
final class QueueAttributes {
  static final int MESSAGE_BYTES_MAX = 1024 * 1024;

  /// How many messages of a queue may be received and not deleted.
  static final int IN_FLIGHT_MAX = 120_000;

  static final Map<String, String> DEFAULTS =
      Map.of(
          "VisibilityTimeout", "30",
          "MaximumMessageSize", Integer.toString(MESSAGE_BYTES_MAX),
          "MessageRetentionPeriod", "345600",
          "DelaySeconds", "0",
          "ReceiveMessageWaitTimeSeconds", "0",
          "KmsDataKeyReusePeriodSeconds", "300");

  static final Set<String> DERIVED =
      Set.of(
          "QueueArn",
          "CreatedTimestamp",
          "LastModifiedTimestamp",
          "ApproximateNumberOfMessages",
          "ApproximateNumberOfMessagesNotVisible",
          "ApproximateNumberOfMessagesDelayed");

  private static final Set<String> SETTABLE =
      Set.of(
          "VisibilityTimeout",
          "MaximumMessageSize",
          "MessageRetentionPeriod",
          "DelaySeconds",
          "ReceiveMessageWaitTimeSeconds",
          "Policy",
          "RedrivePolicy",
          "RedriveAllowPolicy",
          "KmsMasterKeyId",
          "KmsDataKeyReusePeriodSeconds",
          "SqsManagedSseEnabled",
          "FifoQueue",
          "ContentBasedDeduplication",
          "DeduplicationScope",
          "FifoThroughputLimit");

  private static final Set<String> FIFO_ONLY =
      Set.of("FifoQueue", "ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit");

  private QueueAttributes() {}

  /// Checks attributes that somebody wants to set and returns them in the form in which they are
  /// kept.
  ///
  /// @param creating whether the queue is new: only then FifoQueue may be given
  static Map<String, String> check(QueueKey queue, Map<String, String> wanted, boolean creating) {
    var checked = new HashMap<String, String>();
    var isFifo = "true".equals(wanted.get("FifoQueue"));
    if (creating && isFifo && !queue.isFifo()) {
      throw SqsErrors.invalid(
          "The name of a FIFO queue can only include alphanumeric characters, hyphens, or"
              + " underscores, must end with .fifo suffix and be 1 to 80 in length.");
    }
    wanted.forEach((name, value) -> checked.put(name, check(queue, name, value, creating)));
    if (creating && !isFifo && queue.isFifo()) {
      throw SqsErrors.invalid(
          "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");
    }
    return checked;
  }

  private static String check(QueueKey queue, String name, String value, boolean creating) {
    if (!SETTABLE.contains(name)) {
      throw SqsErrors.attributeName(name);
    }
    if (FIFO_ONLY.contains(name) && !queue.isFifo()) {
      throw SqsErrors.attributeName(name);
    }
    switch (name) {
      case "VisibilityTimeout" -> range(name, value, 0, 43_200);
      case "MaximumMessageSize" -> range(name, value, 1024, MESSAGE_BYTES_MAX);
      case "MessageRetentionPeriod" -> range(name, value, 60, 1_209_600);
      case "DelaySeconds" -> range(name, value, 0, 900);
      case "ReceiveMessageWaitTimeSeconds" -> range(name, value, 0, 20);
      case "KmsDataKeyReusePeriodSeconds" -> range(name, value, 60, 86_400);
      case "Policy" -> policy(name, value);
      case "RedrivePolicy" -> redrivePolicy(queue, value);
      case "RedriveAllowPolicy" -> redriveAllowPolicy(value);
      case "FifoQueue" -> {
        if (!value.equals("true") || !creating) {
          throw SqsErrors.attributeValue(name);
        }
      }
      case "ContentBasedDeduplication", "SqsManagedSseEnabled" ->
          oneOf(name, value, "true", "false");
      case "DeduplicationScope" -> oneOf(name, value, "messageGroup", "queue");
      case "FifoThroughputLimit" -> oneOf(name, value, "perQueue", "perMessageGroupId");
      default -> {
        // KmsMasterKeyId: any key id or alias.
      }
    }
    return value;
  }

  private static void range(String name, String value, int min, int max) {
    try {
      var number = Integer.parseInt(value);
      if (number < min || number > max) {
        throw SqsErrors.attributeValue(name);
      }
    } catch (NumberFormatException e) {
      throw SqsErrors.attributeValue(name);
    }
  }

  private static void oneOf(String name, String value, String a, String b) {
    if (!value.equals(a) && !value.equals(b)) {
      throw SqsErrors.attributeValue(name);
    }
  }

  private static void policy(String name, String value) {
    if (!value.isEmpty()) {
      try {
        if (!Json.parse(value).isObject()) {
          throw SqsErrors.attributeValue(name);
        }
      } catch (IllegalArgumentException e) {
        throw SqsErrors.attributeValue(name);
      }
    }
  }

  private static void redrivePolicy(QueueKey queue, String value) {
    if (value.isEmpty()) {
      return;
    }
    var prefix = "Value " + value + " for parameter RedrivePolicy is invalid. Reason: ";
    try {
      var tree = Json.parse(value);
      var arn = tree.path("deadLetterTargetArn");
      if (arn.isMissingNode()) {
        throw SqsErrors.invalid(
            prefix + "Redrive policy does not contain mandatory attribute: deadLetterTargetArn.");
      } else if (!tree.has("maxReceiveCount")) {
        throw SqsErrors.invalid(
            prefix + "Redrive policy does not contain mandatory attribute: maxReceiveCount.");
      }
      var count = tree.get("maxReceiveCount").asInt(-1);
      if (count < 1 || count > 1000) {
        throw SqsErrors.invalid(
            prefix
                + "Invalid value for maxReceiveCount: "
                + tree.get("maxReceiveCount").asText()
                + ", valid values are from 1 to 1000 both inclusive.");
      }
      var target = Arn.of(arn.asText());
      if (target.isEmpty() || !target.get().service().equals("sqs")) {
        throw SqsErrors.invalid(prefix + "Invalid value for deadLetterTargetArn.");
      } else if (target.get().resource().endsWith(".fifo") != queue.isFifo()) {
        throw SqsErrors.invalid(
            prefix + "Dead-letter queue must be same type of queue as the source.");
      } else if (arn.asText().equals(queue.arn())) {
        throw SqsErrors.invalid(prefix + "Dead-letter queue must not be the source queue itself.");
      }
    } catch (IllegalArgumentException e) {
      throw SqsErrors.invalid(prefix + "Redrive policy is not a valid JSON map.");
    }
  }

  private static void redriveAllowPolicy(String value) {
    if (value.isEmpty()) {
      return;
    }
    var prefix = "Value " + value + " for parameter RedriveAllowPolicy is invalid. Reason: ";
    try {
      var tree = Json.parse(value);
      var permission = tree.path("redrivePermission").asText("");
      if (!Set.of("allowAll", "denyAll", "byQueue").contains(permission)) {
        throw SqsErrors.invalid(
            prefix + "redrivePermission must be one of allowAll, denyAll, byQueue.");
      }
      var sources = tree.path("sourceQueueArns").size();
      if (permission.equals("byQueue") == (sources == 0) || sources > 10) {
        throw SqsErrors.invalid(
            prefix
                + "sourceQueueArns must hold 1 to 10 queues if, and only if, redrivePermission"
                + " is byQueue.");
      }
    } catch (IllegalArgumentException e) {
      throw SqsErrors.invalid(prefix + "Redrive allow policy is not a valid JSON map.");
    }
  }
}
