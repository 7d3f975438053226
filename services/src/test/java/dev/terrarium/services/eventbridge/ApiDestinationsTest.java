package dev.terrarium.services.eventbridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.time.Clock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.ConnectionAuthorizationType;
import software.amazon.awssdk.services.eventbridge.model.ConnectionBodyParameter;
import software.amazon.awssdk.services.eventbridge.model.ConnectionState;
import software.amazon.awssdk.services.eventbridge.model.CreateConnectionAuthRequestParameters;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.ResourceNotFoundException;
import software.amazon.awssdk.services.eventbridge.model.Target;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

@Timeout(60)
final class ApiDestinationsTest {
  private record Got(String method, String uri, Map<String, List<String>> headers, String body) {}

  private final Cloud cloud =
      Cloud.builder().clock(Clock.stoppedAt(Instant.parse("2026-01-01T00:00:00Z"))).build();
  private final EventBridgeClient events = cloud.client(EventBridgeClient.class);
  private final List<Got> got = new CopyOnWriteArrayList<>();
  private final AtomicInteger refusals = new AtomicInteger();
  private HttpServer server;
  private String url;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    url = "http://localhost:" + server.getAddress().getPort();
  }

  @AfterEach
  void close() {
    cloud.close();
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    var uri = exchange.getRequestURI().toString();
    got.add(new Got(exchange.getRequestMethod(), uri, exchange.getRequestHeaders(), body));
    var text = uri.startsWith("/token") ? "{\"access_token\":\"t0ken\",\"expires_in\":60}" : "";
    var refuse = !uri.startsWith("/token") && refusals.getAndDecrement() > 0;
    if (refuse) {
      exchange.getResponseHeaders().add("Retry-After", "30");
    }
    exchange.sendResponseHeaders(refuse ? 503 : 200, text.isEmpty() ? -1 : text.length());
    exchange.getResponseBody().write(text.getBytes(StandardCharsets.UTF_8));
    exchange.close();
  }

  private String connection(
      ConnectionAuthorizationType type, CreateConnectionAuthRequestParameters parameters) {
    return events
        .createConnection(c -> c.name("there").authorizationType(type).authParameters(parameters))
        .connectionArn();
  }

  private void send(String connection, String path, Target.Builder target) {
    var destination =
        events
            .createApiDestination(a ->
                a.name("hook")
                    .connectionArn(connection)
                    .invocationEndpoint(url + path)
                    .httpMethod("POST"))
            .apiDestinationArn();
    events.putRule(r -> r.name("all").eventPattern("{\"source\":[\"shop\"]}"));
    events.putTargets(p ->
        p.rule("all")
            .targets(
                target
                    .id("api")
                    .arn(destination)
                    .roleArn("arn:aws:iam::000000000000:role/api")
                    .build()));
    events.putEvents(p ->
        p.entries(
            PutEventsRequestEntry.builder()
                .source("shop")
                .detailType("Order")
                .detail("{\"id\":\"a b\"}")
                .build()));
    cloud.timers().advance(Duration.ofMillis(1));
  }

  @Test
  void anApiKeyGoesWithTheRequestAndThePathIsFilledFromTheEvent() {
    var connection =
        connection(
            ConnectionAuthorizationType.API_KEY,
            CreateConnectionAuthRequestParameters.builder()
                .apiKeyAuthParameters(k -> k.apiKeyName("X-Key").apiKeyValue("s3cret"))
                .invocationHttpParameters(h ->
                    h.bodyParameters(
                        ConnectionBodyParameter.builder()
                            .key("extra")
                            .value("yes")
                            .isValueSecret(true)
                            .build()))
                .build());
    send(
        connection,
        "/orders/*",
        Target.builder()
            .inputPath("$.detail")
            .httpParameters(h ->
                h.pathParameterValues("$.detail.id")
                    .headerParameters(Map.of("X-Type", "$.detail-type"))
                    .queryStringParameters(Map.of("q", "1"))));
    assertThat(got).hasSize(1);
    var request = got.getFirst();
    assertThat(request.uri()).isEqualTo("/orders/a%20b?q=1");
    assertThat(request.headers()).containsEntry("X-key", List.of("s3cret"));
    assertThat(request.headers()).containsEntry("X-type", List.of("Order"));
    assertThat(request.body()).isEqualTo("{\"id\":\"a b\",\"extra\":\"yes\"}");
    var shown = events.describeConnection(d -> d.name("there"));
    assertThat(shown.connectionState()).isEqualTo(ConnectionState.AUTHORIZED);
    assertThat(shown.authParameters().toString()).doesNotContain("s3cret").doesNotContain("yes");
    var secret =
        cloud.client(SecretsManagerClient.class).getSecretValue(g -> g.secretId(shown.secretArn()));
    assertThat(secret.secretString()).contains("s3cret");
  }

  @Test
  void aConnectionOfOAuthAsksForATokenAndUsesItUntilItEnds() {
    var connection =
        connection(
            ConnectionAuthorizationType.OAUTH_CLIENT_CREDENTIALS,
            CreateConnectionAuthRequestParameters.builder()
                .oAuthParameters(o ->
                    o.authorizationEndpoint(url + "/token")
                        .httpMethod("POST")
                        .clientParameters(c -> c.clientID("me").clientSecret("hush")))
                .build());
    cloud.timers().advance(Duration.ofMillis(1));
    assertThat(events.describeConnection(d -> d.name("there")).connectionState())
        .isEqualTo(ConnectionState.AUTHORIZED);
    send(connection, "/hook", Target.builder());
    assertThat(got).extracting(Got::uri).containsExactly("/token", "/hook");
    assertThat(got.getFirst().body()).contains("client_id=me").contains("client_secret=hush");
    assertThat(got.getLast().headers()).containsEntry("Authorization", List.of("Bearer t0ken"));
    assertThat(Json.parse(got.getLast().body()).path("source").asText()).isEqualTo("shop");
  }

  @Test
  void anEndpointThatIsBusyIsAskedAgainNotBeforeItWants() {
    refusals.set(1);
    var connection =
        connection(
            ConnectionAuthorizationType.BASIC,
            CreateConnectionAuthRequestParameters.builder()
                .basicAuthParameters(b -> b.username("u").password("p"))
                .build());
    send(connection, "/hook", Target.builder());
    assertThat(got).hasSize(1);
    cloud.timers().advance(Duration.ofSeconds(29));
    assertThat(got).hasSize(1);
    cloud.timers().advance(Duration.ofSeconds(2));
    assertThat(got).hasSize(2);
    assertThat(got.getLast().headers()).containsEntry("Authorization", List.of("Basic dTpw"));
    events.deauthorizeConnection(d -> d.name("there"));
    assertThat(events.describeApiDestination(d -> d.name("hook")).apiDestinationStateAsString())
        .isEqualTo("INACTIVE");
    events.deleteConnection(d -> d.name("there"));
    assertThatThrownBy(() -> events.describeConnection(d -> d.name("there")))
        .isInstanceOf(ResourceNotFoundException.class);
  }
}
