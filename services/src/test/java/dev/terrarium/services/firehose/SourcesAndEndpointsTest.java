package dev.terrarium.services.firehose;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.terrarium.kernel.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.firehose.model.DeliveryStreamType;
import software.amazon.awssdk.services.kinesis.KinesisClient;

final class SourcesAndEndpointsTest extends FirehoseFixture {
  @Test
  void aKinesisStreamIsRead() {
    var kinesis = cloud.client(KinesisClient.class);
    kinesis.createStream(r -> r.streamName("s").shardCount(1));
    var source = "arn:aws:kinesis:us-east-1:000000000000:stream/s";
    firehose.createDeliveryStream(r ->
        r.deliveryStreamName("d")
            .deliveryStreamType(DeliveryStreamType.KINESIS_STREAM_AS_SOURCE)
            .kinesisStreamSourceConfiguration(k -> k.kinesisStreamARN(source).roleARN(ROLE))
            .extendedS3DestinationConfiguration(d ->
                d.roleARN(ROLE)
                    .bucketARN("arn:aws:s3:::bbb")
                    .bufferingHints(h -> h.intervalInSeconds(60).sizeInMBs(1))));
    kinesis.putRecord(
        r -> r.streamName("s").partitionKey("k").data(SdkBytes.fromUtf8String("one")));
    pass(Duration.ofSeconds(1));
    kinesis.splitShard(
        r -> r.streamName("s").shardToSplit("shardId-000000000000").newStartingHashKey("1000"));
    kinesis.putRecord(
        r -> r.streamName("s").partitionKey("k").data(SdkBytes.fromUtf8String("two")));
    pass(Duration.ofSeconds(60));
    assertThat(keys()).hasSize(1);
    assertThat(text(keys().getFirst())).isEqualTo("onetwo");
    assertThat(error(() -> put("d", "x")))
        .isEqualTo(
            "InvalidArgumentException: This operation is not permitted on KinesisStreamAsSource"
                + " delivery stream type.");
  }

  @Test
  void anEndpointGetsRecordsAndTheBucketWhatItRefuses() throws IOException {
    var seen = new CopyOnWriteArrayList<String>();
    var refusals = new AtomicInteger(1);
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          var refuse = refusals.getAndDecrement() > 0;
          if (!refuse) {
            seen.add(body + exchange.getRequestHeaders().getFirst("X-Amz-Firehose-Access-Key"));
          }
          var id = exchange.getRequestHeaders().getFirst("X-Amz-Firehose-Request-Id");
          var answer =
              ("{\"requestId\":\"" + id + "\",\"timestamp\":1}").getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(refuse ? 500 : 200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    try {
      firehose.createDeliveryStream(r ->
          r.deliveryStreamName("d")
              .httpEndpointDestinationConfiguration(h ->
                  h.endpointConfiguration(e ->
                          e.url("http://127.0.0.1:" + server.getAddress().getPort() + "/x")
                              .accessKey("secret"))
                      .roleARN(ROLE)
                      .bufferingHints(b -> b.intervalInSeconds(0).sizeInMBs(1))
                      .retryOptions(o -> o.durationInSeconds(5))
                      .s3Configuration(s -> s.roleARN(ROLE).bucketARN("arn:aws:s3:::bbb"))));
      put("d", "hello");
      pass(Duration.ofSeconds(3));
      assertThat(seen).hasSize(1);
      assertThat(seen.getFirst()).contains("\"data\":\"aGVsbG8=\"").endsWith("secret");
      refusals.set(100);
      put("d", "unwanted");
      pass(Duration.ofSeconds(20));
      assertThat(keys()).hasSize(1);
      assertThat(keys().getFirst()).startsWith("http-endpoint-failed/2026/");
      var failure = Json.parse(text(keys().getFirst()));
      assertThat(failure.path("errorCode").asText()).isEqualTo("HttpEndpoint.DestinationException");
      assertThat(
              firehose
                  .describeDeliveryStream(r -> r.deliveryStreamName("d"))
                  .deliveryStreamDescription()
                  .destinations()
                  .getFirst()
                  .httpEndpointDestinationDescription()
                  .endpointConfiguration()
                  .url())
          .startsWith("http://127.0.0.1");
    } finally {
      server.stop(0);
    }
  }
}
