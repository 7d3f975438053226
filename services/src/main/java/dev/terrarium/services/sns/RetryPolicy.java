package dev.terrarium.services.sns;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Json;
import java.time.Duration;

/// How often, and after which pauses, a failed delivery is tried again.
///
/// See *Amazon SNS message delivery retries* in the developer guide: endpoints that AWS manages get
/// 100,015 tries over 23 days, those of customers 50 over 6 hours, HTTP ones what the delivery
/// policy says.
final class RetryPolicy {
  private static final JsonNode HTTP_DEFAULT =
      Json.parse(
          """
          {"minDelayTarget":20,"maxDelayTarget":20,"numRetries":3,"numMaxDelayRetries":0,
           "numNoDelayRetries":0,"numMinDelayRetries":0,"backoffFunction":"linear"}\
          """);

  private RetryPolicy() {}

  /// The pause before the given retry, 1 for the first, or null if there is none any more.
  static @org.jspecify.annotations.Nullable Duration pause(
      Subscription subscription, Topic topic, int retry) {
    return switch (subscription.protocol()) {
      case "http", "https" -> http(policy(subscription, topic), retry);
      case "sqs", "lambda", "firehose" -> managed(retry, 3, 2, 10, 100_000);
      default -> retry > 50 ? null : managed(retry, 0, 2, 10, 38);
    };
  }

  private static JsonNode policy(Subscription subscription, Topic topic) {
    var own = subscription.attribute("DeliveryPolicy");
    if (!own.isEmpty() && Json.parse(own).has("healthyRetryPolicy")) {
      return Json.parse(own).get("healthyRetryPolicy");
    }
    var shared = topic.attribute("DeliveryPolicy");
    if (!shared.isEmpty()) {
      var policy = Json.parse(shared).path("http").path("defaultHealthyRetryPolicy");
      if (policy.isObject()) {
        return policy;
      }
    }
    return HTTP_DEFAULT;
  }

  private static @org.jspecify.annotations.Nullable Duration managed(
      int retry, int immediate, int preBackoff, int backoff, int after) {
    if (retry <= immediate) {
      return Duration.ZERO;
    } else if (retry <= immediate + preBackoff) {
      return Duration.ofSeconds(1);
    } else if (retry <= immediate + preBackoff + backoff) {
      var step = retry - immediate - preBackoff;
      return Duration.ofMillis((long) (1000 * Math.pow(20, (double) step / backoff)));
    }
    return retry <= immediate + preBackoff + backoff + after ? Duration.ofSeconds(20) : null;
  }

  private static @org.jspecify.annotations.Nullable Duration http(JsonNode policy, int retry) {
    var total = policy.path("numRetries").asInt(3);
    if (retry > total) {
      return null;
    }
    var noDelay = policy.path("numNoDelayRetries").asInt(0);
    var minDelay = policy.path("numMinDelayRetries").asInt(0);
    var maxDelay = policy.path("numMaxDelayRetries").asInt(0);
    var min = policy.path("minDelayTarget").asDouble(20);
    var max = policy.path("maxDelayTarget").asDouble(20);
    if (retry <= noDelay) {
      return Duration.ZERO;
    } else if (retry <= noDelay + minDelay) {
      return seconds(min);
    } else if (retry > total - maxDelay) {
      return seconds(max);
    }
    var steps = Math.max(1, total - noDelay - minDelay - maxDelay - 1);
    var part = (double) (retry - noDelay - minDelay - 1) / steps;
    return switch (policy.path("backoffFunction").asText("linear")) {
      case "exponential" -> seconds(min * Math.pow(max / Math.max(min, 0.001), part));
      case "geometric" -> seconds(min + (max - min) * part * part);
      case "arithmetic" -> seconds(min + (max - min) * part * (part + 1) / 2);
      default -> seconds(min + (max - min) * part);
    };
  }

  private static Duration seconds(double seconds) {
    return Duration.ofMillis((long) (seconds * 1000));
  }
}
