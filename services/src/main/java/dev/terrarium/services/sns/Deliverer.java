package dev.terrarium.services.sns;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Faults;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Principal;
import dev.terrarium.kernel.Scope;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.firehose.model.Record;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

/// Makes one attempt at one delivery.
final class Deliverer {
  private static final Duration HTTP_TIMEOUT = Duration.ofSeconds(15);

  /// An attempt failed.
  static final class DeliveryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// Whether another attempt may help.
    final boolean retryable;

    final String code;

    DeliveryException(boolean retryable, String code, @Nullable String message) {
      super(message);
      this.retryable = retryable;
      this.code = code;
    }
  }

  private final Cloud cloud;
  private final Envelope envelope;
  private final Mailbox mailbox;
  private final Devices devices;
  private final DeliveryLog log;
  private final Map<Scope, SqsClient> queues = new ConcurrentHashMap<>();
  private volatile @Nullable HttpClient http;

  Deliverer(Cloud cloud, Envelope envelope, Mailbox mailbox, Devices devices, DeliveryLog log) {
    this.cloud = cloud;
    this.envelope = envelope;
    this.mailbox = mailbox;
    this.devices = devices;
    this.log = log;
  }

  /// Delivers, as the fault plan lets it pass.
  ///
  /// @param attempts how many there were before
  /// @throws DeliveryException if it did not arrive
  void deliver(Notification n, Subscription subscription, Topic topic, int attempts) {
    passOn(n, subscription, topic);
    log.topic(n, subscription, topic, attempts + 1, null);
  }

  /// Notes that a delivery is given up.
  void gaveUp(
      Notification n,
      Subscription subscription,
      Topic topic,
      int attempts,
      DeliveryException failure) {
    log.topic(n, subscription, topic, attempts, failure);
    devices.failed(subscription, n, attempts, failure);
  }

  private void passOn(Notification n, Subscription subscription, Topic topic) {
    if (cloud.faults().isPlanned()) {
      var passage = pass("deliver:sns:" + subscription.protocol());
      if (passage == Faults.Passage.NEVER) {
        return;
      } else if (passage == Faults.Passage.TWICE) {
        attempt(n, subscription, topic);
      }
    }
    attempt(n, subscription, topic);
  }

  private Faults.Passage pass(String point) {
    try {
      return cloud.faults().pass(point);
    } catch (AwsServiceException e) {
      throw new DeliveryException(true, Errors.code(e), Errors.message(e));
    }
  }

  private void attempt(Notification n, Subscription subscription, Topic topic) {
    try {
      var version = topic.attribute("SignatureVersion").equals("2") ? "2" : "1";
      switch (subscription.protocol()) {
        case "sqs" -> toQueue(n, subscription, version);
        case "lambda" -> toFunction(n, subscription, version);
        case "http", "https" -> toHttp(n, subscription, version);
        case "email" -> mail("email", n, subscription, n.textFor("email"));
        case "email-json" ->
            mail(
                "email-json",
                n,
                subscription,
                Json.write(envelope.notification(n, subscription, version)));
        case "sms" ->
            devices.text(Topic.TopicKey.of(n.topicArn()).scope(), subscription.endpoint(), n);
        case "application" -> devices.push(subscription.endpoint(), n);
        case "firehose" -> toFirehose(n, subscription, version);
        default -> throw new DeliveryException(false, "InvalidProtocol", subscription.protocol());
      }
    } catch (AwsServiceException e) {
      var retryable = e.statusCode() >= 500 || Errors.code(e).contains("Thrott");
      throw new DeliveryException(retryable, Errors.code(e), Errors.message(e));
    }
  }

  private void toQueue(Notification n, Subscription subscription, String version) {
    var arn =
        Arn.of(subscription.endpoint())
            .orElseThrow(() -> new DeliveryException(false, "InvalidArn", subscription.endpoint()));
    var raw = subscription.isRaw();
    var body = raw ? n.textFor("sqs") : Json.write(envelope.notification(n, subscription, version));
    var url = cloud.endpoint() + "/" + arn.account() + "/" + arn.resource();
    sqs(arn.scope())
        .sendMessage(r -> {
          r.queueUrl(url).messageBody(body);
          if (raw) {
            r.messageAttributes(attributes(n));
          }
          if (!n.groupId().isEmpty()) {
            r.messageGroupId(n.groupId());
          }
          if (arn.resource().endsWith(".fifo")) {
            r.messageDeduplicationId(n.deduplicationId());
          }
        });
  }

  private SqsClient sqs(Scope scope) {
    return queues.computeIfAbsent(
        scope,
        s -> cloud.client(SqsClient.class, s, Principal.service(s.account(), "sns.amazonaws.com")));
  }

  private static Map<String, MessageAttributeValue> attributes(Notification n) {
    var attributes = new HashMap<String, MessageAttributeValue>();
    n.attributes()
        .forEach((name, value) ->
            attributes.put(
                name,
                MessageAttributeValue.builder()
                    .dataType(value.dataType())
                    .stringValue(value.stringValue())
                    .binaryValue(value.binaryValue())
                    .build()));
    return attributes;
  }

  private void toFunction(Notification n, Subscription subscription, String version) {
    var text = n.textFor("lambda");
    var sns = envelope.notification(n, subscription, version);
    sns.put("Message", text);
    sns.put("SigningCertUrl", sns.remove("SigningCertURL").asText());
    sns.put("UnsubscribeUrl", sns.remove("UnsubscribeURL").asText());
    if (!sns.has("Subject")) {
      sns.putNull("Subject");
    }
    if (!sns.has("MessageAttributes")) {
      sns.putObject("MessageAttributes");
    }
    var event = Json.object();
    var record = event.putArray("Records").addObject();
    record
        .put("EventSource", "aws:sns")
        .put("EventVersion", "1.0")
        .put("EventSubscriptionArn", subscription.arn())
        .set("Sns", sns);
    var arn =
        Arn.of(subscription.endpoint())
            .orElseThrow(() -> new DeliveryException(false, "InvalidArn", subscription.endpoint()));
    cloud
        .client(
            LambdaClient.class, arn.scope(), Principal.service(arn.account(), "sns.amazonaws.com"))
        .invoke(r ->
            r.functionName(subscription.endpoint())
                .invocationType(InvocationType.EVENT)
                .payload(SdkBytes.fromUtf8String(Json.write(event))));
  }

  /// Records are told apart by line ends, as AWS delivers them.
  private void toFirehose(Notification n, Subscription subscription, String version) {
    var arn =
        Arn.of(subscription.endpoint())
            .orElseThrow(() -> new DeliveryException(false, "InvalidArn", subscription.endpoint()));
    var body =
        subscription.isRaw()
            ? n.textFor("firehose")
            : Json.write(envelope.notification(n, subscription, version));
    var name = arn.resource().substring(arn.resource().indexOf('/') + 1);
    try {
      cloud
          .client(
              FirehoseClient.class,
              arn.scope(),
              Principal.service(arn.account(), "sns.amazonaws.com"))
          .putRecord(r ->
              r.deliveryStreamName(name)
                  .record(Record.builder().data(SdkBytes.fromUtf8String(body + "\n")).build()));
    } catch (IllegalArgumentException e) {
      throw new DeliveryException(false, "ServiceUnavailable", e.getMessage());
    }
  }

  private void toHttp(Notification n, Subscription subscription, String version) {
    var raw = subscription.isRaw();
    var body =
        raw ? n.textFor("http") : Json.write(envelope.notification(n, subscription, version));
    post(subscription, "Notification", n.id(), body, raw);
  }

  /// Asks an HTTP endpoint or a mail address to confirm.
  void confirm(Subscription subscription) {
    var now = cloud.clock().millis();
    var id = cloud.ids().uuid();
    if (subscription.protocol().startsWith("http")) {
      var body = Json.write(envelope.confirmation(subscription, id, now));
      post(subscription, "SubscriptionConfirmation", id, body, false);
    } else {
      mailbox.deliver(
          subscription.protocol(),
          "no-reply@sns.amazonaws.com",
          subscription.endpoint(),
          "AWS Notification - Subscription Confirmation",
          "You have chosen to subscribe to the topic:\n"
              + subscription.topicArn()
              + "\n\nTo confirm this subscription, click or visit the link below:\n"
              + envelope.confirmUrl(subscription),
          id);
    }
  }

  private void post(
      Subscription subscription, String type, String messageId, String body, boolean raw) {
    try {
      var request =
          HttpRequest.newBuilder(URI.create(subscription.endpoint()))
              .timeout(HTTP_TIMEOUT)
              .header("Content-Type", "text/plain; charset=UTF-8")
              .header("User-Agent", "Amazon Simple Notification Service Agent")
              .header("x-amz-sns-message-type", type)
              .header("x-amz-sns-message-id", messageId)
              .header("x-amz-sns-topic-arn", subscription.topicArn())
              .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8));
      if (!subscription.isPending()) {
        request.header("x-amz-sns-subscription-arn", subscription.arn());
      }
      if (raw) {
        request.header("x-amz-sns-rawdelivery", "true");
      }
      cloud.awaitDurable();
      var status =
          client().send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
      if (status < 200 || status >= 300) {
        throw new DeliveryException(
            status >= 500 || status == 429, "HTTP" + status, "HTTP status " + status);
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new DeliveryException(true, "ConnectionFailed", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DeliveryException(true, "Interrupted", "Terrarium is stopping");
    }
  }

  private HttpClient client() {
    var client = http;
    if (client == null) {
      client =
          HttpClient.newBuilder()
              .connectTimeout(HTTP_TIMEOUT)
              .version(HttpClient.Version.HTTP_1_1)
              .build();
      http = client;
    }
    return client;
  }

  private void mail(String kind, Notification n, Subscription subscription, String text) {
    var subject = n.subject().isEmpty() ? "AWS Notification Message" : n.subject();
    mailbox.deliver(
        kind, "no-reply@sns.amazonaws.com", subscription.endpoint(), subject, text, n.id());
  }

  /// Puts what could not be delivered into the subscription's dead-letter queue.
  void bury(Notification n, Subscription subscription, DeliveryException failure) {
    var target =
        Json.parse(subscription.attribute("RedrivePolicy")).path("deadLetterTargetArn").asText();
    var arn = Arn.of(target).orElseThrow();
    var body =
        subscription.isRaw()
            ? n.textFor(subscription.protocol())
            : Json.write(envelope.notification(n, subscription, "1"));
    var attributes = new HashMap<String, MessageAttributeValue>();
    if (subscription.isRaw()) {
      attributes.putAll(attributes(n));
    }
    attributes.put("ERROR_CODE", text(failure.code));
    attributes.put("ERROR_MESSAGE", text(String.valueOf(failure.getMessage())));
    var url = cloud.endpoint() + "/" + arn.account() + "/" + arn.resource();
    sqs(arn.scope())
        .sendMessage(r -> {
          r.queueUrl(url).messageBody(body).messageAttributes(attributes);
          if (arn.resource().endsWith(".fifo")) {
            r.messageGroupId(n.groupId()).messageDeduplicationId(n.deduplicationId());
          }
        });
  }

  private static MessageAttributeValue text(String value) {
    return MessageAttributeValue.builder()
        .dataType("String")
        .stringValue(value.isEmpty() ? "-" : value)
        .build();
  }
}
