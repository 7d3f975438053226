package dev.terrarium.bench;

import dev.terrarium.bench.functions.Lag;
import dev.terrarium.systems.Clients;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.lambda.model.Runtime;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/// How long a record takes to its consumer.
final class StreamLags implements Bench {
  private static final int WARM_UP = 30_000;
  private static final int COUNT = 1500;
  private static final int POLLED = 300;
  private static final int POLL_MILLIS = 200;
  private static final int APART_MILLIS = 3;

  @Override
  public String name() {
    return "lag";
  }

  @Override
  public String about() {
    return "Kinesis and DynamoDB streams to a Lambda function (Java, in this JVM), and by polling every 200 ms";
  }

  @Override
  public void run(Output out) throws IOException, InterruptedException {
    out.section("From the write to the consumer");
    out.head("store", "way", "p50", "p99", "worst");
    Child.both((store, child) -> measure(store, child, out));
    out.text(
        COUNT
            + " records one after the other, "
            + APART_MILLIS
            + " ms apart, after "
            + WARM_UP
            + "; from before the request until the handler begins. By polling: "
            + POLLED
            + " records, GetRecords every "
            + POLL_MILLIS
            + " ms, which is what consumers without the mapping do.");
  }

  private static void measure(String store, Child child, Output out)
      throws IOException, InterruptedException {
    var clients = new Clients(child.endpoint());
    clients.s3.createBucket(r -> r.bucket("bench-out"));
    clients.kinesis.createStream(s -> s.streamName("bench").shardCount(1));
    var stream =
        clients
            .kinesis
            .describeStreamSummary(d -> d.streamName("bench"))
            .streamDescriptionSummary()
            .streamARN();
    deploy(clients, "of-kinesis", stream);
    send(moment -> record(clients, moment));
    row(store, "PutRecord → handler", ages(clients, () -> record(clients, 0)), out);
    row(store, "PutRecord → GetRecords every 200 ms", polled(clients, stream), out);
    deploy(clients, "of-table", table(clients));
    send(moment -> item(clients, moment));
    row(store, "PutItem → handler", ages(clients, () -> item(clients, 0)), out);
  }

  private interface Write {
    void at(long moment);
  }

  private static long micros() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
  }

  /// At first without pauses, so that little is compiled any more when it counts.
  private static void send(Write write) throws InterruptedException {
    for (int i = 0; i < WARM_UP; i++) {
      write.at(micros());
    }
    for (int i = 0; i < COUNT; i++) {
      write.at(micros());
      Thread.sleep(APART_MILLIS);
    }
  }

  private static void record(Clients clients, long moment) {
    var data = SdkBytes.fromUtf8String(String.format(Locale.ROOT, "%016d", moment));
    clients.kinesis.putRecord(r -> r.streamName("bench").partitionKey("k").data(data));
  }

  private static void item(Clients clients, long moment) {
    clients.dynamo.putItem(p ->
        p.tableName("bench")
            .item(
                Map.of(
                    "pk",
                    AttributeValue.fromS("k"),
                    "t",
                    AttributeValue.fromN(Long.toString(moment)))));
  }

  private static String table(Clients clients) {
    return clients
        .dynamo
        .createTable(t ->
            t.tableName("bench")
                .billingMode("PAY_PER_REQUEST")
                .attributeDefinitions(
                    AttributeDefinition.builder().attributeName("pk").attributeType("S").build())
                .keySchema(KeySchemaElement.builder().attributeName("pk").keyType("HASH").build())
                .streamSpecification(s -> s.streamEnabled(true).streamViewType("NEW_IMAGE")))
        .tableDescription()
        .latestStreamArn();
  }

  private static void deploy(Clients clients, String name, String source) throws IOException {
    var code = Packages.of(Lag.class);
    clients.lambda.createFunction(r ->
        r.functionName(name)
            .runtime(Runtime.JAVA25)
            .handler(Lag.class.getName())
            .role("arn:aws:iam::000000000000:role/bench")
            .memorySize(1769)
            .code(c -> c.zipFile(code)));
    clients.lambda.createEventSourceMapping(r ->
        r.functionName(name).eventSourceArn(source).startingPosition("TRIM_HORIZON").batchSize(10));
  }

  /// Has the function tell what it saw, and leaves out what came first.
  private static Histogram ages(Clients clients, Runnable ask) throws InterruptedException {
    clients.s3.deleteObject(r -> r.bucket("bench-out").key("ages"));
    ask.run();
    for (int i = 0; i < 600; i++) {
      try {
        var text = clients.s3.getObjectAsBytes(r -> r.bucket("bench-out").key("ages"));
        var ages = List.of(text.asUtf8String().replaceAll("[\\[\\] ]", "").split(","));
        var histogram = new Histogram(600_000_000, 3);
        ages.subList(ages.size() - COUNT, ages.size())
            .forEach(age -> histogram.recordValue(Math.max(0, Long.parseLong(age))));
        return histogram;
      } catch (NoSuchKeyException e) {
        Thread.sleep(100);
      }
    }
    throw new IllegalStateException("The function does not answer");
  }

  private static Histogram polled(Clients clients, String stream) throws InterruptedException {
    var shard = clients.kinesis.listShards(l -> l.streamARN(stream)).shards().getFirst().shardId();
    var first =
        clients
            .kinesis
            .getShardIterator(g -> g.streamARN(stream).shardId(shard).shardIteratorType("LATEST"))
            .shardIterator();
    var histogram = new Histogram(600_000_000, 3);
    var reader =
        Thread.ofPlatform()
            .start(() -> {
              var iterator = first;
              while (histogram.getTotalCount() < POLLED) {
                var from = iterator;
                var got = clients.kinesis.getRecords(g -> g.shardIterator(from));
                var now = micros();
                for (var record : got.records()) {
                  histogram.recordValue(
                      Math.max(0, now - Long.parseLong(record.data().asUtf8String())));
                }
                iterator = got.nextShardIterator();
                pause(POLL_MILLIS);
              }
            });
    for (int i = 0; i < POLLED; i++) {
      record(clients, micros());
      pause(10);
    }
    reader.join();
    return histogram;
  }

  private static void pause(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void row(String store, String way, Histogram micros, Output out) {
    out.row(
        store,
        way,
        Output.millis(1e3 * micros.getValueAtPercentile(50)),
        Output.millis(1e3 * micros.getValueAtPercentile(99)),
        Output.millis(1e3 * micros.getMaxValue()));
  }
}
