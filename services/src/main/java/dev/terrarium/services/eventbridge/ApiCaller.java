package dev.terrarium.services.eventbridge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.store.Keyspace;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.eventbridge.model.ConnectionState;
import software.amazon.awssdk.services.eventbridge.model.DescribeApiDestinationResponse;
import software.amazon.awssdk.services.eventbridge.model.DescribeConnectionResponse;
import software.amazon.awssdk.services.eventbridge.model.HttpParameters;
import software.amazon.awssdk.services.eventbridge.model.Target;

/// Sends events to API destinations, no faster than each of them wants.
final class ApiCaller implements Destination {
  private static final int AT_ONCE = 16;
  private static final int RATE_DEFAULT = 300;

  private final EventStore store;
  private final Keyspace<BusKey, DescribeApiDestinationResponse> destinations;
  private final ConnectionStore connections;
  private final OAuthTokens tokens;
  private final HttpCalls http;
  private final Map<String, AtomicLong> nextMicros = new ConcurrentHashMap<>();

  ApiCaller(
      EventStore store,
      Keyspace<BusKey, DescribeApiDestinationResponse> destinations,
      ConnectionStore connections,
      OAuthTokens tokens,
      HttpCalls http) {
    this.store = store;
    this.destinations = destinations;
    this.connections = connections;
    this.tokens = tokens;
    this.http = http;
  }

  @Override
  public int atOnce() {
    return AT_ONCE;
  }

  @Override
  public void deliver(Arn arn, Target target, TargetKey key, Delivery delivery) {
    var destination = destinations.get(new BusKey(arn.scope(), ApiDestinationArn.name(arn)));
    if (destination == null || !destination.apiDestinationArn().equals(target.arn())) {
      throw new Failure(false, "NO_RESOURCE", "The API destination does not exist.");
    }
    var connection = connections.ofArn(destination.connectionArn());
    if (connection == null || connection.connectionState() != ConnectionState.AUTHORIZED) {
      throw new Failure(
          connection != null && connection.connectionState() == ConnectionState.AUTHORIZING,
          "SDK_CLIENT_ERROR",
          "The connection of the API destination is not authorized.");
    }
    var body = new TargetBody(target, key.rule(), delivery);
    var call = new Outgoing(body.event());
    call.url = call.filled(destination.invocationEndpoint(), target.httpParameters());
    call.add(target.httpParameters());
    authorize(call, connection);
    pace(destination);
    send(call, destination, connection, body.text());
  }

  /// A request that is being put together.
  private static final class Outgoing {
    final JsonNode event;
    final Map<String, String> headers = new LinkedHashMap<>();
    final Map<String, String> query = new LinkedHashMap<>();
    final Map<String, String> body = new LinkedHashMap<>();
    String url = "";

    Outgoing(JsonNode event) {
      this.event = event;
    }

    /// A value as it stands, or what it points to in the event.
    String value(String given) {
      if (!given.startsWith("$.")) {
        return given;
      }
      var found = JsonPath.find(event, given);
      return found.isValueNode() ? found.asText() : found.isMissingNode() ? "" : Json.write(found);
    }

    String filled(String endpoint, @Nullable HttpParameters parameters) {
      var filled = endpoint;
      if (parameters != null) {
        for (var value : parameters.pathParameterValues()) {
          var at = filled.indexOf('*');
          if (at >= 0) {
            var text = HttpCalls.encoded(value(value));
            filled = filled.substring(0, at) + text + filled.substring(at + 1);
          }
        }
      }
      return filled;
    }

    void add(@Nullable HttpParameters parameters) {
      if (parameters != null) {
        parameters.headerParameters().forEach((name, value) -> headers.put(name, value(value)));
        parameters.queryStringParameters().forEach((name, value) -> query.put(name, value(value)));
      }
    }
  }

  private void authorize(Outgoing call, DescribeConnectionResponse connection) {
    var credentials = connections.credentials(connection);
    if (credentials == null) {
      throw new Failure(false, "NO_PERMISSIONS", "The connection has no credentials.");
    }
    OAuthTokens.collect(
        credentials.invocationHttpParameters(), call.headers, call.query, call.body);
    switch (connection.authorizationType()) {
      case API_KEY -> {
        var key = credentials.apiKeyAuthParameters();
        call.headers.put(key.apiKeyName(), key.apiKeyValue());
      }
      case BASIC -> {
        var basic = credentials.basicAuthParameters();
        var text = basic.username() + ":" + basic.password();
        call.headers.put(
            "Authorization",
            "Basic " + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)));
      }
      case OAUTH_CLIENT_CREDENTIALS -> call.headers.put("Authorization", tokens.token(connection));
      case UNKNOWN_TO_SDK_VERSION ->
          throw new Failure(false, "SDK_CLIENT_ERROR", "The connection is of an unknown type.");
    }
  }

  /// Waits for the destination's next turn.
  private void pace(DescribeApiDestinationResponse destination) {
    var rate = destination.invocationRateLimitPerSecond();
    var spacing = 1_000_000L / (rate == null ? RATE_DEFAULT : rate);
    var now = store.cloud.clock().millis() * 1000;
    var turn =
        nextMicros
            .computeIfAbsent(destination.apiDestinationArn(), arn -> new AtomicLong())
            .getAndUpdate(next -> Math.max(next, now) + spacing);
    if (turn > now + 1000) {
      try {
        store.cloud.timers().sleepUntil(Instant.ofEpochMilli(turn / 1000));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        var failure = new Failure(true, "TRANSIENT", "Terrarium is stopping.");
        failure.initCause(e);
        throw failure;
      }
    }
  }

  private void send(
      Outgoing call,
      DescribeApiDestinationResponse destination,
      DescribeConnectionResponse connection,
      String text) {
    var method = destination.httpMethodAsString();
    var hasBody = !method.equals("GET") && !method.equals("HEAD") && !method.equals("OPTIONS");
    call.headers.putIfAbsent("Content-Type", "application/json; charset=utf-8");
    call.headers.putIfAbsent("User-Agent", "Amazon/EventBridge/ApiDestinations");
    call.headers.putIfAbsent("Range", "bytes=0-1048575");
    var answer =
        http.send(
            method,
            OAuthTokens.withQuery(call.url, call.query),
            call.headers,
            hasBody ? with(text, call.body) : null);
    var status = answer.statusCode();
    if (status >= 200 && status < 300) {
      return;
    }
    if (status == 401 || status == 407) {
      tokens.forget(connection.connectionArn());
    }
    var retryable =
        status == 401 || status == 407 || status == 409 || status == 429 || status >= 500;
    throw new Failure(
        retryable,
        retryable ? status == 429 ? "THROTTLING" : "ERROR_FROM_TARGET" : "SDK_CLIENT_ERROR",
        "The API destination answered with the status " + status + ".",
        http.retryAfterMillis(answer));
  }

  /// The body with the connection's own parameters, if it is an object.
  private static String with(String text, Map<String, String> parameters) {
    if (parameters.isEmpty()) {
      return text;
    }
    try {
      if (Json.parse(text) instanceof ObjectNode tree) {
        parameters.forEach(tree::put);
        return Json.write(tree);
      }
    } catch (IllegalArgumentException _) {
      return text;
    }
    return text;
  }
}
