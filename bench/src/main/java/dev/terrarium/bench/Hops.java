package dev.terrarium.bench;

import dev.terrarium.bench.functions.Relay;
import dev.terrarium.systems.Clients;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import org.HdrHistogram.Histogram;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.lambda.model.Runtime;
import software.amazon.awssdk.services.s3.model.Event;
import software.amazon.awssdk.services.s3.model.QueueConfiguration;
import software.amazon.awssdk.services.s3.model.TopicConfiguration;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/// A chain through five services: an object is put, a topic is told, a queue is filled, a function
/// runs, an object is put.
final class Hops implements Bench {
  private static final int WARM_UP = 20_000;
  private static final int WARM_UP_CALLERS = 8;
  private static final int COUNT = 2000;

  @Override
  public String name() {
    return "hops";
  }

  @Override
  public String about() {
    return "S3 -> SNS -> SQS -> Lambda (Java, in this JVM) -> S3";
  }

  @Override
  public void run(Output out) throws IOException, InterruptedException {
    out.section("S3 → SNS → SQS → Lambda → S3");
    out.head("store", "part", "p50", "p99", "worst");
    Child.both((store, child) -> measure(store, child, out));
    out.text(
        COUNT
            + " objects, one after the other, after "
            + WARM_UP
            + ". The hops end when the handler begins; the whole ends when its result has been announced"
            + " through a queue to the client.");
  }

  private static void measure(String store, Child child, Output out) throws IOException {
    var clients = new Clients(child.endpoint());
    var results = deploy(clients);
    var hops = new Histogram(60_000_000, 3);
    var whole = new Histogram(60_000_000, 3);
    warmUp(clients, results);
    out.progress(store + ": warm");
    for (int i = 0; i < COUNT; i++) {
      var key = String.format(Locale.ROOT, "in-%08d", i);
      var start = micros();
      clients.s3.putObject(r -> r.bucket("bench-in").key(key), RequestBody.fromString("x"));
      await(clients, results, key);
      var end = micros();
      var began = clients.s3.getObjectAsBytes(r -> r.bucket("bench-out").key(key)).asUtf8String();
      hops.recordValue(Math.max(0, Long.parseLong(began) - start));
      whole.recordValue(end - start);
    }
    row(store, "PUT to the handler's begin", hops, out);
    row(store, "PUT to the result's announcement", whole, out);
  }

  /// Several at a time, so that little is compiled any more when it counts.
  private static void warmUp(Clients clients, String results) {
    try (var callers = Executors.newFixedThreadPool(WARM_UP_CALLERS)) {
      for (int i = 0; i < WARM_UP; i++) {
        var key = String.format(Locale.ROOT, "in-9%07d", i);
        callers.execute(() ->
            clients.s3.putObject(r -> r.bucket("bench-in").key(key), RequestBody.fromString("x")));
      }
    }
    for (int done = 0; done < WARM_UP; ) {
      var received =
          clients.sqs.receiveMessage(
              r -> r.queueUrl(results).waitTimeSeconds(10).maxNumberOfMessages(10));
      for (var message : received.messages()) {
        clients.sqs.deleteMessage(r -> r.queueUrl(results).receiptHandle(message.receiptHandle()));
        done += message.body().contains("in-9") ? 1 : 0;
      }
    }
  }

  private static void row(String store, String part, Histogram micros, Output out) {
    out.row(
        store,
        part,
        Output.millis(1e3 * micros.getValueAtPercentile(50)),
        Output.millis(1e3 * micros.getValueAtPercentile(99)),
        Output.millis(1e3 * micros.getMaxValue()));
  }

  private static long micros() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
  }

  private static void await(Clients clients, String queue, String key) {
    while (true) {
      var received = clients.sqs.receiveMessage(r -> r.queueUrl(queue).waitTimeSeconds(10));
      for (var message : received.messages()) {
        clients.sqs.deleteMessage(r -> r.queueUrl(queue).receiptHandle(message.receiptHandle()));
        if (message.body().contains(key)) {
          return;
        }
      }
    }
  }

  /// @return the queue that tells of results
  private static String deploy(Clients clients) throws IOException {
    clients.s3.createBucket(r -> r.bucket("bench-in"));
    clients.s3.createBucket(r -> r.bucket("bench-out"));
    var topic = clients.sns.createTopic(r -> r.name("bench-topic")).topicArn();
    var queue = clients.sqs.createQueue(r -> r.queueName("bench-queue")).queueUrl();
    var results = clients.sqs.createQueue(r -> r.queueName("bench-results")).queueUrl();
    clients.sns.subscribe(r -> r.topicArn(topic).protocol("sqs").endpoint(arn(clients, queue)));
    var toTopic =
        TopicConfiguration.builder().topicArn(topic).events(Event.S3_OBJECT_CREATED).build();
    clients.s3.putBucketNotificationConfiguration(
        r -> r.bucket("bench-in").notificationConfiguration(n -> n.topicConfigurations(toTopic)));
    var toResults =
        QueueConfiguration.builder()
            .queueArn(arn(clients, results))
            .events(Event.S3_OBJECT_CREATED)
            .build();
    clients.s3.putBucketNotificationConfiguration(r ->
        r.bucket("bench-out").notificationConfiguration(n -> n.queueConfigurations(toResults)));
    var code = Packages.of(Relay.class);
    clients.lambda.createFunction(r ->
        r.functionName("relay")
            .runtime(Runtime.JAVA25)
            .handler(Relay.class.getName())
            .role("arn:aws:iam::000000000000:role/bench")
            .memorySize(1769)
            .code(c -> c.zipFile(code))
            .environment(e -> e.variables(Map.of())));
    clients.lambda.createEventSourceMapping(
        r -> r.functionName("relay").eventSourceArn(arn(clients, queue)).batchSize(10));
    return results;
  }

  private static String arn(Clients clients, String url) {
    var attributes =
        clients
            .sqs
            .getQueueAttributes(r -> r.queueUrl(url).attributeNames(QueueAttributeName.QUEUE_ARN))
            .attributes();
    return Objects.requireNonNull(attributes.get(QueueAttributeName.QUEUE_ARN));
  }
}
