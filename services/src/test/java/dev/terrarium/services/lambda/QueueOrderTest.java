package dev.terrarium.services.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Ids;
import dev.terrarium.kernel.store.FileBlobs;
import dev.terrarium.kernel.store.MemoryStore;
import dev.terrarium.kernel.time.Clock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.lambda.model.CreateEventSourceMappingRequest;
import software.amazon.awssdk.services.lambda.model.UpdateEventSourceMappingRequest;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/// Queues and functions through failures, restarts and changes of their mapping.
class QueueOrderTest {
  private static final Instant START = Instant.parse("2026-05-01T12:00:00Z");
  private static final String FIFO = "arn:aws:sqs:us-east-1:000000000000:q.fifo";
  private static final String STANDARD = "arn:aws:sqs:us-east-1:000000000000:q";

  private static LambdaFixture open(MemoryStore store, Path folder, Instant now)
      throws IOException {
    var ids = new Ids();
    return new LambdaFixture(
        Cloud.builder()
            .store(store)
            .blobs(new FileBlobs(folder, false, () -> ids.hex(32)))
            .clock(Clock.stoppedAt(now))
            .build());
  }

  private static String map(
      LambdaFixture fixture, String queue, Consumer<CreateEventSourceMappingRequest.Builder> more) {
    return fixture
        .lambda
        .createEventSourceMapping(b -> {
          b.functionName("f").eventSourceArn(queue);
          more.accept(b);
        })
        .uuid();
  }

  @Test
  void aGroupKeepsItsOrderThroughFailuresAndRestarts(@TempDir Path folder) throws IOException {
    var store = new MemoryStore();
    var now = START;
    var seen = new HashMap<String, Integer>();
    var handled = new ArrayList<Integer>();
    for (int life = 0; life < 3; life++) {
      try (var fixture = open(store, folder, now)) {
        var sqs = fixture.cloud.client(SqsClient.class);
        if (life == 0) {
          sqs.createQueue(b ->
              b.queueName("q.fifo")
                  .attributes(
                      Map.of(
                          QueueAttributeName.FIFO_QUEUE,
                          "true",
                          QueueAttributeName.CONTENT_BASED_DEDUPLICATION,
                          "true")));
          fixture.python(
              "f",
              """
              import json, random, time
              r = random.Random(5)
              def handler(e, c):
                  assert r.random() < 0.7
                  print('{"Records": %s, "at": %d}' % (json.dumps([[x['attributes']['MessageGroupId'],
                      int(x['body'])] for x in e['Records']]), time.monotonic_ns()))
              """);
          map(fixture, FIFO, b -> b.batchSize(3));
        }
        fixture.cloud.resume();
        var url = sqs.getQueueUrl(b -> b.queueName("q.fifo")).queueUrl();
        for (int n = life * 30; n < life * 30 + 30; n++) {
          var body = Integer.toString(n);
          sqs.sendMessage(b ->
              b.queueUrl(url)
                  .messageBody(body)
                  .messageGroupId("g" + body.charAt(body.length() - 1)));
        }
        fixture.cloud.timers().advance(Duration.ofSeconds(life < 2 ? 40 : 900));
        if (life == 2) {
          for (var event : TableFixture.events(fixture, "f")) {
            for (var message : event.path("Records")) {
              var before = seen.put(message.path(0).asText(), message.path(1).asInt());
              assertThat(message.path(1).asInt()).isGreaterThan(before == null ? -1 : before);
              handled.add(message.path(1).asInt());
            }
          }
        }
        now = fixture.cloud.clock().now().plusSeconds(1);
        store = store.fork();
      }
    }
    assertThat(handled)
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 90).boxed().toList());
  }

  @Test
  void noMoreBatchesRunAtOnceThanAllowed(@TempDir Path folder) throws IOException {
    try (var fixture = open(new MemoryStore(), folder, START)) {
      var sqs = fixture.cloud.client(SqsClient.class);
      var url = sqs.createQueue(b -> b.queueName("q")).queueUrl();
      fixture.python(
          "f",
          """
          import time
          def handler(e, c):
              start = time.monotonic_ns()
              time.sleep(0.05)
              print('ran %d %d' % (start, time.monotonic_ns()))
          """);
      for (int n = 0; n < 12; n++) {
        sqs.sendMessage(b -> b.queueUrl(url).messageBody("x"));
      }
      map(fixture, STANDARD, b -> b.batchSize(1).scalingConfig(s -> s.maximumConcurrency(2)));
      fixture.settle();
      assertThat(fixture.atOnce("f", "ran")).hasSize(12).allMatch(runs -> runs <= 2);
    }
  }

  @Test
  void aMappingOfAQueueIsChangedAsAwsDoes(@TempDir Path folder) throws IOException {
    try (var fixture = open(new MemoryStore(), folder, START)) {
      fixture.cloud.client(SqsClient.class).createQueue(b -> b.queueName("q"));
      fixture.python("f", "def handler(e, c):\n    pass\n");
      assertThatThrownBy(() -> map(fixture, STANDARD + "x", b -> {}))
          .hasMessageContaining(
              "SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The"
                  + " specified queue does not exist.");
      var uuid =
          map(
              fixture,
              STANDARD,
              b -> b.provisionedPollerConfig(p -> p.minimumPollers(3).maximumPollers(5)));
      assertThat(
              fixture
                  .lambda
                  .getEventSourceMapping(b -> b.uuid(uuid))
                  .provisionedPollerConfig()
                  .maximumPollers())
          .isEqualTo(5);
      Consumer<Consumer<UpdateEventSourceMappingRequest.Builder>> update =
          change ->
              fixture.lambda.updateEventSourceMapping(b -> {
                b.uuid(uuid);
                change.accept(b);
              });
      assertThatThrownBy(() -> update.accept(b -> b.scalingConfig(s -> s.maximumConcurrency(2))))
          .hasMessageContaining("cannot both be set");
      assertThatThrownBy(() -> update.accept(b -> b.parallelizationFactor(2)))
          .hasMessageContaining(
              "Unsupported ParallelizationFactor parameter for given event source mapping type.");
      assertThatThrownBy(() -> update.accept(b -> b.batchSize(50)))
          .hasMessageContaining("Maximum batch window in seconds must be greater than 0");
      update.accept(b -> b.batchSize(50).maximumBatchingWindowInSeconds(2));
      fixture.settle();
      var shown = fixture.lambda.getEventSourceMapping(b -> b.uuid(uuid));
      assertThat(shown.state()).isEqualTo("Enabled");
      assertThat(shown.batchSize()).isEqualTo(50);
      assertThat(shown.stateTransitionReason()).isEqualTo("USER_INITIATED");
    }
  }
}
