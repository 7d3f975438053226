package dev.terrarium.services.firehose;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.firehose.model.ContentEncoding;
import software.amazon.awssdk.services.firehose.model.HttpEndpointDestinationDescription;
import software.amazon.awssdk.services.firehose.model.HttpEndpointRequestConfiguration;

/// Delivers to HTTP endpoints, as *HTTP endpoint delivery request and response specifications* in
/// the developer guide has it.
final class Endpoints {
  private static final Duration TIMEOUT = Duration.ofMinutes(3);
  private static final Duration BACKOFF = Duration.ofSeconds(1);
  private static final Duration BACKOFF_MAX = Duration.ofMinutes(2);

  /// Why a delivery was given up.
  record Problem(String code, String message, int attempts) {}

  private final Cloud cloud;
  private volatile @Nullable HttpClient http;

  Endpoints(Cloud cloud) {
    this.cloud = cloud;
  }

  /// Delivers records, and tries again for as long as the endpoint's retry duration lasts.
  @Nullable Problem deliver(
      Delivery delivery, HttpEndpointDestinationDescription endpoint, List<Item> items) {
    var clock = cloud.clock();
    var requestId = cloud.ids().uuid();
    var seconds = endpoint.retryOptions().durationInSeconds();
    var end = clock.now().plusSeconds(seconds);
    var backoff = BACKOFF;
    int attempts = 0;
    while (true) {
      attempts++;
      var problem = attempt(delivery, endpoint, items, requestId, attempts);
      if (problem == null) {
        return null;
      }
      var next = clock.now().plus(backoff);
      if (next.isAfter(end) || delivery.isEnded()) {
        return problem;
      }
      try {
        cloud.timers().sleepUntil(next);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("Terrarium is shutting down", e);
      }
      var doubled = backoff.multipliedBy(2);
      backoff = doubled.compareTo(BACKOFF_MAX) < 0 ? doubled : BACKOFF_MAX;
    }
  }

  private @Nullable Problem attempt(
      Delivery delivery,
      HttpEndpointDestinationDescription endpoint,
      List<Item> items,
      String requestId,
      int attempts) {
    try {
      var request = request(delivery, endpoint, items, requestId);
      cloud.awaitDurable();
      var response = client().send(request, HttpResponse.BodyHandlers.ofString());
      return check(response, requestId, attempts);
    } catch (IOException | IllegalArgumentException e) {
      return new Problem(
          "HttpEndpoint.ConnectionFailed", "The HTTP endpoint cannot be reached: " + e, attempts);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Terrarium is shutting down", e);
    }
  }

  private static @Nullable Problem check(
      HttpResponse<String> response, String requestId, int attempts) {
    if (response.statusCode() != 200) {
      return new Problem(
          "HttpEndpoint.DestinationException",
          "The HTTP endpoint answered with status code " + response.statusCode() + ".",
          attempts);
    }
    try {
      var body = Json.parse(response.body());
      if (requestId.equals(body.path("requestId").asText()) && body.has("timestamp")) {
        return null;
      }
    } catch (IllegalArgumentException e) {
      System.getLogger(Endpoints.class.getName())
          .log(System.Logger.Level.DEBUG, "An endpoint's answer is not JSON", e);
    }
    return new Problem(
        "HttpEndpoint.InvalidResponseFromDestination",
        "The response received from the specified endpoint is invalid. See"
            + " Troubleshooting HTTP Endpoints in the Firehose documentation for more information."
            + " Reason: The response must be JSON with the requestId of the request and a"
            + " timestamp.",
        attempts);
  }

  private HttpRequest request(
      Delivery delivery,
      HttpEndpointDestinationDescription endpoint,
      List<Item> items,
      String requestId) {
    var message =
        Json.object().put("requestId", requestId).put("timestamp", cloud.clock().millis());
    var records = message.putArray("records");
    for (var item : items) {
      records.addObject().put("data", Base64.getEncoder().encodeToString(item.data()));
    }
    var body = Json.write(message).getBytes(StandardCharsets.UTF_8);
    var request =
        HttpRequest.newBuilder(URI.create(endpoint.endpointConfiguration().url()))
            .timeout(TIMEOUT)
            .header("Content-Type", "application/json")
            .header("X-Amz-Firehose-Protocol-Version", "1.0")
            .header("X-Amz-Firehose-Request-Id", requestId)
            .header("X-Amz-Firehose-Source-Arn", delivery.key.arn());
    var accessKey = delivery.config().accessKey();
    if (!accessKey.isEmpty()) {
      request.header("X-Amz-Firehose-Access-Key", accessKey);
    }
    var configuration = endpoint.requestConfiguration();
    if (configuration != null) {
      addAttributes(request, configuration);
      if (configuration.contentEncoding() == ContentEncoding.GZIP) {
        request.header("Content-Encoding", "gzip");
        body = zipped(body);
      }
    }
    return request.POST(HttpRequest.BodyPublishers.ofByteArray(body)).build();
  }

  private static void addAttributes(
      HttpRequest.Builder request, HttpEndpointRequestConfiguration configuration) {
    if (configuration.commonAttributes().isEmpty()) {
      return;
    }
    var header = Json.object();
    var attributes = header.putObject("commonAttributes");
    configuration
        .commonAttributes()
        .forEach(
            attribute -> attributes.put(attribute.attributeName(), attribute.attributeValue()));
    request.header("X-Amz-Firehose-Common-Attributes", Json.write(header));
  }

  private static byte[] zipped(byte[] body) {
    var out = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private HttpClient client() {
    var client = http;
    if (client == null) {
      client =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .connectTimeout(Duration.ofSeconds(10))
              .build();
      http = client;
    }
    return client;
  }
}
