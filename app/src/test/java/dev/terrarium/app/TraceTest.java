package dev.terrarium.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;

@Timeout(60)
final class TraceTest {
  private final Daemon daemon =
      new Daemon(new Daemon.Settings(null, "127.0.0.1", 0, false, Cloud.DEFAULT_SCOPE));
  private final Cloud cloud = daemon.cloud();

  @AfterEach
  void close() {
    daemon.close();
  }

  private String terrarium(String... args) {
    var out = new StringWriter();
    var all = new String[args.length + 2];
    System.arraycopy(args, 0, all, 0, args.length);
    all[args.length] = "--port";
    all[args.length + 1] = "" + daemon.port();
    Main.execute(new PrintWriter(out, true), all);
    return out.toString();
  }

  private String publish() {
    var sqs = cloud.client(SqsClient.class);
    var sns = cloud.client(SnsClient.class);
    sqs.createQueue(q -> q.queueName("q"));
    var topic = sns.createTopic(t -> t.name("t")).topicArn();
    var queue = "arn:aws:sqs:us-east-1:000000000000:q";
    sns.subscribe(s -> s.topicArn(topic).protocol("sqs").endpoint(queue));
    sns.publish(p -> p.topicArn(topic).message("m"));
    return cloud
        .trace()
        .latest(span -> span.operation().equals("Publish"), 1)
        .getFirst()
        .cause()
        .traceId();
  }

  @Test
  void aChainIsShownWithWhatFollowedBelow() {
    var id = publish();
    assertThat(terrarium("trace")).contains(id).contains("sns:Publish").contains("2 calls");
    assertThat(terrarium("trace", id).lines())
        .satisfiesExactly(
            first -> assertThat(first).contains("Z  sns:Publish  "),
            second -> assertThat(second).startsWith("  ").contains("Z  sqs:SendMessage"));
    assertThat(terrarium("trace", "1-0-0")).contains("no such chain");
  }

  @Test
  void theLiveFeedBringsEveryCallAsItEnds() throws IOException, InterruptedException {
    try (var http = HttpClient.newHttpClient()) {
      var url = "http://localhost:" + daemon.port() + "/_terrarium/trace/live?service=sqs";
      var request = HttpRequest.newBuilder(URI.create(url)).build();
      try (var lines = http.send(request, BodyHandlers.ofLines()).body()) {
        var iterator = lines.iterator();
        assertThat(iterator.next()).startsWith(": ");
        cloud.client(SnsClient.class).listTopics();
        cloud.client(SqsClient.class).listQueues();
        assertThat(iterator.next()).isEmpty();
        assertThat(iterator.next()).isEqualTo("event: span");
        assertThat(iterator.next()).startsWith("data: ").contains("\"operation\":\"ListQueues\"");
      }
      http.shutdownNow();
    }
  }

  @Test
  void aPageOfAnotherSiteReachesNothing() throws IOException, InterruptedException {
    try (var http = HttpClient.newHttpClient()) {
      var request =
          HttpRequest.newBuilder(
              URI.create("http://localhost:" + daemon.port() + "/_terrarium/reset"));
      request.POST(HttpRequest.BodyPublishers.noBody());
      cloud.client(SqsClient.class).createQueue(q -> q.queueName("kept"));
      var foreign = request.copy().header("Origin", "https://example.com").build();
      assertThat(http.send(foreign, BodyHandlers.ofString()).statusCode()).isEqualTo(403);
      assertThat(cloud.client(SqsClient.class).listQueues().queueUrls()).hasSize(1);
      var own = request.copy().header("Origin", "http://localhost:3000").build();
      assertThat(http.send(own, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
      assertThat(cloud.client(SqsClient.class).listQueues().queueUrls()).isEmpty();
    }
  }

  @Test
  void spansReachACollector() throws IOException, InterruptedException {
    BlockingQueue<JsonNode> received = new LinkedBlockingQueue<>();
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    var collector = HttpServer.create(address, 0);
    collector.createContext(
        "/v1/traces",
        exchange -> {
          received.add(Json.parse(new String(exchange.getRequestBody().readAllBytes(), UTF_8)));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    collector.start();
    var url = "http://localhost:" + collector.getAddress().getPort();
    try (var _ = TraceExport.of(cloud.trace(), Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", url + "/"))) {
      try {
        cloud.client(SqsClient.class).getQueueUrl(q -> q.queueName("none"));
      } catch (QueueDoesNotExistException _) {
        // That is what is to be seen.
      }
      var resource = received.take().path("resourceSpans").path(0);
      assertThat(resource.path("resource").toString()).contains("{\"stringValue\":\"sqs\"}");
      var span = resource.path("scopeSpans").path(0).path("spans").path(0);
      assertThat(span.path("name").asText()).isEqualTo("sqs.GetQueueUrl");
      assertThat(span.path("traceId").asText()).matches("[0-9a-f]{32}");
      assertThat(span.path("spanId").asText()).matches("[0-9a-f]{16}");
      assertThat(span.path("status").path("code").asInt()).isEqualTo(2);
      assertThat(span.path("endTimeUnixNano").asLong())
          .isGreaterThanOrEqualTo(span.path("startTimeUnixNano").asLong());
    } finally {
      collector.stop(0);
    }
  }

  @Test
  void aCollectorsAddressThatIsNoneIsRefusedAtOnce() {
    assertThatThrownBy(() ->
            TraceExport.of(cloud.trace(), Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4318")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("localhost:4318");
  }

  @Test
  void withoutACollectorNothingIsExported() {
    assertThat(TraceExport.of(cloud.trace(), Map.of())).isNull();
  }
}
