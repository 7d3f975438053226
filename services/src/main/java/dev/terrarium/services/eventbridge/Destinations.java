package dev.terrarium.services.eventbridge;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Principal;
import dev.terrarium.kernel.Scope;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.InputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceAlreadyExistsException;
import software.amazon.awssdk.services.eventbridge.model.Target;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.firehose.model.Record;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/// The targets that are other services.
final class Destinations {
  private final Cloud cloud;

  Destinations(Cloud cloud) {
    this.cloud = cloud;
  }

  /// The destination of a service's ARNs, or null if Terrarium knows none.
  @Nullable Destination of(String service) {
    return switch (service) {
      case "lambda" -> this::toFunction;
      case "sqs" -> this::toQueue;
      case "sns" -> this::toTopic;
      case "kinesis" -> this::toStream;
      case "firehose" -> this::toDeliveryStream;
      case "logs" -> this::toLogGroup;
      default -> null;
    };
  }

  private <C> C client(Class<C> type, Scope scope) {
    return cloud.client(type, scope, Principal.service(scope.account(), "events.amazonaws.com"));
  }

  private static String text(Target target, TargetKey key, Delivery delivery) {
    return new TargetBody(target, key.rule(), delivery).text();
  }

  private void toFunction(Arn arn, Target target, TargetKey key, Delivery delivery) {
    var payload = SdkBytes.fromUtf8String(text(target, key, delivery));
    var _ =
        client(LambdaClient.class, arn.scope())
            .invoke(i ->
                i.functionName(target.arn()).invocationType(InvocationType.EVENT).payload(payload));
  }

  private void toQueue(Arn arn, Target target, TargetKey key, Delivery delivery) {
    var parameters = target.sqsParameters();
    var group = parameters == null ? null : parameters.messageGroupId();
    var _ =
        client(SqsClient.class, arn.scope())
            .sendMessage(s ->
                s.queueUrl(url(arn))
                    .messageBody(text(target, key, delivery))
                    .messageGroupId(group));
  }

  private String url(Arn queue) {
    return cloud.endpoint() + "/" + queue.account() + "/" + queue.resource();
  }

  private void toTopic(Arn arn, Target target, TargetKey key, Delivery delivery) {
    var _ =
        client(SnsClient.class, arn.scope())
            .publish(p -> p.topicArn(target.arn()).message(text(target, key, delivery)));
  }

  private void toStream(Arn arn, Target target, TargetKey key, Delivery delivery) {
    var body = new TargetBody(target, key.rule(), delivery);
    var path =
        target.kinesisParameters() == null ? "$.id" : target.kinesisParameters().partitionKeyPath();
    var found = JsonPath.find(body.event(), path);
    var partition = found.isValueNode() ? found.asText() : found.toString();
    if (partition.isEmpty() || partition.length() > 256) {
      throw new Failure(
          false, "INVALID_PARAMETER", "The event has no partition key at " + path + ".");
    }
    var _ =
        client(KinesisClient.class, arn.scope())
            .putRecord(p ->
                p.streamName(name(arn))
                    .partitionKey(partition)
                    .data(SdkBytes.fromUtf8String(body.text())));
  }

  private void toDeliveryStream(Arn arn, Target target, TargetKey key, Delivery delivery) {
    var data = SdkBytes.fromUtf8String(text(target, key, delivery));
    var _ =
        client(FirehoseClient.class, arn.scope())
            .putRecord(
                p -> p.deliveryStreamName(name(arn)).record(Record.builder().data(data).build()));
  }

  private static String name(Arn arn) {
    return arn.resource().substring(arn.resource().indexOf('/') + 1);
  }

  /// What the target makes of the event may say when it was and what: `{"timestamp": 1, "message":
  /// "…"}`.
  private void toLogGroup(Arn arn, Target target, TargetKey key, Delivery delivery) {
    var group = arn.resource().replaceFirst("^log-group:", "").replaceFirst(":\\*$", "");
    var text = text(target, key, delivery);
    var shaped = LogLine.of(text, delivery.sinceMillis());
    var stream = UUID.nameUUIDFromBytes(key.signal().getBytes(StandardCharsets.UTF_8)).toString();
    var logs = client(CloudWatchLogsClient.class, arn.scope());
    var event =
        InputLogEvent.builder().timestamp(shaped.millis()).message(shaped.message()).build();
    try {
      logs.putLogEvents(p -> p.logGroupName(group).logStreamName(stream).logEvents(event));
    } catch (software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException _) {
      try {
        logs.createLogStream(c -> c.logGroupName(group).logStreamName(stream));
      } catch (ResourceAlreadyExistsException _) {
        // Another process of the same cloud has been here before a crash.
      }
      logs.putLogEvents(p -> p.logGroupName(group).logStreamName(stream).logEvents(event));
    }
  }
}
