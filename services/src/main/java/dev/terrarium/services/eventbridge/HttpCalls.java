package dev.terrarium.services.eventbridge;

import dev.terrarium.kernel.Cloud;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Requests to the outside.
final class HttpCalls {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final Cloud cloud;
  private volatile @Nullable HttpClient client;

  HttpCalls(Cloud cloud) {
    this.cloud = cloud;
  }

  /// Sends a request, once what led to it is durable.
  ///
  /// @throws Failure if there is no answer
  HttpResponse<String> send(
      String method, String url, Map<String, String> headers, @Nullable String body) {
    try {
      var publisher =
          body == null
              ? HttpRequest.BodyPublishers.noBody()
              : HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8);
      var request =
          HttpRequest.newBuilder(URI.create(url)).timeout(TIMEOUT).method(method, publisher);
      headers.forEach(request::header);
      cloud.awaitDurable();
      return client().send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (HttpTimeoutException e) {
      throw caused(new Failure(true, "TIMEOUT", "The endpoint did not answer in time."), e);
    } catch (IOException e) {
      throw caused(new Failure(true, "CONNECTION_FAILURE", e.toString()), e);
    } catch (IllegalArgumentException e) {
      throw caused(new Failure(false, "INVALID_PARAMETER", e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw caused(new Failure(true, "TRANSIENT", "Terrarium is stopping."), e);
    }
  }

  private static Failure caused(Failure failure, Exception cause) {
    failure.initCause(cause);
    return failure;
  }

  private HttpClient client() {
    var known = client;
    if (known == null) {
      known =
          HttpClient.newBuilder()
              .connectTimeout(TIMEOUT)
              .version(HttpClient.Version.HTTP_1_1)
              .build();
      client = known;
    }
    return known;
  }

  /// How long an answer asks to be left alone, 0 if it does not.
  long retryAfterMillis(HttpResponse<String> answer) {
    var text = answer.headers().firstValue("Retry-After").orElse("");
    if (text.matches("\\d{1,9}")) {
      return Long.parseLong(text) * 1000;
    }
    try {
      var until = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text));
      return Math.max(0, until.toEpochMilli() - cloud.clock().millis());
    } catch (DateTimeException _) {
      return 0;
    }
  }

  /// A text as part of a query or a form.
  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
