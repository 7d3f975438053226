package dev.terrarium.services.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.RecursiveInvocationException;
import software.amazon.awssdk.services.lambda.model.RecursiveLoop;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeNameForSends;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeValue;

/// Loops, late events and dead letters.
class FunctionLoopTest {
  private static final String COUNT =
      "import os\ndef handler(e, c):\n    print('trace', os.environ['_X_AMZN_TRACE_ID'])\n";

  private final LambdaFixture fixture =
      new LambdaFixture(
          Cloud.builder().clock(Clock.stoppedAt(Instant.parse("2026-05-01T12:00:00Z"))).build());
  private final SqsClient sqs = fixture.cloud.client(SqsClient.class);

  @AfterEach
  void close() {
    fixture.close();
  }

  private String trace(int number) {
    var lines = fixture.logLines("f").stream().filter(line -> line.startsWith("trace ")).toList();
    assertThat(lines).hasSize(number);
    return lines.getLast().substring(6).strip();
  }

  private void send(String url, String trace) {
    sqs.sendMessage(b ->
        b.queueUrl(url)
            .messageBody("round")
            .messageSystemAttributes(
                Map.of(
                    MessageSystemAttributeNameForSends.AWS_TRACE_HEADER,
                    MessageSystemAttributeValue.builder()
                        .dataType("String")
                        .stringValue(trace)
                        .build())));
  }

  @Test
  void aLoopThroughAQueueEndsAfterSixteenRounds() {
    fixture.python("f", COUNT);
    var url = sqs.createQueue(b -> b.queueName("q")).queueUrl();
    fixture.lambda.createEventSourceMapping(
        b -> b.functionName("f").eventSourceArn("arn:aws:sqs:us-east-1:000000000000:q"));
    sqs.sendMessage(b -> b.queueUrl(url).messageBody("first"));
    var trace = trace(1);
    assertThat(trace).matches("Root=1-\\S+;Parent=\\S{16};Sampled=1;Lineage=[0-9a-f]{8}:1");
    for (int round = 2; round <= 16; round++) {
      send(url, trace);
      trace = trace(round);
    }
    send(url, trace);
    trace(16);
    fixture.lambda.putFunctionRecursionConfig(
        b -> b.functionName("f").recursiveLoop(RecursiveLoop.ALLOW));
    assertThat(fixture.lambda.getFunctionRecursionConfig(b -> b.functionName("f")).recursiveLoop())
        .isEqualTo(RecursiveLoop.ALLOW);
    fixture.cloud.timers().advance(Duration.ofSeconds(31));
    trace(17);
  }

  @Test
  void aDirectInvocationInALoopIsRefused() {
    fixture.python("f", COUNT);
    fixture.cloud.as(
        "test",
        "loop",
        fixture.cloud.defaultScope(),
        () -> {
          fixture.invoke("f", "{}");
          var lineage = trace(1).replaceFirst(".*Lineage=", "").replace(":1", ":16");
          fixture.cloud.causedBy(
              "Root=1-00000000-000000000000000000000000;Lineage=" + lineage,
              () ->
                  assertThatThrownBy(() -> fixture.invoke("f", "{}"))
                      .isInstanceOf(RecursiveInvocationException.class)
                      .hasMessageContaining(
                          "Lambda has detected the function being invoked in a recursive loop"));
        });
  }

  @Test
  void anEventThatIsTooOldBecomesADeadLetter() {
    var url = sqs.createQueue(b -> b.queueName("dead")).queueUrl();
    var told = sqs.createQueue(b -> b.queueName("told")).queueUrl();
    fixture.python(
        "f",
        "def handler(e, c):\n    raise ValueError('no')\n",
        b -> b.deadLetterConfig(d -> d.targetArn("arn:aws:sqs:us-east-1:000000000000:dead")));
    fixture.lambda.putFunctionEventInvokeConfig(b ->
        b.functionName("f")
            .maximumEventAgeInSeconds(60)
            .destinationConfig(
                d -> d.onFailure(o -> o.destination("arn:aws:sqs:us-east-1:000000000000:told"))));
    fixture.lambda.putFunctionConcurrency(b -> b.functionName("f").reservedConcurrentExecutions(0));
    fixture.lambda.invoke(b ->
        b.functionName("f")
            .invocationType(InvocationType.EVENT)
            .payload(SdkBytes.fromUtf8String("{\"n\":1}")));
    fixture.cloud.timers().advance(Duration.ofSeconds(50));
    assertThat(sqs.receiveMessage(b -> b.queueUrl(url)).messages()).isEmpty();
    fixture.cloud.timers().advance(Duration.ofMinutes(2));
    var letters = sqs.receiveMessage(b -> b.queueUrl(url).messageAttributeNames("All")).messages();
    assertThat(letters).hasSize(1);
    assertThat(letters.getFirst().body()).isEqualTo("{\"n\":1}");
    assertThat(letters.getFirst().messageAttributes()).containsKeys("RequestID", "ErrorCode");
    var record = Json.parse(sqs.receiveMessage(b -> b.queueUrl(told)).messages().getFirst().body());
    assertThat(record.path("requestContext").path("condition").asText())
        .isEqualTo("EventAgeExceeded");
  }

  @Test
  void aProcessThatTakesTooMuchMemoryIsKilled() {
    fixture.python(
        "f",
        "import time\ndef handler(e, c):\n    b = bytearray(300 * 1024 * 1024)\n    time.sleep(5)\n    return len(b)\n",
        b -> b.timeout(30));
    assertThat(fixture.json("f", "{}").path("errorMessage").asText())
        .endsWith("Error: Runtime exited with error: signal: killed");
    assertThat(fixture.logLines("f"))
        .anyMatch(line -> line.contains("Max Memory Used: 128 MB"))
        .anyMatch(line -> line.contains("Status: error\tError Type: Runtime.ExitError"));
  }

  @Test
  void layersAreUnderOpt() {
    var layer =
        fixture
            .lambda
            .publishLayerVersion(b ->
                b.layerName("l")
                    .content(
                        c -> c.zipFile(Zips.of("bin/tool", "#!/bin/sh\necho from the layer $1\n"))))
            .layerVersionArn();
    fixture.python(
        "f",
        "import subprocess\ndef handler(e, c):\n    return subprocess.run(['/opt/bin/tool', 'x'], capture_output=True, text=True).stdout\n",
        b -> b.layers(layer));
    assertThat(fixture.answer("f", "{}")).isEqualTo("\"from the layer x\\n\"");
  }
}
