package dev.terrarium.services.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.DynamodbEvent;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Ids;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.store.FileBlobs;
import dev.terrarium.kernel.store.MemoryStore;
import dev.terrarium.kernel.time.Clock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ScalingType;
import software.amazon.awssdk.services.lambda.model.CreateEventSourceMappingRequest;
import software.amazon.awssdk.services.lambda.model.Filter;
import software.amazon.awssdk.services.s3.S3Client;

class KinesisFunctionTest {
  private static final String ARN = "arn:aws:kinesis:us-east-1:000000000000:stream/s";
  private static final String PRINT = TableFixture.printing("");
  private static final Instant START = Instant.parse("2026-05-01T12:00:00Z");

  private LambdaFixture fixture =
      new LambdaFixture(Cloud.builder().clock(Clock.stoppedAt(START)).build());
  private KinesisClient kinesis = fixture.cloud.client(KinesisClient.class);

  @BeforeEach
  void createStream() {
    kinesis.createStream(b -> b.streamName("s").shardCount(2));
    advance(Duration.ofMinutes(1));
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private void advance(Duration by) {
    fixture.cloud.timers().advance(by);
  }

  private String map(String function, Consumer<CreateEventSourceMappingRequest.Builder> more) {
    return fixture
        .lambda
        .createEventSourceMapping(b -> {
          b.functionName(function).eventSourceArn(ARN).startingPosition("TRIM_HORIZON");
          more.accept(b);
        })
        .uuid();
  }

  private void put(String key, String data) {
    kinesis.putRecord(b -> b.streamName("s").partitionKey(key).data(SdkBytes.fromUtf8String(data)));
  }

  private List<JsonNode> records(String function) {
    var records = new ArrayList<JsonNode>();
    TableFixture.events(fixture, function).forEach(e -> e.path("Records").forEach(records::add));
    return records;
  }

  private List<String> data(String function) {
    return records(function).stream()
        .map(r -> Base64.getDecoder().decode(r.path("kinesis").path("data").asText()))
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        .toList();
  }

  @Test
  void aRecordReachesTheFunctionInAwsForm() {
    fixture.python("f", PRINT);
    map("f", b -> {});
    advance(Duration.ofMillis(123));
    put("k", "hello");
    var record = records("f").getFirst();
    var data = record.path("kinesis");
    assertThat(data.path("kinesisSchemaVersion").asText()).isEqualTo("1.0");
    assertThat(data.path("partitionKey").asText()).isEqualTo("k");
    assertThat(data.path("data").asText()).isEqualTo("aGVsbG8=");
    assertThat(data.path("approximateArrivalTimestamp").decimalValue())
        .isEqualByComparingTo(
            new java.math.BigDecimal(START.plusSeconds(60).getEpochSecond() + ".123"));
    assertThat(record.path("eventID").asText())
        .matches("shardId-00000000000[01]:" + data.path("sequenceNumber").asText());
    assertThat(record.path("eventSource").asText()).isEqualTo("aws:kinesis");
    assertThat(record.path("eventVersion").asText()).isEqualTo("1.0");
    assertThat(record.path("eventName").asText()).isEqualTo("aws:kinesis:record");
    assertThat(record.path("invokeIdentityArn").asText()).isEqualTo(LambdaFixture.ROLE);
    assertThat(record.path("awsRegion").asText()).isEqualTo("us-east-1");
    assertThat(record.path("eventSourceARN").asText()).isEqualTo(ARN);
  }

  @Test
  void readingBeginsWhereItIsSaid() {
    fixture.python("all", PRINT);
    fixture.python("latest", PRINT);
    fixture.python("since", PRINT);
    put("k", "1");
    advance(Duration.ofMinutes(1));
    put("k", "2");
    var since = fixture.cloud.clock().now();
    map("all", b -> {});
    map("latest", b -> b.startingPosition("LATEST"));
    map("since", b -> b.startingPosition("AT_TIMESTAMP").startingPositionTimestamp(since));
    put("k", "3");
    assertThat(data("all")).containsExactly("1", "2", "3");
    assertThat(data("since")).containsExactly("2", "3");
    assertThat(data("latest")).containsExactly("3");
  }

  @Test
  void aConsumerReadsUntilItIsTakenAway() {
    fixture.python("f", PRINT);
    var consumer =
        kinesis
            .registerStreamConsumer(b -> b.streamARN(ARN).consumerName("c"))
            .consumer()
            .consumerARN();
    advance(Duration.ofMinutes(1));
    map("f", b -> b.eventSourceArn(consumer));
    put("k", "1");
    assertThat(records("f").getFirst().path("eventSourceARN").asText()).isEqualTo(consumer);
    kinesis.deregisterStreamConsumer(b -> b.consumerARN(consumer));
    advance(Duration.ofMinutes(1));
    put("k", "2");
    assertThat(data("f")).containsExactly("1");
    assertThatThrownBy(() -> map("f", b -> b.eventSourceArn(ARN + "/consumer/x:1")))
        .hasMessageContaining("Stream not found: " + ARN + "/consumer/x:1");
  }

  @Test
  void theFilterLooksIntoTheData() {
    fixture.python("f", PRINT);
    map(
        "f",
        b ->
            b.filterCriteria(c ->
                c.filters(
                    Filter.builder()
                        .pattern("{\"data\":{\"n\":[{\"numeric\":[\">\",1]}]}}")
                        .build())));
    put("k", "{\"n\":1}");
    put("k", "text");
    put("k", "{\"n\":2}");
    assertThat(data("f")).containsExactly("{\"n\":2}");
  }

  @Test
  void aKeysRecordsKeepTheirOrderThroughResharding() {
    var random = new Random(7);
    fixture.python(
        "f",
        """
        import base64, json, random, time
        r = random.Random(3)
        def handler(e, c):
            assert r.random() < 0.7
            print('{"Records": %s, "at": %d}' % (json.dumps([[x['kinesis']['partitionKey'],
                int(base64.b64decode(x['kinesis']['data']))] for x in e['Records']]), time.monotonic_ns()))
        """);
    map("f", b -> b.batchSize(7).parallelizationFactor(2));
    for (int n = 0; n < 150; n++) {
      put("k" + random.nextInt(12), Integer.toString(n));
      if (n == 50) {
        kinesis.updateShardCount(
            b -> b.streamName("s").targetShardCount(4).scalingType(ScalingType.UNIFORM_SCALING));
        advance(Duration.ofMinutes(1));
      } else if (n == 100) {
        kinesis.updateShardCount(
            b -> b.streamName("s").targetShardCount(2).scalingType(ScalingType.UNIFORM_SCALING));
        advance(Duration.ofMinutes(1));
      } else if (n % 10 == 0) {
        advance(Duration.ofSeconds(1));
      }
    }
    advance(Duration.ofMinutes(10));
    var seen = new HashMap<String, Integer>();
    var handled = new ArrayList<Integer>();
    for (var record : records("f")) {
      var before = seen.put(record.path(0).asText(), record.path(1).asInt());
      assertThat(record.path(1).asInt()).isGreaterThan(before == null ? -1 : before);
      handled.add(record.path(1).asInt());
    }
    assertThat(handled)
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 150).boxed().toList());
  }

  @Test
  void aBucketIsToldOfAFailedBatchWithWhatItHeld() {
    var s3 = fixture.cloud.client(S3Client.class);
    s3.createBucket(b -> b.bucket("failed"));
    fixture.python("f", "def handler(e, c):\n    raise ValueError('no')\n");
    var uuid =
        map(
            "f",
            b ->
                b.maximumRetryAttempts(1)
                    .destinationConfig(
                        d -> d.onFailure(o -> o.destination("arn:aws:s3:::failed"))));
    put("k", "1");
    advance(Duration.ofMinutes(1));
    var keys = s3.listObjectsV2(b -> b.bucket("failed")).contents();
    assertThat(keys).hasSize(1);
    var key = keys.getFirst().key();
    assertThat(key)
        .matches(
            "aws/lambda/"
                + uuid
                + "/shardId-00000000000[01]/2026/05/01/2026-05-01T12.01.0\\d-[0-9a-f-]{36}");
    var record = Json.parse(s3.getObjectAsBytes(b -> b.bucket("failed").key(key)).asUtf8String());
    assertThat(record.path("requestContext").path("approximateInvokeCount").asInt()).isEqualTo(2);
    assertThat(record.path("KinesisBatchInfo").path("batchSize").asInt()).isEqualTo(1);
    assertThat(record.path("KinesisBatchInfo").path("streamArn").asText()).isEqualTo(ARN);
    var held = Json.parse(record.path("payload").asText()).path("Records").path(0);
    assertThat(held.path("kinesis").path("data").asText()).isEqualTo("MQ==");
  }

  /// A handler of AWS's own event types.
  public static final class OfKinesis implements RequestHandler<KinesisEvent, String> {
    @Override
    public String handleRequest(KinesisEvent event, Context context) {
      for (var record : event.getRecords()) {
        var data = StandardCharsets.UTF_8.decode(record.getKinesis().getData());
        var arrival = record.getKinesis().getApproximateArrivalTimestamp().toInstant();
        context.getLogger().log("java " + data + " " + record.getEventID() + " " + arrival);
      }
      return "";
    }
  }

  /// Another.
  public static final class OfTable implements RequestHandler<DynamodbEvent, String> {
    @Override
    public String handleRequest(DynamodbEvent event, Context context) {
      for (var record : event.getRecords()) {
        var change = record.getDynamodb();
        context
            .getLogger()
            .log(
                "java "
                    + record.getEventName()
                    + change.getNewImage()
                    + change.getApproximateCreationDateTime().toInstant());
      }
      return "";
    }
  }

  @Test
  void javaHandlersGetAwsOwnEvents() {
    fixture.create(
        "f",
        "java21",
        OfKinesis.class.getName(),
        Zips.withJars(
            List.of(KinesisEvent.class, org.joda.time.DateTime.class),
            KinesisFunctionTest.class,
            OfKinesis.class),
        b -> {});
    map("f", b -> {});
    put("k", "hello");
    assertThat(fixture.logLines("f"))
        .anyMatch(l -> l.matches("java hello shardId-\\d{12}:\\d{56} 2026-05-01T12:01:00Z\n"));
    try (var table = new TableFixture(1)) {
      table.lambda.create(
          "t",
          "java21",
          OfTable.class.getName(),
          Zips.withJars(
              List.of(KinesisEvent.class, org.joda.time.DateTime.class),
              KinesisFunctionTest.class,
              OfTable.class),
          b -> {});
      table.map("t", b -> {});
      table.put("a", 5);
      assertThat(table.lambda.logLines("t"))
          .contains("java INSERT{id={S: a,}, n={N: 5,}}2026-05-01T12:00:00Z\n");
    }
  }

  @Test
  void aRestartInTheMiddleOfAReshardingLosesNothing(@TempDir Path folder) throws IOException {
    fixture.close();
    var ids = new Ids();
    var store = new MemoryStore();
    var now = START;
    for (int life = 0; life < 3; life++) {
      fixture =
          new LambdaFixture(
              Cloud.builder()
                  .store(store)
                  .blobs(new FileBlobs(folder, false, () -> ids.hex(32)))
                  .clock(Clock.stoppedAt(now))
                  .build());
      kinesis = fixture.cloud.client(KinesisClient.class);
      if (life == 0) {
        createStream();
        fixture.python("f", PRINT);
        map("f", b -> b.startingPosition("LATEST"));
      }
      fixture.cloud.resume();
      for (int n = 0; n < 10; n++) {
        put("k" + n, life + "-" + n);
      }
      var target = Map.of(0, 4, 1, 2, 2, 3).get(life);
      kinesis.updateShardCount(
          b -> b.streamName("s").targetShardCount(target).scalingType(ScalingType.UNIFORM_SCALING));
      for (int n = 10; n < 20; n++) {
        put("k" + n % 10, life + "-" + n);
      }
      if (life == 2) {
        advance(Duration.ofMinutes(2));
      }
      fixture.settle();
      now = fixture.cloud.clock().now().plusSeconds(30);
      store = store.fork();
      if (life < 2) {
        fixture.close();
      }
    }
    var all = data("f");
    for (int life = 0; life < 3; life++) {
      for (int n = 0; n < 20; n++) {
        assertThat(all).contains(life + "-" + n);
      }
    }
    for (int k = 0; k < 10; k++) {
      var key = k;
      assertThat(all.stream().filter(d -> Integer.parseInt(d.substring(2)) % 10 == key).distinct())
          .containsExactly(
              "0-" + k, "0-" + (k + 10), "1-" + k, "1-" + (k + 10), "2-" + k, "2-" + (k + 10));
    }
  }
}
