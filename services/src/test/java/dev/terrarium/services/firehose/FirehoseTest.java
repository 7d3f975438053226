package dev.terrarium.services.firehose;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.sun.net.httpserver.HttpServer;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.store.MemoryStore;
import dev.terrarium.kernel.time.Clock;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xerial.snappy.SnappyFramedInputStream;
import org.xerial.snappy.SnappyHadoopCompatibleOutputStream;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.firehose.model.CompressionFormat;
import software.amazon.awssdk.services.firehose.model.DeliveryStreamType;
import software.amazon.awssdk.services.firehose.model.ExtendedS3DestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.Processor;
import software.amazon.awssdk.services.firehose.model.ProcessorParameter;
import software.amazon.awssdk.services.firehose.model.Record;
import software.amazon.awssdk.services.firehose.model.Tag;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

final class FirehoseTest {
  private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");
  private static final String ROLE = "arn:aws:iam::000000000000:role/r";
  private final MemoryStore store = new MemoryStore();
  private final Cloud cloud = Cloud.builder().store(store).clock(Clock.stoppedAt(START)).build();
  private final FirehoseClient firehose = cloud.client(FirehoseClient.class);
  private final S3Client s3 = cloud.client(S3Client.class);

  @BeforeEach
  void bucket() {
    s3.createBucket(b -> b.bucket("bbb"));
  }

  @AfterEach
  void close() {
    cloud.close();
  }

  private void create(String name, Consumer<ExtendedS3DestinationConfiguration.Builder> more) {
    firehose.createDeliveryStream(r ->
        r.deliveryStreamName(name)
            .extendedS3DestinationConfiguration(
                d -> more.accept(d.roleARN(ROLE).bucketARN("arn:aws:s3:::bbb"))));
  }

  private void put(String name, String... data) {
    for (var text : data) {
      firehose.putRecord(r ->
          r.deliveryStreamName(name)
              .record(Record.builder().data(SdkBytes.fromUtf8String(text)).build()));
    }
  }

  private void pass(Duration time) {
    cloud.timers().advance(time);
  }

  private List<String> keys() {
    return s3.listObjectsV2(r -> r.bucket("bbb")).contents().stream().map(S3Object::key).toList();
  }

  private byte[] bytes(String key) {
    return s3.getObjectAsBytes(r -> r.bucket("bbb").key(key)).asByteArray();
  }

  private String text(String key) {
    return new String(bytes(key), StandardCharsets.UTF_8);
  }

  private static String error(ThrowingCallable call) {
    var thrown = Assertions.catchThrowableOfType(AwsServiceException.class, call);
    return Errors.code(Objects.requireNonNull(thrown)) + ": " + Errors.message(thrown);
  }

  private static Processor processor(String type, String... parameters) {
    var list = new ArrayList<ProcessorParameter>();
    for (int i = 0; i < parameters.length; i += 2) {
      list.add(
          ProcessorParameter.builder()
              .parameterName(parameters[i])
              .parameterValue(parameters[i + 1])
              .build());
    }
    return Processor.builder().type(type).parameters(list).build();
  }

  @Test
  void recordsAreDeliveredWhenTheFirstHasWaitedLongEnough() {
    create("d", d -> d.prefix("in/").bufferingHints(h -> h.intervalInSeconds(60).sizeInMBs(1)));
    put("d", "one\n", "two\n");
    pass(Duration.ofSeconds(59));
    assertThat(keys()).isEmpty();
    pass(Duration.ofSeconds(1));
    assertThat(keys()).hasSize(1);
    assertThat(keys().getFirst())
        .matches(
            "in/2026/01/02/03/d-1-2026-01-02-03-04-05-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    assertThat(text(keys().getFirst())).isEqualTo("one\ntwo\n");
    pass(Duration.ofMinutes(2));
    assertThat(keys()).hasSize(1);
  }

  @Test
  void recordsAreDeliveredAtOnceWhenThereAreEnough() {
    create("d", d -> d.bufferingHints(h -> h.intervalInSeconds(900).sizeInMBs(1)));
    put("d", "x".repeat(600_000), "y".repeat(600_000));
    pass(Duration.ofMillis(1));
    assertThat(keys()).hasSize(1);
    assertThat(bytes(keys().getFirst())).hasSize(1_200_000);
  }

  @Test
  void recordsSurviveARestart() {
    create("d", d -> d.bufferingHints(h -> h.intervalInSeconds(60).sizeInMBs(1)));
    put("d", "one", "two");
    var later =
        Cloud.builder()
            .store(store)
            .blobs(cloud.blobs())
            .clock(Clock.stoppedAt(START.plusSeconds(100)))
            .build();
    try {
      later.resume();
      later.timers().advance(Duration.ofMillis(1));
      var there = later.client(S3Client.class).listObjectsV2(r -> r.bucket("bbb")).contents();
      assertThat(there).hasSize(1);
      assertThat(there.getFirst().size()).isEqualTo(6);
    } finally {
      later.close();
    }
  }

  @Test
  void recordsWaitForABucketThatIsNotThere() {
    create(
        "d",
        d ->
            d.bucketARN("arn:aws:s3:::late")
                .bufferingHints(h -> h.intervalInSeconds(0).sizeInMBs(1)));
    put("d", "one");
    pass(Duration.ofSeconds(10));
    s3.createBucket(r -> r.bucket("late"));
    pass(Duration.ofSeconds(60));
    assertThat(s3.listObjectsV2(r -> r.bucket("late")).contents()).hasSize(1);
  }

  @Test
  void objectsAreCompressed() throws IOException {
    var text = "the same again and again, ".repeat(5000) + "and something else";
    for (var format :
        List.of(CompressionFormat.GZIP, CompressionFormat.SNAPPY, CompressionFormat.ZIP)) {
      var name = format.name();
      create(
          name,
          d ->
              d.compressionFormat(format)
                  .prefix(name + "/")
                  .bufferingHints(h -> h.intervalInSeconds(0).sizeInMBs(1)));
      put(name, text);
    }
    pass(Duration.ofSeconds(1));
    var gzip = keys().get(0);
    assertThat(gzip).startsWith("GZIP/").endsWith(".gz");
    try (var in = new GZIPInputStream(new ByteArrayInputStream(bytes(gzip)))) {
      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(text);
    }
    var snappy = keys().get(1);
    assertThat(snappy).startsWith("SNAPPY/").endsWith(".snappy");
    assertThat(bytes(snappy).length).isLessThan(text.length() / 10);
    try (var in = new SnappyFramedInputStream(new ByteArrayInputStream(bytes(snappy)))) {
      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(text);
    }
    assertThat(keys().get(2)).startsWith("ZIP/").endsWith(".zip");
  }

  /// What Hadoop reads is, block for block, what the reference implementation can undo.
  @Test
  void hadoopsBlocksAreReadable() throws IOException {
    var data = "abcabcabcabc-".repeat(40_000).getBytes(StandardCharsets.UTF_8);
    var out = new ByteArrayOutputStream();
    Snappy.writeHadoop(data, out);
    var bytes = java.nio.ByteBuffer.wrap(out.toByteArray());
    var read = new ByteArrayOutputStream();
    while (bytes.hasRemaining()) {
      var plain = bytes.getInt();
      var packed = new byte[bytes.getInt()];
      bytes.get(packed);
      var block = org.xerial.snappy.Snappy.uncompress(packed);
      assertThat(block).hasSize(plain);
      read.writeBytes(block);
    }
    assertThat(read.toByteArray()).isEqualTo(data);
    var theirs = new ByteArrayOutputStream();
    try (var stream = new SnappyHadoopCompatibleOutputStream(theirs)) {
      stream.write(new byte[10]);
    }
    assertThat(java.nio.ByteBuffer.wrap(theirs.toByteArray()).getInt()).isEqualTo(10);
  }

  @Test
  void randomBytesSurviveSnappy() throws IOException {
    var random = new java.util.Random(7);
    for (int length : new int[] {0, 1, 3, 4, 59, 60, 61, 255, 256, 257, 65_535, 65_536, 200_000}) {
      var data = new byte[length];
      for (int i = 0; i < length; i++) {
        data[i] = (byte) random.nextInt(random.nextBoolean() ? 2 : 256);
      }
      var packed = Snappy.compress(data, 0, length);
      assertThat(org.xerial.snappy.Snappy.uncompress(packed)).isEqualTo(data);
    }
  }

  @Test
  void prefixesAreExpressions() {
    create(
        "d",
        d ->
            d.prefix("!{timestamp:yyyy}/m=!{timestamp:MM}/!{firehose:random-string}/")
                .errorOutputPrefix("bad/!{firehose:error-output-type}/")
                .customTimeZone("Asia/Tokyo")
                .fileExtension(".json")
                .bufferingHints(h -> h.intervalInSeconds(0).sizeInMBs(1)));
    put("d", "x");
    pass(Duration.ofSeconds(1));
    assertThat(keys().getFirst())
        .matches("2026/m=01/[A-Za-z0-9]{11}/d-1-2026-01-02-12-04-05-.*\\.json");
    assertThat(error(() -> create("e", d -> d.prefix("!{timestamp:yyyy}/"))))
        .startsWith("InvalidArgumentException: ErrorOutputPrefix");
    assertThat(error(() -> create("e", d -> d.prefix("!{nonsense:x}/").errorOutputPrefix("bad/"))))
        .startsWith("InvalidArgumentException: Invalid prefix expression");
  }

  @Test
  void recordsArePartitionedByWhatAQueryFindsInThem() {
    create(
        "d",
        d ->
            d.prefix("c=!{partitionKeyFromQuery:customer}/")
                .errorOutputPrefix("bad/!{firehose:error-output-type}/")
                .dynamicPartitioningConfiguration(p -> p.enabled(true))
                .bufferingHints(h -> h.intervalInSeconds(0).sizeInMBs(64))
                .processingConfiguration(p ->
                    p.enabled(true)
                        .processors(
                            processor("RecordDeAggregation", "SubRecordType", "JSON"),
                            processor(
                                "MetadataExtraction",
                                "MetadataExtractionQuery",
                                "{customer:.customer.id|tostring}",
                                "JsonParsingEngine",
                                "JQ-1.6"),
                            processor("AppendDelimiterToRecord", "Delimiter", "\\n"))));
    put("d", "{\"customer\":{\"id\":1},\"n\":1}{\"customer\":{\"id\":2}}");
    pass(Duration.ofSeconds(1));
    put("d", "not JSON");
    pass(Duration.ofSeconds(1));
    assertThat(keys()).hasSize(3);
    assertThat(keys().get(0)).startsWith("bad/processing-failed/");
    assertThat(keys().get(1)).startsWith("c=1/d-1-");
    assertThat(text(keys().get(1))).isEqualTo("{\"customer\":{\"id\":1},\"n\":1}\n");
    assertThat(keys().get(2)).startsWith("c=2/d-1-");
    var failure = Json.parse(text(keys().get(0)));
    assertThat(Base64.getDecoder().decode(failure.path("rawData").asText()))
        .asString()
        .isEqualTo("not JSON");
  }

  /// Shouts, drops what is `drop`, fails what is `fail`, forgets what is `forget`.
  public static final class Shouter
      implements RequestHandler<Map<String, Object>, Map<String, Object>> {
    @Override
    @SuppressWarnings("unchecked")
    public Map<String, Object> handleRequest(Map<String, Object> event, Context context) {
      var out = new ArrayList<Map<String, Object>>();
      var records = (List<Map<String, String>>) Objects.requireNonNull(event.get("records"));
      for (var record : records) {
        var given = Base64.getDecoder().decode(record.getOrDefault("data", ""));
        var data = new String(given, StandardCharsets.UTF_8);
        if (data.equals("explode")) {
          throw new IllegalStateException("Boom");
        }
        if (!data.equals("forget")) {
          var shouted = data.toUpperCase(java.util.Locale.ROOT).getBytes(StandardCharsets.UTF_8);
          out.add(
              Map.of(
                  "recordId",
                  record.getOrDefault("recordId", ""),
                  "result",
                  data.equals("drop") ? "Dropped" : data.equals("fail") ? "ProcessingFailed" : "Ok",
                  "data",
                  Base64.getEncoder().encodeToString(shouted)));
        }
      }
      return Map.of("records", out);
    }
  }

  private String shouter() throws IOException {
    var out = new ByteArrayOutputStream();
    var name = Shouter.class.getName().replace('.', '/') + ".class";
    try (var zip = new ZipOutputStream(out);
        var in = Objects.requireNonNull(Shouter.class.getClassLoader().getResourceAsStream(name))) {
      zip.putNextEntry(new ZipEntry(name));
      zip.write(in.readAllBytes());
      zip.closeEntry();
    }
    return cloud
        .client(LambdaClient.class)
        .createFunction(f ->
            f.functionName("shouter")
                .runtime("java21")
                .handler(Shouter.class.getName())
                .role(ROLE)
                .code(c -> c.zipFile(SdkBytes.fromByteArray(out.toByteArray()))))
        .functionArn();
  }

  @Test
  void aFunctionTransformsRecords() throws IOException {
    var function = shouter();
    create(
        "d",
        d ->
            d.prefix("good/")
                .errorOutputPrefix("bad/")
                .bufferingHints(h -> h.intervalInSeconds(10).sizeInMBs(1))
                .s3BackupMode("Enabled")
                .s3BackupConfiguration(
                    b -> b.roleARN(ROLE).bucketARN("arn:aws:s3:::bbb").prefix("source/"))
                .processingConfiguration(
                    p -> p.enabled(true).processors(processor("Lambda", "LambdaArn", function))));
    put("d", "hello ", "drop", "fail", "world", "forget");
    pass(Duration.ofSeconds(10));
    assertThat(keys()).hasSize(3);
    assertThat(keys().get(0)).startsWith("bad/processing-failed/2026/01/02/03/d-1-");
    assertThat(text(keys().get(0)).lines().map(line -> Json.parse(line).path("errorCode").asText()))
        .containsExactly("Lambda.ProcessingFailedStatus", "Lambda.MissingRecordId");
    assertThat(text(keys().get(1))).isEqualTo("HELLO WORLD");
    assertThat(text(keys().get(2))).isEqualTo("hello dropfailworldforget");
    put("d", "explode");
    pass(Duration.ofSeconds(10));
    var failed = Json.parse(text(keys().get(1)));
    assertThat(failed.path("errorCode").asText()).isEqualTo("Lambda.FunctionError");
    assertThat(failed.path("attemptsMade").asInt()).isEqualTo(4);
    assertThat(failed.path("lambdaArn").asText()).isEqualTo(function);
  }

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

  @Test
  void deliveryStreamsAreDescribedChangedAndListed() {
    create("d", d -> {});
    create("e", d -> d.compressionFormat(CompressionFormat.GZIP));
    var description =
        firehose.describeDeliveryStream(r -> r.deliveryStreamName("d")).deliveryStreamDescription();
    assertThat(description.deliveryStreamARN())
        .isEqualTo("arn:aws:firehose:us-east-1:000000000000:deliverystream/d");
    assertThat(description.versionId()).isEqualTo("1");
    var destination = description.destinations().getFirst();
    assertThat(destination.destinationId()).isEqualTo("destinationId-000000000001");
    assertThat(destination.extendedS3DestinationDescription().bufferingHints().sizeInMBs())
        .isEqualTo(5);
    assertThat(destination.s3DestinationDescription().bucketARN()).isEqualTo("arn:aws:s3:::bbb");
    firehose.updateDestination(r ->
        r.deliveryStreamName("d")
            .currentDeliveryStreamVersionId("1")
            .destinationId("destinationId-000000000001")
            .extendedS3DestinationUpdate(u -> u.prefix("new/")));
    var changed =
        firehose.describeDeliveryStream(r -> r.deliveryStreamName("d")).deliveryStreamDescription();
    assertThat(changed.versionId()).isEqualTo("2");
    assertThat(changed.destinations().getFirst().extendedS3DestinationDescription().prefix())
        .isEqualTo("new/");
    assertThat(
            error(() ->
                firehose.updateDestination(r ->
                    r.deliveryStreamName("d")
                        .currentDeliveryStreamVersionId("1")
                        .destinationId("destinationId-000000000001")
                        .extendedS3DestinationUpdate(u -> u.prefix("new/")))))
        .isEqualTo(
            "ConcurrentModificationException: Cannot update firehose: d since the current version"
                + " id: 2 and specified version id: 1 do not match");
    var page = firehose.listDeliveryStreams(r -> r.limit(1));
    assertThat(page.deliveryStreamNames()).containsExactly("d");
    assertThat(page.hasMoreDeliveryStreams()).isTrue();
    firehose.tagDeliveryStream(
        r -> r.deliveryStreamName("d").tags(Tag.builder().key("k").value("v").build()));
    assertThat(firehose.listTagsForDeliveryStream(r -> r.deliveryStreamName("d")).tags())
        .hasSize(1);
    firehose.startDeliveryStreamEncryption(r -> r.deliveryStreamName("d"));
    assertThat(
            firehose
                .putRecordBatch(r ->
                    r.deliveryStreamName("d")
                        .records(Record.builder().data(SdkBytes.fromUtf8String("x")).build()))
                .encrypted())
        .isTrue();
    firehose.deleteDeliveryStream(r -> r.deliveryStreamName("d"));
    assertThat(error(() -> put("d", "x")))
        .isEqualTo("ResourceNotFoundException: Firehose d under account 000000000000 not found.");
    assertThat(error(() -> create("e", d -> {})))
        .isEqualTo(
            "ResourceInUseException: Firehose e under accountId 000000000000 already exists");
  }

  @Test
  void whatIsNotThereIsRefusedByName() {
    assertThat(
            error(() ->
                firehose.createDeliveryStream(r ->
                    r.deliveryStreamName("d")
                        .splunkDestinationConfiguration(s -> s.hecToken("t")))))
        .isEqualTo(
            "NotImplemented: Terrarium does not implement firehose with"
                + " SplunkDestinationConfiguration");
    assertThat(error(() -> firehose.createDeliveryStream(r -> r.deliveryStreamName("d"))))
        .isEqualTo(
            "InvalidArgumentException: Exactly one destination configuration is supported for a"
                + " Firehose");
  }
}
