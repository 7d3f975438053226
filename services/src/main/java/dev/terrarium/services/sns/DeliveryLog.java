package dev.terrarium.services.sns;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Principal;
import dev.terrarium.kernel.Scope;
import dev.terrarium.services.sns.Deliverer.DeliveryException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.InputLogEvent;

/// The delivery status of messages, written to CloudWatch Logs where the topic, the application or
/// the account wishes it.
///
/// See *Amazon SNS message delivery status* in the developer guide.
final class DeliveryLog {
  private static final System.Logger LOG = System.getLogger(DeliveryLog.class.getName());
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final Map<String, String> PREFIXES =
      Map.of(
          "http", "HTTP",
          "https", "HTTP",
          "firehose", "Firehose",
          "lambda", "Lambda",
          "application", "Application",
          "sqs", "SQS");

  private final Cloud cloud;
  private final Map<String, String> streams = new ConcurrentHashMap<>();

  DeliveryLog(Cloud cloud) {
    this.cloud = cloud;
  }

  /// Notes a delivery to a subscriber that is over.
  ///
  /// @param failure why it failed, or null
  void topic(
      Notification n,
      Subscription subscription,
      Topic topic,
      int attempts,
      @Nullable DeliveryException failure) {
    var prefix = PREFIXES.get(subscription.protocol());
    if (prefix == null || !wanted(topic.attributes(), prefix, failure)) {
      return;
    }
    write(
        topic.key().scope(),
        "sns/" + topic.key().region() + "/" + topic.key().account() + "/" + topic.key().name(),
        entry(n, subscription.endpoint(), attempts, failure),
        failure);
  }

  /// Notes a push message to a device.
  void application(
      PlatformApplication application,
      Notification n,
      String endpoint,
      @Nullable DeliveryException failure) {
    if (!wanted(application.attributes(), "", failure)) {
      return;
    }
    var key = application.key();
    write(
        key.scope(),
        "sns/" + key.region() + "/" + key.account() + "/app/" + key.platform() + "/" + key.name(),
        entry(n, endpoint, 1, failure),
        failure);
  }

  /// Notes a text message to a telephone number.
  void phone(
      Scope scope,
      Map<String, String> preferences,
      Notification n,
      String number,
      @Nullable DeliveryException failure) {
    if (preferences.getOrDefault("DeliveryStatusIAMRole", "").isEmpty()
        || failure == null
            && !sampled(preferences.getOrDefault("DeliveryStatusSuccessSamplingRate", "0"))) {
      return;
    }
    write(
        scope,
        "sns/" + scope.region() + "/" + scope.account() + "/DirectPublishToPhoneNumber",
        entry(n, number, 1, failure),
        failure);
  }

  private boolean wanted(
      Map<String, String> attributes, String prefix, @Nullable DeliveryException failure) {
    if (failure != null) {
      return !attributes.getOrDefault(prefix + "FailureFeedbackRoleArn", "").isEmpty();
    }
    return !attributes.getOrDefault(prefix + "SuccessFeedbackRoleArn", "").isEmpty()
        && sampled(attributes.getOrDefault(prefix + "SuccessFeedbackSampleRate", "100"));
  }

  private boolean sampled(String percent) {
    var rate = Integer.parseInt(percent);
    return rate == 100 || cloud.ids().below(100) < rate;
  }

  private String entry(
      Notification n, String destination, int attempts, @Nullable DeliveryException failure) {
    var json = Json.object();
    json.putObject("notification")
        .put("messageMD5Sum", md5(n.message()))
        .put("messageId", n.id())
        .put("topicArn", n.topicArn())
        .put("timestamp", TIME.format(Instant.ofEpochMilli(n.publishedMillis())));
    json.putObject("delivery")
        .put("deliveryId", cloud.ids().uuid())
        .put("destination", destination)
        .put("providerResponse", failure == null ? "" : failure.code + ": " + failure.getMessage())
        .put("dwellTimeMs", Math.max(0, cloud.clock().millis() - n.publishedMillis()))
        .put("attempts", attempts)
        .put("statusCode", failure == null ? 200 : 400);
    json.put("status", failure == null ? "SUCCESS" : "FAILURE");
    return Json.write(json);
  }

  private static String md5(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private void write(Scope scope, String group, String text, @Nullable DeliveryException failure) {
    var name = failure == null ? group : group + "/Failure";
    var stamp = cloud.clock().millis();
    try {
      var logs =
          cloud.client(
              CloudWatchLogsClient.class,
              scope,
              Principal.service(scope.account(), "sns.amazonaws.com"));
      var stream = streams.computeIfAbsent(name, g -> open(logs, g));
      logs.putLogEvents(r ->
          r.logGroupName(name)
              .logStreamName(stream)
              .logEvents(InputLogEvent.builder().timestamp(stamp).message(text).build()));
    } catch (AwsServiceException e) {
      // Whoever deleted the group wants no more of it, but the delivery itself is as it is.
      streams.remove(name);
      LOG.log(Level.WARNING, "The delivery status for " + name + " is lost", e);
    }
  }

  private String open(CloudWatchLogsClient logs, String group) {
    try {
      logs.createLogGroup(r -> r.logGroupName(group));
    } catch (AwsServiceException e) {
      if (!Errors.code(e).equals("ResourceAlreadyExistsException")) {
        throw e;
      }
    }
    var stream = cloud.ids().uuid();
    logs.createLogStream(r -> r.logGroupName(group).logStreamName(stream));
    return stream;
  }
}
