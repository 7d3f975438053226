package dev.terrarium.services.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.ComparisonOperator;
import software.amazon.awssdk.services.dynamodb.model.Condition;
import software.amazon.awssdk.services.dynamodb.model.CreateGlobalSecondaryIndexAction;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexUpdate;
import software.amazon.awssdk.services.dynamodb.model.IndexStatus;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;

final class QueriesTest extends TableFixture {
  private static final List<String> NUMBERS =
      List.of(
          "-1000000000000000000000000000000000000.5",
          "-12",
          "-2.5",
          "-2",
          "-0.00001",
          "0",
          "0.001",
          "1",
          "1.5",
          "2",
          "10",
          "99999999999999999999999999999999999999");

  @Test
  void numbersAreOrderedByValue() {
    dynamo.createTable(t ->
        t.tableName("numbers")
            .billingMode(BillingMode.PAY_PER_REQUEST)
            .attributeDefinitions(defined("pk", "S"), defined("n", "N"))
            .keySchema(hash("pk"), range("n")));
    var shuffled = new ArrayList<>(NUMBERS);
    java.util.Collections.shuffle(shuffled, new java.util.Random(1));
    shuffled.forEach(n -> put("numbers", "pk", "a", "n", AttributeValue.fromN(n)));
    var found =
        dynamo
            .query(q ->
                q.tableName("numbers")
                    .keyConditionExpression("pk = :a")
                    .expressionAttributeValues(Map.of(":a", s("a"))))
            .items();
    assertThat(found).extracting(i -> n(i, "n")).isEqualTo(NUMBERS);
    var some =
        dynamo
            .query(q ->
                q.tableName("numbers")
                    .keyConditionExpression("pk = :a AND n BETWEEN :x AND :y")
                    .scanIndexForward(false)
                    .expressionAttributeValues(Map.of(":a", s("a"), ":x", n(-2), ":y", n(1))))
            .items();
    assertThat(some)
        .extracting(i -> n(i, "n"))
        .containsExactly("1", "0.001", "0", "-0.00001", "-2");
  }

  @Test
  void aQueryGoesThroughItsPages() {
    table("things");
    for (int i = 10; i < 35; i++) {
      put("things", "pk", "a", "sk", "k" + i, "even", i % 2 == 0);
      put("things", "pk", "b", "sk", "k" + i);
    }
    var seen = new ArrayList<String>();
    Map<String, AttributeValue> start = Map.of();
    do {
      var from = start;
      var page =
          dynamo.query(q ->
              q.tableName("things")
                  .keyConditionExpression("pk = :a AND begins_with(sk, :k)")
                  .filterExpression("even = :t")
                  .limit(10)
                  .exclusiveStartKey(from.isEmpty() ? null : from)
                  .expressionAttributeValues(
                      Map.of(":a", s("a"), ":k", s("k"), ":t", value(true))));
      assertThat(page.count()).isEqualTo(page.items().size());
      page.items().forEach(i -> seen.add(s(i, "sk")));
      start = page.lastEvaluatedKey();
    } while (!start.isEmpty());
    assertThat(seen).hasSize(13).isSorted();
  }

  @Test
  void segmentsOfAScanDivideTheTable() {
    simpleTable("things", "N");
    for (int i = 0; i < 200; i++) {
      put("things", "pk", i);
    }
    var seen = new HashSet<String>();
    for (int segment = 0; segment < 7; segment++) {
      var part = segment;
      var found = dynamo.scan(s -> s.tableName("things").segment(part).totalSegments(7)).items();
      assertThat(found).isNotEmpty();
      found.forEach(i -> assertThat(seen.add(n(i, "pk"))).isTrue());
    }
    assertThat(seen).hasSize(200);
    assertThat(dynamo.describeTable(d -> d.tableName("things")).table().itemCount()).isEqualTo(200);
  }

  @Test
  void anIndexThatIsAddedLaterHoldsWhatWasThere() {
    table("things");
    for (int i = 0; i < 30; i++) {
      put("things", "pk", "p" + i, "sk", "s", "colour", i % 3 == 0 ? "red" : "blue", "x", i);
    }
    put("things", "pk", "none", "sk", "s");
    dynamo.updateTable(u ->
        u.tableName("things")
            .attributeDefinitions(defined("colour", "S"))
            .globalSecondaryIndexUpdates(
                GlobalSecondaryIndexUpdate.builder()
                    .create(
                        CreateGlobalSecondaryIndexAction.builder()
                            .indexName("byColour")
                            .keySchema(hash("colour"))
                            .projection(p -> p.projectionType(ProjectionType.KEYS_ONLY))
                            .build())
                    .build()));
    pass(java.time.Duration.ofSeconds(1));
    var index =
        dynamo
            .describeTable(d -> d.tableName("things"))
            .table()
            .globalSecondaryIndexes()
            .getFirst();
    assertThat(index.indexStatus()).isEqualTo(IndexStatus.ACTIVE);
    assertThat(index.itemCount()).isEqualTo(30);
    put("things", "pk", "p0", "sk", "s", "colour", "blue");
    dynamo.deleteItem(d -> d.tableName("things").key(item("pk", "p3", "sk", "s")));
    var red =
        dynamo.query(q ->
            q.tableName("things")
                .indexName("byColour")
                .keyConditionExpression("colour = :r")
                .expressionAttributeValues(Map.of(":r", s("red"))));
    assertThat(red.count()).isEqualTo(8);
    assertThat(red.items().getFirst()).containsOnlyKeys("pk", "sk", "colour");
    assertThat(
            invalid(() ->
                dynamo.query(q ->
                    q.tableName("things")
                        .indexName("byColour")
                        .consistentRead(true)
                        .keyConditionExpression("colour = :r")
                        .expressionAttributeValues(Map.of(":r", s("red"))))))
        .isEqualTo("Consistent reads are not supported on global secondary indexes");
  }

  @Test
  void wrongQueriesAreRefused() {
    table("things");
    assertThat(query("sk = :v")).isEqualTo("Query condition missed key schema element: pk");
    assertThat(query("pk = :v OR sk = :v"))
        .isEqualTo("Invalid operator used in KeyConditionExpression: OR");
    assertThat(query("pk > :v")).isEqualTo("Query key condition not supported");
    assertThat(query("pk = :v AND elsewhere = :v"))
        .isEqualTo("Query condition missed key schema element: sk");
  }

  private String query(String condition) {
    return invalid(() ->
        dynamo.query(q ->
            q.tableName("things")
                .keyConditionExpression(condition)
                .expressionAttributeValues(Map.of(":v", s("v")))));
  }

  @Test
  void keyConditionsOfOldMayComeWithAFilterExpression() {
    table("things");
    put("things", "pk", "a", "sk", "1", "v", 1);
    put("things", "pk", "a", "sk", "2", "v", 2);
    var key =
        Condition.builder()
            .comparisonOperator(ComparisonOperator.EQ)
            .attributeValueList(s("a"))
            .build();
    var found =
        dynamo.query(q ->
            q.tableName("things")
                .keyConditions(Map.of("pk", key))
                .filterExpression("v > :v")
                .expressionAttributeValues(Map.of(":v", n(1))));
    assertThat(found.items()).extracting(item -> s(item, "sk")).containsExactly("2");
    assertThat(
            invalid(() ->
                dynamo.query(q ->
                    q.tableName("things")
                        .keyConditions(Map.of("pk", key))
                        .keyConditionExpression("pk = :a")
                        .expressionAttributeValues(Map.of(":a", s("a"))))))
        .isEqualTo(
            "Can not use both expression and non-expression parameters in the same request:"
                + " Non-expression parameters: {KeyConditions} Expression parameters:"
                + " {KeyConditionExpression}");
  }

  @Test
  void aTableWithoutASortKeyTakesNoSecondKeyCondition() {
    simpleTable("things", "S");
    assertThat(
            invalid(() ->
                dynamo.query(q ->
                    q.tableName("things")
                        .keyConditionExpression("pk = :a AND x = :a")
                        .expressionAttributeValues(Map.of(":a", s("a"))))))
        .isEqualTo("Query key condition not supported");
  }
}
