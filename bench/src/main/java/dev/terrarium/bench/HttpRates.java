package dev.terrarium.bench;

import dev.terrarium.systems.Clients;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;

/// Small requests over HTTP with 64 connections, against the ceiling.
final class HttpRates implements Bench {
  private static final int CONNECTIONS = 64;
  private static final int ROUNDS = 3;
  private static final Duration ROUND = Duration.ofSeconds(4);

  /// Until little is compiled any more: after eight seconds that is still a quarter of what the
  /// slowest of the three spends.
  private static final Duration WARM_UP = Duration.ofSeconds(20);

  private static final int SYNCS = 200;
  private static final String TEXT = "The quick brown fox jumps over the lazy dog. ".repeat(3);
  private static final byte[] KILOBYTE = "x".repeat(1024).getBytes(StandardCharsets.US_ASCII);
  private static final int KEYS = 10_000;

  /// One kind of request.
  ///
  /// @param answerBytes how long Terrarium's answer is, without its head
  /// @param prepare makes what the request needs, and the request
  private record Kind(String name, int answerBytes, Function<Child, Request> prepare) {}

  private static final List<Kind> KINDS =
      List.of(
          new Kind("SQS SendMessage", 110, HttpRates::sendMessage),
          new Kind("S3 PutObject 1 KB", 0, HttpRates::putObject),
          new Kind("S3 GetObject 1 KB", 1024, HttpRates::getObject),
          new Kind("SNS Publish to one queue", 290, HttpRates::publish),
          new Kind("DynamoDB PutItem", 2, HttpRates::putItem),
          new Kind("DynamoDB GetItem", 190, HttpRates::getItem),
          new Kind("Kinesis PutRecord 1 KB", 110, HttpRates::putRecord));

  @Override
  public String name() {
    return "http";
  }

  @Override
  public String about() {
    return "SQS, S3, SNS, DynamoDB and Kinesis over HTTP with 64 connections, in memory and on disk, against a constant answer";
  }

  @Override
  public void run(Output out) throws IOException, InterruptedException {
    out.section("Small requests over HTTP, " + CONNECTIONS + " connections");
    out.head(
        "request",
        "ceiling",
        "in memory",
        "of ceiling",
        "p50",
        "p99",
        "on disk",
        "of ceiling",
        "p50",
        "p99",
        "CPU per request");
    var only = System.getenv("BENCH_KIND");
    for (var kind : KINDS) {
      if (only == null || kind.name().contains(only)) {
        measure(kind, out);
      }
    }
    out.text(
        "Median of "
            + ROUNDS
            + " rounds; in each round all three take turns on the same machine. The ceiling is the same HTTP"
            + " library, reading the same request and answering a constant of the same length. On disk,"
            + " every answer waits until what it wrote is synced: "
            + syncs()
            + " at that moment.");
  }

  /// What syncing costs on this disk, with nothing of ours around it.
  private static String syncs() throws IOException {
    try (var folder = Folder.create();
        var file =
            FileChannel.open(
                folder.path().resolve("log"),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE)) {
      var took = new long[SYNCS];
      for (int i = 0; i < SYNCS; i++) {
        var block = ByteBuffer.allocate(4096);
        var start = System.nanoTime();
        file.write(block);
        file.force(false);
        took[i] = System.nanoTime() - start;
      }
      Arrays.sort(took);
      return "appending 4 KB to a plain file and syncing took %s (p50), %s (p99)"
          .formatted(
              Output.millis((double) took[SYNCS / 2]),
              Output.millis((double) took[SYNCS * 99 / 100]));
    }
  }

  private static void measure(Kind kind, Output out) throws IOException, InterruptedException {
    try (var folder = Folder.create();
        var ceiling = Child.ceiling(kind.answerBytes(), folder.path());
        var memory = Child.memory();
        var disk = Child.disk(folder.path().resolve("data"))) {
      var children = List.of(ceiling, memory, disk);
      var inMemory = kind.prepare().apply(memory);
      var onDisk = kind.prepare().apply(disk);
      var requests = List.of(inMemory, inMemory, onDisk);
      out.progress(kind.name() + ": warming up");
      for (int i = 0; i < 3; i++) {
        Load.of(children.get(i).port(), CONNECTIONS, requests.get(i), WARM_UP);
      }
      var rates = new double[3][ROUNDS];
      var cpu = new double[3][ROUNDS];
      var seen = new Load.Seen[3];
      for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < 3; i++) {
          var before = children.get(i).cpu();
          seen[i] = Load.of(children.get(i).port(), CONNECTIONS, requests.get(i), ROUND);
          rates[i][round] = seen[i].rate();
          cpu[i][round] = children.get(i).cpu().minus(before).toNanos() / (double) seen[i].count();
        }
        out.progress(
            String.format(
                "%s: ceiling %,.0f/s %.1f µs, memory %,.0f/s %.1f µs, disk %,.0f/s %.1f µs",
                kind.name(),
                rates[0][round],
                cpu[0][round] / 1e3,
                rates[1][round],
                cpu[1][round] / 1e3,
                rates[2][round],
                cpu[2][round] / 1e3));
      }
      out.row(
          kind.name(),
          Output.rate(Output.median(rates[0])),
          Output.rate(Output.median(rates[1])),
          Output.percent(ratio(rates[1], rates[0])),
          Output.percentile(seen[1].latencies(), 50),
          Output.percentile(seen[1].latencies(), 99),
          Output.rate(Output.median(rates[2])),
          Output.percent(ratio(rates[2], rates[0])),
          Output.percentile(seen[2].latencies(), 50),
          Output.percentile(seen[2].latencies(), 99),
          cpu(cpu));
    }
  }

  private static String cpu(double[][] nanos) {
    return String.format(
        "%.0f / %.0f / %.0f µs",
        Output.median(nanos[0]) / 1e3,
        Output.median(nanos[1]) / 1e3,
        Output.median(nanos[2]) / 1e3);
  }

  private static double ratio(double[] rates, double[] ceilings) {
    var ratios = new double[rates.length];
    for (int i = 0; i < rates.length; i++) {
      ratios[i] = rates[i] / ceilings[i];
    }
    return Output.median(ratios);
  }

  private static Request sendMessage(Child child) {
    var url = queue(child);
    var body = "{\"QueueUrl\":\"" + url + "\",\"MessageBody\":\"" + TEXT + "\"}";
    return Request.of(
        "sqs",
        "POST",
        "/",
        "X-Amz-Target: AmazonSQS.SendMessage\r\nContent-Type: application/x-amz-json-1.0\r\n",
        body.getBytes(StandardCharsets.UTF_8),
        0);
  }

  private static String queue(Child child) {
    return new Clients(child.endpoint()).sqs.createQueue(r -> r.queueName("bench")).queueUrl();
  }

  private static Request putObject(Child child) {
    new Clients(child.endpoint()).s3.createBucket(r -> r.bucket("bench"));
    return Request.of(
        "s3",
        "PUT",
        "/bench/key-########",
        "Content-Type: application/octet-stream\r\nx-amz-content-sha256: UNSIGNED-PAYLOAD\r\n",
        KILOBYTE,
        KEYS);
  }

  private static Request getObject(Child child) {
    var put = putObject(child);
    try {
      Load.of(child.port(), 8, put, Duration.ofSeconds(8));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return Request.of("s3", "GET", "/bench/key-########", "", new byte[0], 1000);
  }

  private static Request publish(Child child) {
    var clients = new Clients(child.endpoint());
    var url = queue(child);
    var queue =
        clients
            .sqs
            .getQueueAttributes(r -> r.queueUrl(url).attributeNamesWithStrings("QueueArn"))
            .attributesAsStrings()
            .get("QueueArn");
    var topic = clients.sns.createTopic(r -> r.name("bench")).topicArn();
    clients.sns.subscribe(r -> r.topicArn(topic).protocol("sqs").endpoint(queue));
    var body =
        "Action=Publish&Version=2010-03-31&TopicArn="
            + java.net.URLEncoder.encode(topic, StandardCharsets.UTF_8)
            + "&Message="
            + java.net.URLEncoder.encode(TEXT, StandardCharsets.UTF_8);
    return Request.of(
        "sns",
        "POST",
        "/",
        "Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\n",
        body.getBytes(StandardCharsets.UTF_8),
        0);
  }

  static Request putItem(Child child) {
    new Clients(child.endpoint())
        .dynamo.createTable(t ->
            t.tableName("bench")
                .billingMode("PAY_PER_REQUEST")
                .attributeDefinitions(
                    AttributeDefinition.builder().attributeName("pk").attributeType("S").build())
                .keySchema(KeySchemaElement.builder().attributeName("pk").keyType("HASH").build()));
    return json(
        "dynamodb",
        "DynamoDB_20120810.PutItem",
        "{\"TableName\":\"bench\",\"Item\":{\"pk\":{\"S\":\"key-########\"},\"text\":{\"S\":\""
            + TEXT
            + "\"}}}",
        KEYS);
  }

  static Request getItem(Child child) {
    var put = putItem(child);
    try {
      Load.of(child.port(), 8, put, Duration.ofSeconds(8));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return json(
        "dynamodb",
        "DynamoDB_20120810.GetItem",
        "{\"TableName\":\"bench\",\"Key\":{\"pk\":{\"S\":\"key-########\"}}}",
        1000);
  }

  private static Request putRecord(Child child) {
    var kinesis = new Clients(child.endpoint()).kinesis;
    kinesis.createStream(s -> s.streamName("bench").shardCount(4));
    kinesis.waiter().waitUntilStreamExists(d -> d.streamName("bench"));
    var data = java.util.Base64.getEncoder().encodeToString(KILOBYTE);
    return json(
        "kinesis",
        "Kinesis_20131202.PutRecord",
        "{\"StreamName\":\"bench\",\"PartitionKey\":\"key-########\",\"Data\":\"" + data + "\"}",
        KEYS);
  }

  static Request json(String service, String target, String body, int keys) {
    return Request.of(
        service,
        "POST",
        "/",
        "X-Amz-Target: " + target + "\r\nContent-Type: application/x-amz-json-1.1\r\n",
        body.getBytes(StandardCharsets.UTF_8),
        keys);
  }
}
