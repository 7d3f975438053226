package dev.terrarium.services.eventbridge;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Principal;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.Map;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.eventbridge.model.Target;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

/// Puts what could not be delivered into a target's dead-letter queue.
final class DeadLetters {
  private static final System.Logger LOG = System.getLogger(DeadLetters.class.getName());
  private static final int MESSAGE_LENGTH_MAX = 1024;

  private final Cloud cloud;
  private final EventMetrics metrics;

  DeadLetters(Cloud cloud, EventMetrics metrics) {
    this.cloud = cloud;
    this.metrics = metrics;
  }

  /// Puts an event there, if the target has such a queue.
  ///
  /// @param exhausted the part of the retry policy that ended it, or empty
  void bury(Target target, TargetKey key, Delivery delivery, Failure failure, String exhausted) {
    var config = target.deadLetterConfig();
    if (config == null || config.arn() == null) {
      return;
    }
    var message = String.valueOf(failure.getMessage());
    var attributes = new LinkedHashMap<String, MessageAttributeValue>();
    put(attributes, "RULE_ARN", key.rule().arn());
    put(attributes, "TARGET_ARN", target.arn());
    put(attributes, "ERROR_CODE", failure.code);
    put(
        attributes,
        "ERROR_MESSAGE",
        message.substring(0, Math.min(MESSAGE_LENGTH_MAX, message.length())));
    if (!exhausted.isEmpty()) {
      put(attributes, "EXHAUSTED_RETRY_CONDITION", exhausted);
    }
    attributes.put(
        "RETRY_ATTEMPTS",
        MessageAttributeValue.builder()
            .dataType("Number")
            .stringValue(Integer.toString(delivery.attempts()))
            .build());
    try {
      send(config.arn(), delivery.event(), attributes);
      metrics.buried(key.rule(), true);
    } catch (SdkException | IllegalArgumentException e) {
      LOG.log(Level.WARNING, "The dead-letter queue " + config.arn() + " fails", e);
      metrics.buried(key.rule(), false);
    }
  }

  private void send(String arn, String body, Map<String, MessageAttributeValue> attributes) {
    var queue = Arn.of(arn).orElseThrow(() -> new IllegalArgumentException(arn));
    var url = cloud.endpoint() + "/" + queue.account() + "/" + queue.resource();
    var principal = Principal.service(queue.account(), "events.amazonaws.com");
    var _ =
        cloud
            .client(SqsClient.class, queue.scope(), principal)
            .sendMessage(s -> s.queueUrl(url).messageBody(body).messageAttributes(attributes));
  }

  private static void put(
      Map<String, MessageAttributeValue> attributes, String name, String value) {
    var text = value.isEmpty() ? "-" : value;
    attributes.put(
        name, MessageAttributeValue.builder().dataType("String").stringValue(text).build());
  }
}
