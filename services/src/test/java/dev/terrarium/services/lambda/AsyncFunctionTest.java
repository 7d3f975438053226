package dev.terrarium.services.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Ids;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.store.FileBlobs;
import dev.terrarium.kernel.store.MemoryStore;
import dev.terrarium.kernel.time.Clock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.InvocationType;

class AsyncFunctionTest {
  private final LambdaFixture fixture =
      new LambdaFixture(
          Cloud.builder().clock(Clock.stoppedAt(Instant.parse("2026-05-01T12:00:00Z"))).build());

  @AfterEach
  void close() {
    fixture.close();
  }

  private String send(String function, String payload) {
    var response =
        fixture.lambda.invoke(b ->
            b.functionName(function)
                .invocationType(InvocationType.EVENT)
                .payload(SdkBytes.fromUtf8String(payload)));
    assertThat(response.statusCode()).isEqualTo(202);
    fixture.settle();
    return response.payload().asUtf8String();
  }

  private long starts(String function) {
    return fixture.logLines(function).stream().filter(l -> l.startsWith("START ")).count();
  }

  @Test
  void anEventIsHandledBehindTheCallersBack() {
    fixture.python("f", "def handler(e, c):\n    print('handled', e)\n");
    assertThat(send("f", "7")).isEmpty();
    assertThat(fixture.logLines("f")).contains("handled 7\n");
  }

  @Test
  void aBurstStartsNoMoreSandboxesAtOnceThanTheHostHasProcessors() {
    fixture.python(
        "f",
        """
        import time
        start = time.monotonic_ns()
        time.sleep(0.05)
        print('began %d %d' % (start, time.monotonic_ns()))
        def handler(e, c):
            print('ran')
        """);
    for (int i = 0; i < 30; i++) {
      fixture.lambda.invoke(b ->
          b.functionName("f")
              .invocationType(InvocationType.EVENT)
              .payload(SdkBytes.fromUtf8String("{}")));
    }
    assertThat(fixture.logLines("f")).filteredOn(line -> line.startsWith("ran")).hasSize(30);
    var processors = Math.max(2, Runtime.getRuntime().availableProcessors());
    assertThat(fixture.atOnce("f", "began")).isNotEmpty().allMatch(began -> began <= processors);
  }

  @Test
  void aFailingEventIsTriedAgainAfterOneAndAfterTwoMinutes() {
    fixture.python("f", "def handler(e, c):\n    raise ValueError('no')\n");
    send("f", "1");
    assertThat(starts("f")).isEqualTo(1);
    fixture.cloud.timers().advance(Duration.ofSeconds(59));
    assertThat(starts("f")).isEqualTo(1);
    fixture.cloud.timers().advance(Duration.ofSeconds(1));
    assertThat(starts("f")).isEqualTo(2);
    fixture.cloud.timers().advance(Duration.ofMinutes(2));
    assertThat(starts("f")).isEqualTo(3);
    fixture.cloud.timers().advance(Duration.ofHours(1));
    assertThat(starts("f")).isEqualTo(3);
    var ids =
        fixture.logLines("f").stream()
            .filter(l -> l.startsWith("START "))
            .map(l -> l.substring(17, 53))
            .distinct();
    assertThat(ids).hasSize(1);
  }

  @Test
  void destinationsLearnWhatBecameOfAnEvent() {
    fixture.python("told", "def handler(e, c):\n    import json\n    print(json.dumps(e))\n");
    fixture.python("f", "def handler(e, c):\n    return 1 / e['by']\n");
    var told = "arn:aws:lambda:us-east-1:000000000000:function:told";
    fixture.lambda.putFunctionEventInvokeConfig(b ->
        b.functionName("f")
            .maximumRetryAttempts(0)
            .destinationConfig(
                d -> d.onSuccess(s -> s.destination(told)).onFailure(s -> s.destination(told))));
    send("f", "{\"by\":2}");
    send("f", "{\"by\":0}");
    var records =
        fixture.logLines("told").stream().filter(l -> l.startsWith("{")).map(Json::parse).toList();
    assertThat(records).hasSize(2);
    var success = records.getFirst();
    assertThat(success.path("version").asText()).isEqualTo("1.0");
    assertThat(success.path("requestContext").path("condition").asText()).isEqualTo("Success");
    assertThat(success.path("requestContext").path("functionArn").asText())
        .isEqualTo("arn:aws:lambda:us-east-1:000000000000:function:f:$LATEST");
    assertThat(success.path("responsePayload").asDouble()).isEqualTo(0.5);
    var failure = records.getLast();
    assertThat(failure.path("requestContext").path("condition").asText())
        .isEqualTo("RetriesExhausted");
    assertThat(failure.path("requestContext").path("approximateInvokeCount").asInt()).isEqualTo(1);
    assertThat(failure.path("responseContext").path("functionError").asText())
        .isEqualTo("Unhandled");
    assertThat(failure.path("responsePayload").path("errorType").asText())
        .isEqualTo("ZeroDivisionError");
    assertThat(failure.path("requestPayload").path("by").asInt()).isEqualTo(0);
  }

  @Test
  void anAcceptedEventOutlivesTheProcess(@TempDir Path folder) throws IOException {
    var store = new MemoryStore();
    var ids = new Ids();
    var start = Instant.parse("2026-05-01T12:00:00Z");
    var blobs = new FileBlobs(folder.resolve("blobs"), false, () -> ids.hex(32));
    var first = Cloud.builder().store(store).blobs(blobs).clock(Clock.stoppedAt(start)).build();
    var before = new LambdaFixture(first);
    before.python("f", "def handler(e, c):\n    raise ValueError('no')\n");
    before.lambda.invoke(b -> b.functionName("f").invocationType(InvocationType.EVENT));
    before.settle();
    assertThat(before.logLines("f").stream().filter(l -> l.startsWith("START "))).hasSize(1);
    first.close();
    var later = Clock.stoppedAt(start.plusSeconds(90));
    var second = Cloud.builder().store(store).blobs(blobs).clock(later).build();
    try (var after = new LambdaFixture(second)) {
      second.resume();
      after.settle();
      assertThat(after.logLines("f").stream().filter(l -> l.startsWith("START "))).hasSize(2);
    }
  }

  @Test
  void aThrottledEventWaitsUntilThereIsRoom() {
    fixture.python("f", "def handler(e, c):\n    print('handled')\n");
    fixture.lambda.putFunctionConcurrency(b -> b.functionName("f").reservedConcurrentExecutions(0));
    send("f", "1");
    fixture.cloud.timers().advance(Duration.ofMinutes(1));
    fixture.lambda.deleteFunctionConcurrency(b -> b.functionName("f"));
    fixture.cloud.timers().advance(Duration.ofMinutes(5));
    assertThat(fixture.logLines("f")).containsOnlyOnce("handled\n");
  }
}
