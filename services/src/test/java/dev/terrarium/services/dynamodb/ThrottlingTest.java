package dev.terrarium.services.dynamodb;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.Datapoint;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.Statistic;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.dynamodb.model.ThrottlingException;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/// Expectations are those of *Troubleshooting throttling* and *Burst and adaptive capacity* in the
/// developer guide.
@SuppressWarnings("unchecked") // Variable arguments of generic types.
final class ThrottlingTest extends TableFixture {
  private static final String EXCEEDED =
      "ProvisionedThroughputExceededException: The level of configured provisioned throughput for"
          + " the table was exceeded. Consider increasing your provisioning level with the"
          + " UpdateTable API.";

  private String arn = "";

  @BeforeEach
  void throttled() {
    dynamo.createTable(t ->
        t.tableName("tab")
            .attributeDefinitions(defined("pk", "S"), defined("g", "S"))
            .keySchema(hash("pk"))
            .provisionedThroughput(p -> p.readCapacityUnits(2L).writeCapacityUnits(2L))
            .globalSecondaryIndexes(g ->
                g.indexName("by-g")
                    .keySchema(hash("g"))
                    .projection(p -> p.projectionType("ALL"))
                    .provisionedThroughput(p -> p.readCapacityUnits(1L).writeCapacityUnits(1L)))
            .tags(tag -> tag.key("terrarium:throttling").value("on")));
    arn = dynamo.describeTable(d -> d.tableName("tab")).table().tableArn();
  }

  private static WriteRequest write(String key) {
    return WriteRequest.builder().putRequest(p -> p.item(item("pk", key))).build();
  }

  @Test
  void aTableTakesWhatItIsProvisionedWithAndMoreWhenTimeHasPassed() {
    put("tab", "pk", "a");
    put("tab", "pk", "b");
    assertThat(error(() -> put("tab", "pk", "c"))).isEqualTo(EXCEEDED);
    assertThat(get("tab", "pk", "c")).isEmpty();
    pass(Duration.ofMillis(500));
    put("tab", "pk", "c");
    assertThat(error(() -> put("tab", "pk", "dem"))).isEqualTo(EXCEEDED);
  }

  @Test
  void theErrorTellsWhatWasExceeded() {
    put("tab", "pk", "a");
    put("tab", "pk", "b");
    var error =
        catchThrowableOfType(
            ProvisionedThroughputExceededException.class, () -> put("tab", "pk", "c"));
    assertThat(error.throttlingReasons())
        .singleElement()
        .satisfies(reason -> {
          assertThat(reason.reason()).isEqualTo("TableWriteProvisionedThroughputExceeded");
          assertThat(reason.resource()).isEqualTo(arn);
        });
  }

  @Test
  void fiveMinutesOfWhatWasNotUsedAreKept() {
    pass(Duration.ofHours(1));
    for (int i = 0; i < 600; i++) {
      put("tab", "pk", "k" + i);
    }
    assertThat(error(() -> put("tab", "pk", "one more"))).isEqualTo(EXCEEDED);
  }

  @Test
  void anIndexWithoutCapacityHoldsTheTableUp() {
    put("tab", "pk", "a", "g", "x");
    var error =
        catchThrowableOfType(
            ProvisionedThroughputExceededException.class, () -> put("tab", "pk", "b", "g", "x"));
    assertThat(error.getMessage())
        .contains("for one or more global secondary indexes of the table was exceeded");
    assertThat(error.throttlingReasons().getFirst().reason())
        .isEqualTo("IndexWriteProvisionedThroughputExceeded");
    assertThat(error.throttlingReasons().getFirst().resource()).isEqualTo(arn + "/index/by-g");
    put("tab", "pk", "b");
  }

  @Test
  void readsAreCountedByTheirSizeAndPaidForAfterwards() {
    var text = "x".repeat(10_000);
    put("tab", "pk", "a", "text", text);
    assertThat(get("tab", "pk", "a")).isNotEmpty(); // One and a half units of two.
    assertThat(error(() -> get("tab", "pk", "a"))).isEqualTo(EXCEEDED);
    pass(Duration.ofSeconds(1));
    assertThat(dynamo.scan(s -> s.tableName("tab").consistentRead(true)).count()).isEqualTo(1);
    assertThat(error(() -> dynamo.scan(s -> s.tableName("tab")))).isEqualTo(EXCEEDED);
    assertThat(dynamo.scan(s -> s.tableName("tab").indexName("by-g")).count()).isZero();
  }

  @Test
  void aBatchGivesBackWhatItCouldNotDo() {
    var written =
        dynamo.batchWriteItem(
            b -> b.requestItems(Map.of("tab", List.of(write("a"), write("b"), write("c")))));
    assertThat(written.unprocessedItems()).isEqualTo(Map.of("tab", List.of(write("c"))));
    assertThat(error(() -> dynamo.batchWriteItem(b -> b.requestItems(written.unprocessedItems()))))
        .isEqualTo(EXCEEDED);
    var read =
        dynamo.batchGetItem(b ->
            b.requestItems(
                Map.of(
                    "tab",
                    KeysAndAttributes.builder()
                        .consistentRead(true)
                        .keys(List.of(item("pk", "a"), item("pk", "b"), item("pk", "c")))
                        .build())));
    assertThat(read.responses().get("tab")).hasSize(2);
    assertThat(requireNonNull(read.unprocessedKeys().get("tab")).keys())
        .isEqualTo(List.of(item("pk", "c")));
    assertThat(error(() -> dynamo.batchGetItem(b -> b.requestItems(read.unprocessedKeys()))))
        .isEqualTo(EXCEEDED);
  }

  @Test
  void aTransactionIsCancelledAndCostsNothing() {
    var error =
        catchThrowableOfType(
            TransactionCanceledException.class,
            () ->
                dynamo.transactWriteItems(t ->
                    t.transactItems(
                        i -> i.put(p -> p.tableName("tab").item(item("pk", "a"))),
                        i -> i.put(p -> p.tableName("tab").item(item("pk", "b"))))));
    assertThat(error.cancellationReasons().stream().map(CancellationReason::code))
        .containsExactly("None", "ProvisionedThroughputExceeded");
    dynamo.transactWriteItems(
        t -> t.transactItems(i -> i.put(p -> p.tableName("tab").item(item("pk", "a")))));
    var read =
        catchThrowableOfType(
            TransactionCanceledException.class,
            () ->
                dynamo.transactGetItems(t ->
                    t.transactItems(
                        i -> i.get(g -> g.tableName("tab").key(item("pk", "a"))),
                        i -> i.get(g -> g.tableName("tab").key(item("pk", "b"))))));
    assertThat(read.cancellationReasons().get(1).code()).isEqualTo("ProvisionedThroughputExceeded");
  }

  @Test
  void onDemandTablesHaveTheirOwnLimitAndWords() {
    dynamo.createTable(t ->
        t.tableName("dem")
            .attributeDefinitions(defined("pk", "S"))
            .keySchema(hash("pk"))
            .billingMode(BillingMode.PAY_PER_REQUEST)
            .onDemandThroughput(o -> o.maxWriteRequestUnits(1L))
            .tags(tag -> tag.key("terrarium:throttling").value("on")));
    put("dem", "pk", "a");
    var error = catchThrowableOfType(ThrottlingException.class, () -> put("dem", "pk", "b"));
    assertThat(error.throttlingReasons().getFirst().reason())
        .isEqualTo("TableWriteMaxOnDemandThroughputExceeded");
    for (int i = 0; i < 10; i++) {
      assertThat(get("dem", "pk", "a")).isNotEmpty();
    }
  }

  @Test
  void withoutTheTagNothingIsThrottled() {
    dynamo.untagResource(u -> u.resourceArn(arn).tagKeys("terrarium:throttling"));
    for (int i = 0; i < 20; i++) {
      put("tab", "pk", "a", "g", "x" + i);
    }
    assertThat(dynamo.scan(s -> s.tableName("tab")).count()).isEqualTo(1);
  }

  @Test
  void aStatementInABatchTellsThatItWasThrottled() {
    put("tab", "pk", "a");
    put("tab", "pk", "b");
    var response =
        dynamo.batchExecuteStatement(
            b -> b.statements(s -> s.statement("INSERT INTO tab VALUE {'pk': 'c'}")));
    assertThat(response.responses().getFirst().error().codeAsString())
        .isEqualTo("ProvisionedThroughputExceeded");
  }

  private double sum(String metric, String... dimensions) {
    var named = new ArrayList<Dimension>();
    for (int i = 0; i < dimensions.length; i += 2) {
      named.add(Dimension.builder().name(dimensions[i]).value(dimensions[i + 1]).build());
    }
    var now = cloud.clock().now();
    return cloud
        .client(CloudWatchClient.class)
        .getMetricStatistics(g ->
            g.namespace("AWS/DynamoDB")
                .metricName(metric)
                .dimensions(named)
                .startTime(now.minusSeconds(3600))
                .endTime(now.plusSeconds(60))
                .period(3600)
                .statistics(Statistic.SUM))
        .datapoints()
        .stream()
        .mapToDouble(Datapoint::sum)
        .sum();
  }

  @Test
  void cloudWatchIsToldWhatWasConsumedAndRefused() {
    put("tab", "pk", "a", "g", "x");
    assertThat(error(() -> put("tab", "pk", "b", "g", "x"))).contains("secondary indexes");
    put("tab", "pk", "c");
    assertThat(error(() -> put("tab", "pk", "d"))).isEqualTo(EXCEEDED);
    get("tab", "pk", "a");
    pass(Duration.ofMinutes(1));
    assertThat(sum("ConsumedWriteCapacityUnits", "TableName", "tab")).isEqualTo(2);
    assertThat(sum("ConsumedReadCapacityUnits", "TableName", "tab")).isEqualTo(0.5);
    assertThat(sum("ProvisionedWriteCapacityUnits", "TableName", "tab")).isEqualTo(2);
    assertThat(sum("WriteThrottleEvents", "TableName", "tab")).isEqualTo(1);
    assertThat(sum("WriteThrottleEvents", "TableName", "tab", "GlobalSecondaryIndexName", "by-g"))
        .isEqualTo(1);
    assertThat(sum("ThrottledRequests", "TableName", "tab", "Operation", "PutItem")).isEqualTo(1);
  }

  @Test
  void whatIsShownOnFailureIsOneOfTwo() {
    assertThat(
            invalid(() ->
                dynamo.putItem(p ->
                    p.tableName("tab")
                        .item(item("pk", "a"))
                        .returnValuesOnConditionCheckFailure("FOO"))))
        .endsWith("Member must satisfy enum value set: [ALL_OLD, NONE]");
  }
}
