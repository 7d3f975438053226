package dev.terrarium.services.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

/// Sends what has become of asynchronous events to where the function's owner wants to know it.
final class Destinations {
  static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final Cloud cloud;

  Destinations(Cloud cloud) {
    this.cloud = cloud;
  }

  /// AWS's invocation record.
  ///
  /// @param outcome of the last try, or null if there was none
  ObjectNode record(
      FunctionReference reference,
      AsyncEvent event,
      String condition,
      int attempts,
      @Nullable Outcome outcome,
      String version) {
    var record = Json.object();
    record.put("version", "1.0");
    record.put("timestamp", TIME.format(cloud.clock().now()));
    var context = record.putObject("requestContext");
    context.put("requestId", event.requestId());
    context.put("functionArn", reference.function().arn(reference.qualifierOrLatest()));
    context.put("condition", condition);
    context.put("approximateInvokeCount", attempts);
    record.set("requestPayload", json(event.payload()));
    if (outcome != null) {
      var response = record.putObject("responseContext");
      response.put("statusCode", 200);
      response.put("executedVersion", version);
      if (outcome.error() != null) {
        response.put("functionError", outcome.error());
      }
      record.set("responsePayload", json(outcome.payload()));
    }
    return record;
  }

  /// Sends a record to a destination; what cannot be delivered is logged and lost, as on AWS. Tells
  /// whether it arrived.
  boolean send(
      String destination, FunctionReference reference, ObjectNode record, boolean success) {
    var target = Arn.of(destination).orElse(null);
    if (target == null) {
      return false;
    }
    var text = Json.write(record);
    return guarded(
        destination,
        () -> {
          switch (target.service()) {
            case "sqs" -> toQueue(target, text, Map.of());
            case "sns" ->
                cloud.client(SnsClient.class).publish(b -> b.topicArn(destination).message(text));
            case "lambda" ->
                cloud
                    .client(LambdaClient.class)
                    .invoke(b ->
                        b.functionName(destination)
                            .invocationType(InvocationType.EVENT)
                            .payload(SdkBytes.fromUtf8String(text)));
            case "s3" -> toBucket(target, reference, text);
            case "events" -> toBus(target, reference, text, success);
            default -> throw LambdaErrors.invalid("No destination: " + destination);
          }
        });
  }

  /// Sends what became of a batch of a stream; tells whether it arrived.
  ///
  /// @param key under which a bucket gets it
  boolean sendBatch(String destination, String key, String text) {
    var target = Arn.of(destination).orElse(null);
    return target != null
        && guarded(
            destination,
            () -> {
              switch (target.service()) {
                case "sqs" -> toQueue(target, text, Map.of());
                case "sns" -> toTopic(destination, text, Map.of());
                case "s3" ->
                    cloud
                        .client(S3Client.class)
                        .putObject(
                            b -> b.bucket(target.resource()).key(key),
                            RequestBody.fromString(text));
                default -> throw LambdaErrors.invalid("No destination: " + destination);
              }
            });
  }

  /// Sends the event itself to a dead-letter queue or topic; tells whether it arrived.
  boolean deadLetter(String arn, AsyncEvent event, @Nullable Outcome outcome) {
    var target = Arn.of(arn).orElse(null);
    if (target == null) {
      return false;
    }
    var text = new String(event.payload(), StandardCharsets.UTF_8);
    var error = outcome == null ? "" : errorMessage(outcome);
    var attributes = new HashMap<String, String>();
    attributes.put("RequestID", event.requestId());
    attributes.put("ErrorCode", "200");
    if (!error.isEmpty()) {
      attributes.put("ErrorMessage", error.substring(0, Math.min(1024, error.length())));
    }
    return guarded(
        arn,
        () -> {
          if (target.service().equals("sqs")) {
            toQueue(target, text, attributes);
          } else {
            toTopic(arn, text, attributes);
          }
        });
  }

  private void toQueue(Arn queue, String text, Map<String, String> attributes) {
    var sqs = cloud.client(SqsClient.class, queue.scope());
    var values = new HashMap<String, MessageAttributeValue>();
    attributes.forEach((name, value) ->
        values.put(
            name, MessageAttributeValue.builder().dataType(type(name)).stringValue(value).build()));
    var url = sqs.getQueueUrl(b -> b.queueName(queue.resource())).queueUrl();
    sqs.sendMessage(b -> b.queueUrl(url).messageBody(text).messageAttributes(values));
  }

  private void toTopic(String topic, String text, Map<String, String> attributes) {
    var values =
        new HashMap<String, software.amazon.awssdk.services.sns.model.MessageAttributeValue>();
    attributes.forEach((name, value) ->
        values.put(
            name,
            software.amazon.awssdk.services.sns.model.MessageAttributeValue.builder()
                .dataType(type(name))
                .stringValue(value)
                .build()));
    cloud
        .client(SnsClient.class)
        .publish(b -> b.topicArn(topic).message(text).messageAttributes(values));
  }

  private void toBucket(Arn bucket, FunctionReference reference, String text) {
    var now = cloud.clock().now();
    var path =
        DateTimeFormatter.ofPattern("yyyy/MM/dd", Locale.ROOT).withZone(ZoneOffset.UTC).format(now);
    var key =
        "aws/lambda/async/"
            + reference.function().name()
            + "/"
            + path
            + "/"
            + TIME.format(now).replace(".", "-").replace(":", ".")
            + "-"
            + cloud.ids().uuid();
    cloud
        .client(S3Client.class)
        .putObject(b -> b.bucket(bucket.resource()).key(key), RequestBody.fromString(text));
  }

  private void toBus(Arn bus, FunctionReference reference, String text, boolean success) {
    var name = bus.resource().replaceFirst("^event-bus/", "");
    var entry =
        PutEventsRequestEntry.builder()
            .eventBusName(name)
            .source("lambda")
            .detailType("Lambda Function Invocation Result - " + (success ? "Success" : "Failure"))
            .resources(reference.function().arn(reference.qualifierOrLatest()))
            .detail(text)
            .build();
    cloud.client(EventBridgeClient.class).putEvents(b -> b.entries(List.of(entry)));
  }

  private static boolean guarded(String destination, Runnable delivery) {
    try {
      delivery.run();
      return true;
    } catch (SdkException | IllegalArgumentException e) {
      System.getLogger(Destinations.class.getName())
          .log(
              System.Logger.Level.WARNING,
              "Cannot deliver from " + Call.current().service() + " to " + destination,
              e);
      return false;
    }
  }

  private static String type(String attribute) {
    return attribute.equals("ErrorCode") ? "Number" : "String";
  }

  private static String errorMessage(Outcome outcome) {
    return json(outcome.payload()).path("errorMessage").asText();
  }

  private static JsonNode json(byte[] payload) {
    var text = new String(payload, StandardCharsets.UTF_8);
    try {
      return Json.parse(text);
    } catch (IllegalArgumentException _) {
      return new TextNode(text);
    }
  }
}
