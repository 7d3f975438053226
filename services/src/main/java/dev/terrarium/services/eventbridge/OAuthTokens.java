package dev.terrarium.services.eventbridge;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.eventbridge.model.ConnectionHttpParameters;
import software.amazon.awssdk.services.eventbridge.model.CreateConnectionOAuthRequestParameters;
import software.amazon.awssdk.services.eventbridge.model.DescribeConnectionResponse;

/// The tokens that authorization endpoints have given to connections, until they end.
final class OAuthTokens {
  private static final long EARLIER_MILLIS = 10_000;
  private static final int SECONDS_DEFAULT = 300;

  private record Token(String header, long untilMillis) {}

  private final Cloud cloud;
  private final ConnectionStore connections;
  private final HttpCalls http;
  private final Map<String, Token> tokens = new ConcurrentHashMap<>();

  OAuthTokens(Cloud cloud, ConnectionStore connections, HttpCalls http) {
    this.cloud = cloud;
    this.connections = connections;
    this.http = http;
  }

  /// Forgets a connection's token.
  void forget(String connectionArn) {
    tokens.remove(connectionArn);
  }

  /// What a connection's requests have in their `Authorization` header.
  ///
  /// @throws Failure if the endpoint gives no token
  String token(DescribeConnectionResponse connection) {
    var known = tokens.get(connection.connectionArn());
    if (known != null && known.untilMillis > cloud.clock().millis()) {
      return known.header;
    }
    var credentials = connections.credentials(connection);
    if (credentials == null || credentials.oAuthParameters() == null) {
      throw new Failure(false, "NO_PERMISSIONS", "The connection has no credentials.");
    }
    var token = ask(credentials.oAuthParameters());
    tokens.put(connection.connectionArn(), token);
    return token.header;
  }

  private Token ask(CreateConnectionOAuthRequestParameters oauth) {
    var form = new LinkedHashMap<String, String>();
    form.put("grant_type", "client_credentials");
    form.put("client_id", oauth.clientParameters().clientID());
    form.put("client_secret", oauth.clientParameters().clientSecret());
    var headers = new LinkedHashMap<String, String>();
    var query = new LinkedHashMap<String, String>();
    collect(oauth.oAuthHttpParameters(), headers, query, form);
    var method = oauth.httpMethodAsString();
    var hasBody = !method.equals("GET");
    if (hasBody) {
      headers.putIfAbsent("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8");
    } else {
      query.putAll(form);
    }
    var url = withQuery(oauth.authorizationEndpoint(), query);
    var answer = http.send(method, url, headers, hasBody ? encoded(form) : null);
    var status = answer.statusCode();
    if (status < 200 || status >= 300) {
      throw new Failure(
          status == 429 || status >= 500,
          "FAILED_TO_AUTHORIZE",
          "The authorization endpoint answered with the status " + status + ".");
    }
    return token(answer.body());
  }

  private Token token(String body) {
    JsonNode tree;
    try {
      tree = Json.parse(body);
    } catch (IllegalArgumentException e) {
      var failure = new Failure(false, "INVALID_JSON", "The token is no valid JSON.");
      failure.initCause(e);
      throw failure;
    }
    var value = tree.path("access_token").asText();
    if (value.isEmpty()) {
      throw new Failure(false, "FAILED_TO_AUTHORIZE", "The answer has no access_token.");
    }
    var seconds = tree.path("expires_in").asLong(SECONDS_DEFAULT);
    var until = cloud.clock().millis() + seconds * 1000 - EARLIER_MILLIS;
    return new Token("Bearer " + value, until);
  }

  static String encoded(Map<String, String> form) {
    return form.entrySet().stream()
        .map(e -> HttpCalls.encoded(e.getKey()) + "=" + HttpCalls.encoded(e.getValue()))
        .collect(Collectors.joining("&"));
  }

  static String withQuery(String url, Map<String, String> query) {
    return query.isEmpty() ? url : url + (url.contains("?") ? "&" : "?") + encoded(query);
  }

  /// Adds what a connection's parameters say to each part of a request.
  static void collect(
      @Nullable ConnectionHttpParameters parameters,
      Map<String, String> headers,
      Map<String, String> query,
      Map<String, String> body) {
    if (parameters != null) {
      parameters.headerParameters().forEach(p -> headers.put(p.key(), p.value()));
      parameters.queryStringParameters().forEach(p -> query.put(p.key(), p.value()));
      parameters.bodyParameters().forEach(p -> body.put(p.key(), p.value()));
    }
  }
}
