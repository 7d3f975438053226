package dev.terrarium.services.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.lambda.model.Filter;
import software.amazon.awssdk.services.lambda.model.FunctionResponseType;
import software.amazon.awssdk.services.lambda.model.ResourceConflictException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

class QueueFunctionTest {
  private static final String PRINT =
      "import json\ndef handler(e, c):\n    for r in e['Records']:\n        print(json.dumps(r))\n";

  private final LambdaFixture fixture =
      new LambdaFixture(
          Cloud.builder().clock(Clock.stoppedAt(Instant.parse("2026-05-01T12:00:00Z"))).build());
  private final SqsClient sqs = fixture.cloud.client(SqsClient.class);
  private String url = "";

  @BeforeEach
  void createQueue() {
    url = sqs.createQueue(b -> b.queueName("q")).queueUrl();
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private String map(
      String function,
      java.util.function.Consumer<
              software.amazon.awssdk.services.lambda.model.CreateEventSourceMappingRequest.Builder>
          more) {
    return fixture
        .lambda
        .createEventSourceMapping(b -> {
          b.functionName(function).eventSourceArn("arn:aws:sqs:us-east-1:000000000000:q");
          more.accept(b);
        })
        .uuid();
  }

  private List<com.fasterxml.jackson.databind.JsonNode> records(String function) {
    return fixture.logLines(function).stream()
        .filter(l -> l.startsWith("{"))
        .map(Json::parse)
        .toList();
  }

  private int left() {
    fixture.settle();
    var attributes =
        sqs.getQueueAttributes(b ->
                b.queueUrl(url)
                    .attributeNames(
                        QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
                        QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE))
            .attributes();
    return attributes.values().stream().mapToInt(Integer::parseInt).sum();
  }

  @Test
  void aMessageReachesTheFunctionInAwsForm() {
    fixture.python("f", PRINT);
    map("f", b -> {});
    var sent =
        sqs.sendMessage(b ->
            b.queueUrl(url)
                .messageBody("hello")
                .messageAttributes(
                    Map.of(
                        "kind",
                        MessageAttributeValue.builder()
                            .dataType("String")
                            .stringValue("greeting")
                            .build())));
    assertThat(left()).isZero();
    var record = records("f").getFirst();
    assertThat(record.path("messageId").asText()).isEqualTo(sent.messageId());
    assertThat(record.path("body").asText()).isEqualTo("hello");
    assertThat(record.path("md5OfBody").asText()).isEqualTo("5d41402abc4b2a76b9719d911017c592");
    assertThat(record.path("eventSource").asText()).isEqualTo("aws:sqs");
    assertThat(record.path("eventSourceARN").asText())
        .isEqualTo("arn:aws:sqs:us-east-1:000000000000:q");
    assertThat(record.path("awsRegion").asText()).isEqualTo("us-east-1");
    assertThat(record.path("attributes").path("ApproximateReceiveCount").asText()).isEqualTo("1");
    assertThat(record.path("attributes").properties())
        .extracting(Map.Entry::getKey)
        .containsExactly(
            "ApproximateFirstReceiveTimestamp",
            "ApproximateReceiveCount",
            "SenderId",
            "SentTimestamp");
    assertThat(record.path("messageAttributes").path("kind").path("stringValue").asText())
        .isEqualTo("greeting");
  }

  @Test
  void aFailedBatchComesBackAfterItsVisibilityTimeout() {
    fixture.python(
        "f",
        "import json\ndef handler(e, c):\n    print(json.dumps(e['Records'][0]))\n    assert e['Records'][0]['attributes']['ApproximateReceiveCount'] == '2'\n");
    map("f", b -> {});
    sqs.sendMessage(b -> b.queueUrl(url).messageBody("x"));
    assertThat(left()).isEqualTo(1);
    fixture.cloud.timers().advance(Duration.ofSeconds(31));
    assertThat(left()).isZero();
    assertThat(records("f")).hasSize(2);
  }

  @Test
  void onlyTheReportedMessagesComeBack() {
    fixture.python(
        "f",
        """
        def handler(e, c):
            return {"batchItemFailures": [{"itemIdentifier": r["messageId"]}
                    for r in e["Records"] if r["body"] == "bad"]}
        """);
    map("f", b -> b.functionResponseTypes(FunctionResponseType.REPORT_BATCH_ITEM_FAILURES));
    sqs.sendMessage(b -> b.queueUrl(url).messageBody("good"));
    sqs.sendMessage(b -> b.queueUrl(url).messageBody("bad"));
    assertThat(left()).isEqualTo(1);
  }

  @Test
  void whatTheFilterRefusesIsDeleted() {
    fixture.python("f", PRINT);
    map(
        "f",
        b ->
            b.filterCriteria(c ->
                c.filters(Filter.builder().pattern("{\"body\":{\"kind\":[\"wanted\"]}}").build())));
    sqs.sendMessage(b -> b.queueUrl(url).messageBody("{\"kind\":\"wanted\"}"));
    sqs.sendMessage(b -> b.queueUrl(url).messageBody("{\"kind\":\"other\"}"));
    sqs.sendMessage(b -> b.queueUrl(url).messageBody("text"));
    assertThat(left()).isZero();
    assertThat(records("f"))
        .extracting(r -> r.path("body").asText())
        .containsExactly("{\"kind\":\"wanted\"}");
  }

  @Test
  void aDisabledMappingLeavesMessagesAlone() {
    fixture.python("f", PRINT);
    var uuid = map("f", b -> {});
    fixture.lambda.updateEventSourceMapping(b -> b.uuid(uuid).enabled(false));
    sqs.sendMessage(b -> b.queueUrl(url).messageBody("later"));
    assertThat(left()).isEqualTo(1);
    fixture.lambda.updateEventSourceMapping(b -> b.uuid(uuid).enabled(true));
    assertThat(left()).isZero();
    fixture.lambda.deleteEventSourceMapping(b -> b.uuid(uuid));
    sqs.sendMessage(b -> b.queueUrl(url).messageBody("never"));
    assertThat(left()).isEqualTo(1);
  }

  @Test
  void aBatchingWindowGathersMessages() {
    fixture.python("f", "def handler(e, c):\n    print('batch of', len(e['Records']))\n");
    map("f", b -> b.batchSize(100).maximumBatchingWindowInSeconds(10));
    for (int i = 0; i < 30; i++) {
      sqs.sendMessage(b -> b.queueUrl(url).messageBody("x"));
    }
    fixture.cloud.timers().advance(Duration.ofSeconds(11));
    assertThat(fixture.logLines("f")).contains("batch of 30\n");
    assertThat(left()).isZero();
  }

  @Test
  void aFifoQueueKeepsItsOrderWithinAGroup() {
    var fifo =
        sqs.createQueue(b ->
                b.queueName("q.fifo")
                    .attributes(
                        Map.of(
                            QueueAttributeName.FIFO_QUEUE,
                            "true",
                            QueueAttributeName.CONTENT_BASED_DEDUPLICATION,
                            "true")))
            .queueUrl();
    fixture.python("f", PRINT);
    fixture.lambda.createEventSourceMapping(b ->
        b.functionName("f")
            .batchSize(2)
            .eventSourceArn("arn:aws:sqs:us-east-1:000000000000:q.fifo"));
    for (int i = 0; i < 9; i++) {
      var body = Integer.toString(i);
      sqs.sendMessage(b -> b.queueUrl(fifo).messageBody(body).messageGroupId("g"));
    }
    fixture.settle();
    assertThat(records("f"))
        .extracting(r -> r.path("body").asText())
        .containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8");
  }

  @Test
  void aSecondMappingOfTheSamePairIsRefused() {
    fixture.python("f", PRINT);
    map("f", b -> {});
    assertThatThrownBy(() -> map("f", b -> {})).isInstanceOf(ResourceConflictException.class);
    fixture.python("slow", PRINT, b -> b.timeout(60));
    assertThatThrownBy(() -> map("slow", b -> {}))
        .hasMessageContaining(
            "Queue visibility timeout: 30 seconds is less than Function timeout: 60 seconds");
    assertThatThrownBy(() -> map("f", b -> b.batchSize(11)))
        .hasMessageContaining("Maximum batch window in seconds must be greater than 0");
  }
}
