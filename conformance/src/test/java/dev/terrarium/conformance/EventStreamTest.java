package dev.terrarium.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static software.amazon.awssdk.core.client.config.SdkAdvancedClientOption.DISABLE_HOST_PREFIX_INJECTION;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.wire.HttpServer;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsAsyncClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.StartLiveTailResponseHandler;
import software.amazon.awssdk.services.lambda.LambdaAsyncClient;
import software.amazon.awssdk.services.lambda.model.InvokeWithResponseStreamResponseEvent;
import software.amazon.awssdk.services.lambda.model.InvokeWithResponseStreamResponseHandler;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.SelectObjectContentResponseHandler;

/// Answers that are streams of events, through the SDK's own asynchronous clients, in each protocol
/// that has them; from the port and in process. The services are those of [StreamingServices].
class EventStreamTest {
  private static final SdkBytes NOTHING = SdkBytes.fromUtf8String("");

  private static Cloud cloud;
  private static HttpServer server;
  private static SdkAsyncHttpClient http;

  @BeforeAll
  static void start() {
    cloud = Cloud.builder().packages(StreamingServices.all()).build();
    server = new HttpServer(cloud, "127.0.0.1", 0, false, null);
    http = NettyNioAsyncHttpClient.create();
  }

  @AfterAll
  static void stop() {
    http.close();
    server.close();
    cloud.close();
  }

  private static LambdaAsyncClient lambda(String door) {
    if (door.equals("in process")) {
      return cloud.client(LambdaAsyncClient.class);
    }
    var builder =
        LambdaAsyncClient.builder()
            .region(Region.US_EAST_1)
            .endpointOverride(URI.create("http://127.0.0.1:" + server.port()))
            .overrideConfiguration(o -> o.retryStrategy(DefaultRetryStrategy.doNotRetry()))
            .credentialsProvider(StaticCredentialsProvider.create(Clients.KEYS));
    return door.equals("HTTP/1.1")
        ? builder.httpClient(http).build()
        : builder
            .httpClientBuilder(NettyNioAsyncHttpClient.builder().protocol(Protocol.HTTP2))
            .build();
  }

  private static final class Heard {
    final List<String> events = new ArrayList<>();
    final List<String> versions = new ArrayList<>();
    final LinkedBlockingQueue<String> live = new LinkedBlockingQueue<>();

    InvokeWithResponseStreamResponseHandler handler() {
      return InvokeWithResponseStreamResponseHandler.builder()
          .onResponse(response -> versions.add(response.executedVersion()))
          .subscriber(
              InvokeWithResponseStreamResponseHandler.Visitor.builder()
                  .onPayloadChunk(chunk -> {
                    events.add(chunk.payload().asUtf8String());
                    live.add(chunk.payload().asUtf8String());
                  })
                  .onInvokeComplete(complete -> events.add("complete: " + complete.errorCode()))
                  .build())
          .build();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1", "HTTP/2", "in process"})
  void eventsArriveInTheirOrder(String door) {
    var heard = new Heard();
    try (var client = lambda(door)) {
      client
          .invokeWithResponseStream(
              r -> r.functionName("f").payload(SdkBytes.fromUtf8String("abc")), heard.handler())
          .join();
    }
    assertThat(heard.versions).containsExactly("7");
    assertThat(heard.events).containsExactly("a", "b", "c", "complete: none");
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1", "HTTP/2", "in process"})
  void anEventArrivesBeforeTheNextIsThere(String door) throws Exception {
    var heard = new Heard();
    try (var client = lambda(door)) {
      var call =
          client.invokeWithResponseStream(
              r -> r.functionName("waiting").payload(SdkBytes.fromUtf8String("x")),
              heard.handler());
      assertThat(heard.live.poll(20, TimeUnit.SECONDS)).isEqualTo("x");
      assertThat(call).isNotDone();
      StreamingServices.MEETING.exchange("there", 20, TimeUnit.SECONDS);
      call.join();
    }
    assertThat(heard.events).containsExactly("x", "complete: none");
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1", "HTTP/2", "in process"})
  void anErrorBeforeTheFirstEventIsTheAnswer(String door) {
    try (var client = lambda(door)) {
      assertThatThrownBy(() ->
              client
                  .invokeWithResponseStream(r -> r.functionName("absent"), new Heard().handler())
                  .join())
          .isInstanceOf(CompletionException.class)
          .cause()
          .isInstanceOf(ResourceNotFoundException.class)
          .hasMessageContaining("No");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1", "HTTP/2", "in process"})
  void anErrorAfterTheFirstEventEndsTheStream(String door) {
    var heard = new Heard();
    try (var client = lambda(door)) {
      assertThatThrownBy(() ->
              client
                  .invokeWithResponseStream(
                      r -> r.functionName("failing").payload(SdkBytes.fromUtf8String("y")),
                      heard.handler())
                  .join())
          .hasMessageContaining("Gone");
    }
    assertThat(heard.events).containsExactly("y");
  }

  @Test
  void theServiceLearnsThatAListenerHasCancelled() throws InterruptedException {
    var handler =
        InvokeWithResponseStreamResponseHandler.builder().subscriber(OneAndGone::new).build();
    try (var client = lambda("in process")) {
      var call =
          client.invokeWithResponseStream(r -> r.functionName("endless").payload(NOTHING), handler);
      assertThat(StreamingServices.SENT_IN_VAIN.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
      call.join();
    }
  }

  @Test
  void theServiceLearnsThatAConnectionIsGone() throws Exception {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(20_000);
      var request =
          """
          POST /2021-11-15/functions/endless/response-streaming-invocations HTTP/1.1\r
          Host: localhost\r
          Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/lambda/aws4_request\r
          Content-Length: 1\r
          \r
          x\
          """;
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      assertThat(socket.getInputStream().readNBytes(100_000)).hasSize(100_000);
    }
    assertThat(StreamingServices.SENT_IN_VAIN.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
  }

  private static final class OneAndGone
      implements Subscriber<InvokeWithResponseStreamResponseEvent> {
    private Subscription subscription;

    @Override
    public void onSubscribe(Subscription given) {
      subscription = given;
      given.request(1);
    }

    @Override
    public void onNext(InvokeWithResponseStreamResponseEvent event) {
      subscription.cancel();
    }

    @Override
    public void onError(Throwable thrown) {}

    @Override
    public void onComplete() {}
  }

  @Test
  void jsonProtocolsBeginWithTheResponse() {
    var heard = new ArrayList<String>();
    try (var client =
        CloudWatchLogsAsyncClient.builder()
            .region(Region.US_EAST_1)
            .endpointOverride(URI.create("http://127.0.0.1:" + server.port()))
            .credentialsProvider(StaticCredentialsProvider.create(Clients.KEYS))
            .overrideConfiguration(o -> o.putAdvancedOption(DISABLE_HOST_PREFIX_INJECTION, true))
            .httpClient(http)
            .build()) {
      client
          .startLiveTail(
              r -> r.logGroupIdentifiers("g"),
              StartLiveTailResponseHandler.builder()
                  .subscriber(
                      StartLiveTailResponseHandler.Visitor.builder()
                          .onSessionStart(s -> heard.add("start " + s.logGroupIdentifiers()))
                          .onSessionUpdate(
                              s -> heard.add("line " + s.sessionResults().getFirst().message()))
                          .build())
                  .build())
          .join();
    }
    assertThat(heard).containsExactly("start [g]", "line a line");
  }

  @Test
  void xmlProtocolsSendBytesAndDocuments() {
    var heard = new ArrayList<String>();
    try (var client =
        S3AsyncClient.builder()
            .region(Region.US_EAST_1)
            .forcePathStyle(true)
            .endpointOverride(URI.create("http://127.0.0.1:" + server.port()))
            .credentialsProvider(StaticCredentialsProvider.create(Clients.KEYS))
            .httpClient(http)
            .build()) {
      client
          .selectObjectContent(
              r ->
                  r.bucket("b")
                      .key("k")
                      .expression("SELECT 1")
                      .expressionType("SQL")
                      .inputSerialization(i -> i.json(j -> j.type("LINES")))
                      .outputSerialization(o -> o.json(j -> j.recordDelimiter("\n"))),
              SelectObjectContentResponseHandler.builder()
                  .subscriber(
                      SelectObjectContentResponseHandler.Visitor.builder()
                          .onRecords(records -> heard.add(records.payload().asUtf8String()))
                          .onStats(stats -> heard.add("scanned " + stats.details().bytesScanned()))
                          .onEnd(end -> heard.add("end"))
                          .build())
                  .build())
          .join();
    }
    assertThat(heard).containsExactly("SELECT 1", "scanned 9", "end");
  }
}
