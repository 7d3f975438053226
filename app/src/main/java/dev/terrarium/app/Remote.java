package dev.terrarium.app;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Json;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.function.Consumer;

/// Talks to a running Terrarium at its own addresses.
final class Remote {
  /// Nothing listens there.
  static final class NotRunningException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotRunningException(String endpoint, Throwable cause) {
      super("No Terrarium is running at " + endpoint + ". Start one with: terrarium up", cause);
    }
  }

  private final String endpoint;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

  Remote(String endpoint) {
    this.endpoint = endpoint;
  }

  JsonNode get(String path) {
    return send(HttpRequest.newBuilder(URI.create(endpoint + path)).GET());
  }

  JsonNode post(String path, JsonNode body) {
    return send(
        HttpRequest.newBuilder(URI.create(endpoint + path))
            .POST(HttpRequest.BodyPublishers.ofString(Json.write(body))));
  }

  /// Has every server-sent event of an address passed on, until there are no more.
  void events(String path, Consumer<String> event) {
    var request = HttpRequest.newBuilder(URI.create(endpoint + path)).GET().build();
    try (var lines = http.send(request, HttpResponse.BodyHandlers.ofLines()).body()) {
      lines
          .filter(line -> line.startsWith("data: "))
          .forEach(line -> event.accept(line.substring("data: ".length())));
    } catch (IOException e) {
      throw unreached(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted", e);
    }
  }

  private RuntimeException unreached(IOException cause) {
    return cause instanceof ConnectException
        ? new NotRunningException(endpoint, cause)
        : new IllegalStateException(endpoint + " does not answer: " + cause.getMessage(), cause);
  }

  /// Whether something answers.
  boolean isRunning() {
    try {
      get("/_terrarium/health");
      return true;
    } catch (NotRunningException e) {
      return false;
    }
  }

  private JsonNode send(HttpRequest.Builder request) {
    try {
      var response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      var answer = Json.parse(response.body());
      if (response.statusCode() >= 400) {
        throw new IllegalStateException(answer.path("message").asText(response.body()));
      }
      return answer;
    } catch (IOException e) {
      throw unreached(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted", e);
    }
  }
}
