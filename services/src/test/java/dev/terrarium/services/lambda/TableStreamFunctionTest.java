package dev.terrarium.services.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrarium.kernel.Ids;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.store.FileBlobs;
import dev.terrarium.kernel.store.MemoryStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.lambda.model.Filter;
import software.amazon.awssdk.services.lambda.model.FunctionResponseType;
import software.amazon.awssdk.services.sqs.SqsClient;

class TableStreamFunctionTest {
  private static final String PRINT = TableFixture.printing("");

  private final TableFixture table = new TableFixture(1);

  @AfterEach
  void close() {
    table.close();
  }

  private void put(int from, int to) {
    IntStream.range(from, to).forEach(n -> table.put("i" + n, n));
  }

  private String queue() {
    return table
        .lambda
        .cloud
        .client(SqsClient.class)
        .createQueue(b -> b.queueName("failed"))
        .queueUrl();
  }

  private List<com.fasterxml.jackson.databind.JsonNode> failed(String url) {
    return table
        .lambda
        .cloud
        .client(SqsClient.class)
        .receiveMessage(b -> b.queueUrl(url).maxNumberOfMessages(10))
        .messages()
        .stream()
        .map(m -> Json.parse(m.body()))
        .toList();
  }

  @Test
  void aChangeReachesTheFunctionInAwsForm() {
    table.lambda.python("f", PRINT);
    table.map("f", b -> {});
    table.put("a", 1);
    table.put("a", 2);
    var records = new ArrayList<com.fasterxml.jackson.databind.JsonNode>();
    table.events("f").forEach(e -> e.path("Records").forEach(records::add));
    assertThat(records).hasSize(2);
    var record = records.getLast();
    assertThat(record.path("eventID").asText()).hasSize(32);
    assertThat(record.path("eventName").asText()).isEqualTo("MODIFY");
    assertThat(record.path("eventVersion").asText()).isEqualTo("1.1");
    assertThat(record.path("eventSource").asText()).isEqualTo("aws:dynamodb");
    assertThat(record.path("awsRegion").asText()).isEqualTo("us-east-1");
    assertThat(record.path("eventSourceARN").asText()).isEqualTo(table.stream);
    var change = record.path("dynamodb");
    assertThat(change.path("ApproximateCreationDateTime").asLong())
        .isEqualTo(TableFixture.START.getEpochSecond());
    assertThat(Json.write(change.path("Keys"))).isEqualTo("{\"id\":{\"S\":\"a\"}}");
    assertThat(Json.write(change.path("NewImage")))
        .isEqualTo("{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"2\"}}");
    assertThat(Json.write(change.path("OldImage")))
        .isEqualTo("{\"id\":{\"S\":\"a\"},\"n\":{\"N\":\"1\"}}");
    assertThat(change.path("StreamViewType").asText()).isEqualTo("NEW_AND_OLD_IMAGES");
    assertThat(change.path("SequenceNumber").asText()).hasSize(21);
  }

  @Test
  void aMappingIsDescribedAsAwsDoes() {
    table.lambda.python("f", PRINT);
    var made =
        table.lambda.lambda.createEventSourceMapping(
            b -> b.functionName("f").eventSourceArn(table.stream).startingPosition("LATEST"));
    assertThat(made.state()).isEqualTo("Creating");
    assertThat(made.stateTransitionReason()).isEqualTo("User action");
    assertThat(made.batchSize()).isEqualTo(100);
    assertThat(made.parallelizationFactor()).isEqualTo(1);
    assertThat(made.maximumRecordAgeInSeconds()).isEqualTo(-1);
    assertThat(made.maximumRetryAttempts()).isEqualTo(-1);
    assertThat(made.tumblingWindowInSeconds()).isZero();
    assertThat(made.bisectBatchOnFunctionError()).isFalse();
    assertThat(made.destinationConfig().onFailure().destination()).isNull();
    assertThat(made.lastProcessingResult()).isEqualTo("No records processed");
    table.put("a", 1);
    table.lambda.settle();
    var shown = table.lambda.lambda.getEventSourceMapping(b -> b.uuid(made.uuid()));
    assertThat(shown.state()).isEqualTo("Enabled");
    assertThat(shown.lastProcessingResult()).isEqualTo("OK");
  }

  @Test
  void latestBeginsBehindWhatWasThere() {
    table.lambda.python("f", PRINT);
    table.put("before", 1);
    table.map("f", b -> b.startingPosition("LATEST"));
    table.put("after", 2);
    table.advance(Duration.ofHours(3));
    table.put("after", 3);
    assertThat(table.batches("f")).containsExactly(List.of(2), List.of(3));
  }

  @Test
  void anErrorHoldsTheShardUntilItIsOver() {
    table.lambda.python(
        "f",
        TableFixture.printing(
            """
                handler.n = handler.__dict__.get('n', 0) + 1
                assert handler.n > 2
            """));
    table.map("f", b -> b.batchSize(10));
    table.put("a", 1);
    table.lambda.settle();
    table.put("a", 2);
    table.advance(Duration.ofSeconds(5));
    var batches = table.batches("f");
    assertThat(batches).containsExactly(List.of(1), List.of(1), List.of(1), List.of(2));
  }

  @Test
  void splittingFindsThePoisonInFewSteps() {
    var url = queue();
    table.lambda.python(
        "f",
        TableFixture.printing(
            "    assert not any(r['dynamodb']['NewImage']['n']['N'] == '77' for r in e['Records'])\n"));
    put(0, 100);
    table.map(
        "f",
        b ->
            b.bisectBatchOnFunctionError(true)
                .maximumRetryAttempts(0)
                .destinationConfig(d ->
                    d.onFailure(f -> f.destination("arn:aws:sqs:us-east-1:000000000000:failed"))));
    table.advance(Duration.ofSeconds(10));
    var poisoned = table.batches("f").stream().filter(b -> b.contains(77)).toList();
    assertThat(poisoned).hasSizeLessThanOrEqualTo(1 + 7);
    assertThat(poisoned.getLast()).containsExactly(77);
    var good = table.batches("f").stream().filter(b -> !b.contains(77)).flatMap(List::stream);
    assertThat(good)
        .containsExactlyElementsOf(IntStream.range(0, 100).boxed().filter(n -> n != 77).toList());
    var told = failed(url);
    assertThat(told).hasSize(1);
    var record = told.getFirst();
    assertThat(record.path("requestContext").path("condition").asText())
        .isEqualTo("RetryAttemptsExhausted");
    assertThat(record.path("requestContext").path("functionArn").asText())
        .isEqualTo("arn:aws:lambda:us-east-1:000000000000:function:f");
    assertThat(record.path("responseContext").path("functionError").asText())
        .isEqualTo("Unhandled");
    assertThat(record.path("version").asText()).isEqualTo("1.0");
    var info = record.path("DDBStreamBatchInfo");
    assertThat(info.path("batchSize").asInt()).isEqualTo(1);
    assertThat(info.path("streamArn").asText()).isEqualTo(table.stream);
    assertThat(info.path("shardId").asText()).startsWith("shardId-");
    assertThat(info.path("startSequenceNumber").asText())
        .isEqualTo(info.path("endSequenceNumber").asText());
    assertThat(info.path("approximateArrivalOfFirstRecord").asText())
        .isEqualTo("2026-05-01T12:00:00Z");
  }

  @Test
  void whatIsReportedAndBehindItComesAgain() {
    table.lambda.python(
        "f",
        TableFixture.printing(
            """
                handler.n = handler.__dict__.get('n', 0) + 1
                if handler.n == 1:
                    s = e['Records'][3]['dynamodb']['SequenceNumber']
                    return {'batchItemFailures': [{'itemIdentifier': s}]}
            """));
    put(0, 6);
    table.map("f", b -> b.functionResponseTypes(FunctionResponseType.REPORT_BATCH_ITEM_FAILURES));
    table.advance(Duration.ofSeconds(5));
    assertThat(table.batches("f")).containsExactly(List.of(0, 1, 2, 3, 4, 5), List.of(3, 4, 5));
  }

  @Test
  void whatGrowsTooOldIsGivenUp() {
    var url = queue();
    table.lambda.python("f", TableFixture.printing("    assert False\n"));
    table.map(
        "f",
        b ->
            b.maximumRecordAgeInSeconds(60)
                .destinationConfig(d ->
                    d.onFailure(f -> f.destination("arn:aws:sqs:us-east-1:000000000000:failed"))));
    table.put("a", 1);
    table.advance(Duration.ofSeconds(59));
    assertThat(failed(url)).isEmpty();
    table.advance(Duration.ofSeconds(3));
    var told = failed(url);
    assertThat(told).hasSize(1);
    var context = told.getFirst().path("requestContext");
    assertThat(context.path("condition").asText()).isEqualTo("RecordAgeExceeded");
    assertThat(context.path("approximateInvokeCount").asInt())
        .isEqualTo(table.batches("f").size())
        .isGreaterThan(3);
  }

  @Test
  void onlyWhatPassesTheFilterIsDelivered() {
    table.lambda.python("f", PRINT);
    table.map(
        "f",
        b ->
            b.filterCriteria(c ->
                c.filters(
                    Filter.builder()
                        .pattern(
                            "{\"eventName\":[\"MODIFY\"],\"dynamodb\":{\"Keys\":{\"id\":{\"S\":[\"a\"]}}}}")
                        .build())));
    table.put("a", 1);
    table.put("b", 1);
    table.put("a", 2);
    table.put("b", 2);
    assertThat(table.batches("f")).containsExactly(List.of(2));
  }

  @Test
  void aDisabledMappingGoesOnWhereItWas() {
    table.lambda.python("f", PRINT);
    var uuid = table.map("f", b -> {});
    table.put("a", 1);
    table.lambda.settle();
    assertThat(
            table.lambda.lambda.updateEventSourceMapping(b -> b.uuid(uuid).enabled(false)).state())
        .isEqualTo("Disabling");
    table.lambda.settle();
    assertThat(table.lambda.lambda.getEventSourceMapping(b -> b.uuid(uuid)).state())
        .isEqualTo("Disabled");
    table.put("a", 2);
    table.lambda.settle();
    assertThat(table.batches("f")).containsExactly(List.of(1));
    assertThat(
            table.lambda.lambda.updateEventSourceMapping(b -> b.uuid(uuid).enabled(true)).state())
        .isEqualTo("Enabling");
    assertThat(table.batches("f")).containsExactly(List.of(1), List.of(2));
    assertThat(table.lambda.lambda.deleteEventSourceMapping(b -> b.uuid(uuid)).state())
        .isEqualTo("Deleting");
    table.lambda.settle();
    assertThatThrownBy(() -> table.lambda.lambda.getEventSourceMapping(b -> b.uuid(uuid)))
        .hasMessageContaining("The resource you requested does not exist.");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void everyChangeArrivesInTheOrderOfItsItemThroughFailures(long seed) {
    var random = new Random(seed);
    table.lambda.python(
        "f",
        """
        import json, random, time
        r = random.Random(%d)
        def handler(e, c):
            assert r.random() < 0.6
            print('{"Records": %%s, "at": %%d}' %% (json.dumps([[x['dynamodb']['Keys']['id']['S'],
                int(x['dynamodb']['NewImage']['n']['N'])] for x in e['Records']]), time.monotonic_ns()))
        """
            .formatted(seed));
    table.map(
        "f",
        b ->
            b.parallelizationFactor(1 + (int) seed)
                .batchSize(5)
                .bisectBatchOnFunctionError(seed == 2));
    var last = new HashMap<String, Integer>();
    for (int n = 0; n < 120; n++) {
      var id = "i" + random.nextInt(8);
      table.put(id, n);
      last.put(id, n);
      if (random.nextInt(20) == 0) {
        table.advance(Duration.ofMillis(random.nextInt(2000)));
      }
    }
    table.advance(Duration.ofMinutes(10));
    var seen = new HashMap<String, Integer>();
    var handled = new ArrayList<Integer>();
    for (var event : table.events("f")) {
      for (var change : event.path("Records")) {
        var before = seen.put(change.path(0).asText(), change.path(1).asInt());
        assertThat(change.path(1).asInt()).isGreaterThan(before == null ? -1 : before);
        handled.add(change.path(1).asInt());
      }
    }
    assertThat(seen).isEqualTo(last);
    assertThat(handled)
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 120).boxed().toList());
  }

  @Test
  void aRestartGoesOnWhereTheLastOneWas(@TempDir Path folder) throws IOException {
    var ids = new Ids();
    var blobs = new FileBlobs(folder, false, () -> ids.hex(32));
    var store = new MemoryStore();
    String stream;
    try (var first = new TableFixture(store, blobs, TableFixture.START, null)) {
      stream = first.stream;
      first.lambda.python("f", PRINT);
      first.map("f", b -> b.startingPosition("LATEST").parallelizationFactor(3));
      first.put("a", 1);
      assertThat(first.batches("f")).containsExactly(List.of(1));
      first.lambda.lambda.putFunctionConcurrency(
          b -> b.functionName("f").reservedConcurrentExecutions(0));
      first.put("b", 2);
      first.lambda.settle();
    }
    var blobsAgain = new FileBlobs(folder, false, () -> ids.hex(32));
    var later = TableFixture.START.plusSeconds(3600);
    try (var second = new TableFixture(store.fork(), blobsAgain, later, stream)) {
      second.lambda.lambda.deleteFunctionConcurrency(b -> b.functionName("f"));
      second.lambda.cloud.resume();
      second.put("c", 3);
      second.advance(Duration.ofMinutes(2));
      assertThat(second.batches("f").stream().flatMap(List::stream))
          .containsExactlyInAnyOrder(1, 2, 3);
    }
  }

  @Test
  void whatDoesNotFitTheSourceIsRefused() {
    table.lambda.python("f", PRINT);
    assertThatThrownBy(() -> table.map("f", b -> b.startingPosition((String) null)))
        .hasMessageContaining(
            "1 validation error detected: Value null at 'startingPosition' failed to satisfy"
                + " constraint: Member must not be null.");
    assertThatThrownBy(() ->
            table.map(
                "f",
                b ->
                    b.startingPosition("AT_TIMESTAMP")
                        .startingPositionTimestamp(TableFixture.START)))
        .hasMessageContaining("Unsupported starting position for arn type: " + table.stream);
    assertThatThrownBy(() -> table.map("f", b -> b.scalingConfig(s -> s.maximumConcurrency(2))))
        .hasMessageContaining(
            "Unsupported ScalingConfig parameter for given event source mapping type.");
    assertThatThrownBy(() -> table.map("f", b -> b.parallelizationFactor(11)))
        .hasMessageContaining("Member must have value less than or equal to 10");
    var gone = "arn:aws:dynamodb:us-east-1:000000000000:table/x/stream/2026-05-01T12:00:00.000";
    assertThatThrownBy(() -> table.map("f", b -> b.eventSourceArn(gone)))
        .hasMessageContaining("Stream not found: " + gone);
  }
}
