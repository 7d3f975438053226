package dev.terrarium.services.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.AttributeValueUpdate;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ExpectedAttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;

final class ItemsTest extends TableFixture {
  @BeforeEach
  void makeTable() {
    table("things");
  }

  @Test
  void whatIsPutIsGot() {
    var item =
        item(
            "pk", "a",
            "sk", "1",
            "number", AttributeValue.fromN("12.50"),
            "list", List.of("x", 1, true),
            "map", Map.of("inner", Map.of("deep", "yes")),
            "set", AttributeValue.fromSs(List.of("b", "a")),
            "nothing", AttributeValue.fromNul(true));
    dynamo.putItem(p -> p.tableName("things").item(item));
    var got = get("things", "pk", "a", "sk", "1");
    assertThat(got).containsOnlyKeys(item.keySet());
    assertThat(n(got, "number")).isEqualTo("12.5");
    assertThat(got.get("map")).isEqualTo(item.get("map"));
    assertThat(got.get("list")).isEqualTo(item.get("list"));
    assertThat(java.util.Objects.requireNonNull(got.get("set")).ss())
        .containsExactlyInAnyOrder("a", "b");
    assertThat(get("things", "pk", "a", "sk", "2")).isEmpty();
  }

  @Test
  void conditionsGuardWrites() {
    put("things", "pk", "a", "sk", "1", "v", 1);
    var failed =
        org.assertj.core.api.Assertions.catchThrowableOfType(
            ConditionalCheckFailedException.class,
            () ->
                dynamo.putItem(p ->
                    p.tableName("things")
                        .item(item("pk", "a", "sk", "1", "v", 2))
                        .conditionExpression("attribute_not_exists(pk)")
                        .returnValuesOnConditionCheckFailure("ALL_OLD")));
    assertThat(failed.awsErrorDetails().errorMessage()).isEqualTo("The conditional request failed");
    assertThat(failed.item()).isEqualTo(item("pk", "a", "sk", "1", "v", 1));
    dynamo.putItem(p ->
        p.tableName("things")
            .item(item("pk", "a", "sk", "1", "v", 2))
            .conditionExpression("#v = :one AND (size(sk) < :n OR NOT contains(pk, :x))")
            .expressionAttributeNames(Map.of("#v", "v"))
            .expressionAttributeValues(Map.of(":one", n(1), ":n", n(5), ":x", s("z"))));
    assertThat(get("things", "pk", "a", "sk", "1").get("v")).isEqualTo(n(2));
  }

  @Test
  void updatesDoAllTheirSections() {
    put("things", "pk", "a", "sk", "1", "n", 5, "l", List.of("a", "b", "c"), "gone", true);
    var updated =
        dynamo.updateItem(u ->
            u.tableName("things")
                .key(item("pk", "a", "sk", "1"))
                .updateExpression(
                    "SET n = n + :two, m = if_not_exists(m, :m), l[5] = :d REMOVE gone, l[0]"
                        + " ADD seen :set, hits :two")
                .expressionAttributeValues(
                    Map.of(
                        ":two", n(2),
                        ":m", value(Map.of("x", 1)),
                        ":d", s("d"),
                        ":set", AttributeValue.fromSs(List.of("q"))))
                .returnValues(ReturnValue.ALL_NEW));
    assertThat(updated.attributes())
        .containsEntry("n", n(7))
        .containsEntry("m", value(Map.of("x", 1)))
        .containsEntry("l", value(List.of("b", "c", "d")))
        .containsEntry("hits", n(2))
        .containsEntry("seen", AttributeValue.fromSs(List.of("q")))
        .doesNotContainKey("gone");
    var nested =
        dynamo.updateItem(u ->
            u.tableName("things")
                .key(item("pk", "a", "sk", "1"))
                .updateExpression("SET m.y = :v")
                .expressionAttributeValues(Map.of(":v", s("new")))
                .returnValues(ReturnValue.UPDATED_NEW));
    assertThat(nested.attributes()).isEqualTo(item("m", Map.of("y", "new")));
  }

  @Test
  void legacyUpdatesAndExpectationsStillWork() {
    dynamo.updateItem(u ->
        u.tableName("things")
            .key(item("pk", "a", "sk", "1"))
            .attributeUpdates(
                Map.of(
                    "count",
                    AttributeValueUpdate.builder().action("ADD").value(n(3)).build(),
                    "name",
                    AttributeValueUpdate.builder().value(s("x")).build()))
            .expected(Map.of("count", ExpectedAttributeValue.builder().exists(false).build())));
    assertThat(get("things", "pk", "a", "sk", "1"))
        .isEqualTo(item("pk", "a", "sk", "1", "count", 3, "name", "x"));
    assertThat(
            error(() ->
                dynamo.deleteItem(d ->
                    d.tableName("things")
                        .key(item("pk", "a", "sk", "1"))
                        .expected(
                            Map.of(
                                "count",
                                ExpectedAttributeValue.builder()
                                    .comparisonOperator("LT")
                                    .attributeValueList(n(3))
                                    .build())))))
        .isEqualTo("ConditionalCheckFailedException: The conditional request failed");
  }

  @Test
  void wrongExpressionsAreRefusedInDynamosWords() {
    assertThat(invalidCondition("a = = b"))
        .isEqualTo("Invalid ConditionExpression: Syntax error; token: \"=\", near: \"= = b\"");
    assertThat(invalidCondition("status = :v"))
        .isEqualTo(
            "Invalid ConditionExpression: Attribute name is a reserved keyword; reserved keyword:"
                + " status");
    assertThat(invalidCondition("foo(a)"))
        .isEqualTo("Invalid ConditionExpression: Invalid function name; function: foo");
    assertThat(invalidCondition("a = :w"))
        .isEqualTo(
            "Invalid ConditionExpression: An expression attribute value used in expression is not"
                + " defined; attribute value: :w");
    assertThat(invalidCondition("#q = :v"))
        .isEqualTo(
            "Invalid ConditionExpression: An expression attribute name used in the document path is"
                + " not defined; attribute name: #q");
    assertThat(invalidCondition("attribute_exists(a)"))
        .isEqualTo("Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}");
    assertThat(invalidUpdate("SET a = :v, a.b = :v"))
        .isEqualTo(
            "Invalid UpdateExpression: Two document paths overlap with each other; must remove or"
                + " rewrite one of these paths; path one: [a], path two: [a, b]");
    assertThat(invalidUpdate("SET pk = :v"))
        .isEqualTo(
            "One or more parameter values were invalid: Cannot update attribute pk. This attribute"
                + " is part of the key");
    assertThat(invalidUpdate("SET x.y = :v"))
        .isEqualTo("The document path provided in the update expression is invalid for update");
    assertThat(invalidUpdate("INVALID SYNTAX HERE"))
        .isEqualTo(
            "Invalid UpdateExpression: Syntax error; token: \"INVALID\", near: \"INVALID SYNTAX\"");
  }

  private String invalidCondition(String expression) {
    return invalid(() ->
        dynamo.deleteItem(d ->
            d.tableName("things")
                .key(item("pk", "a", "sk", "1"))
                .conditionExpression(expression)
                .expressionAttributeValues(Map.of(":v", n(1)))));
  }

  private String invalidUpdate(String expression) {
    return invalid(() ->
        dynamo.updateItem(d ->
            d.tableName("things")
                .key(item("pk", "a", "sk", "1"))
                .updateExpression(expression)
                .expressionAttributeValues(Map.of(":v", n(1)))));
  }

  @Test
  void wrongKeysAndItemsAreRefused() {
    assertThat(invalid(() -> put("things", "sk", "1")))
        .isEqualTo("One or more parameter values were invalid: Missing the key pk in the item");
    assertThat(invalid(() -> put("things", "pk", 1, "sk", "1")))
        .isEqualTo(
            "One or more parameter values were invalid: Type mismatch for key pk expected: S actual:"
                + " N");
    assertThat(invalid(() -> put("things", "pk", "", "sk", "1")))
        .contains("cannot contain an empty string value. Key: pk");
    assertThat(invalid(() -> get("things", "pk", "a")))
        .isEqualTo("The provided key element does not match the schema");
    assertThat(invalid(() -> put("things", "pk", "a", "sk", "1", "x", "y".repeat(400 * 1024))))
        .isEqualTo("Item size has exceeded the maximum allowed size");
    assertThat(
            invalid(() ->
                put("things", "pk", "a", "sk", "1", "x", AttributeValue.fromN("1".repeat(39)))))
        .isEqualTo("Attempting to store more than 38 significant digits in a Number");
    assertThat(error(() -> put("nowhere", "pk", "a")))
        .isEqualTo("ResourceNotFoundException: Requested resource not found");
    assertThat(invalid(() -> dynamo.getItem(g -> g.tableName("a").key(item("pk", "a")))))
        .isEqualTo(
            "1 validation error detected: Value 'a' at 'tableName' failed to satisfy constraint:"
                + " Member must have length greater than or equal to 3");
  }

  @Test
  void keysHaveNoParts() {
    simpleTable("simple", "S");
    var wanted =
        "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed:"
            + " Key: pk";
    assertThat(
            invalid(() ->
                dynamo.putItem(p ->
                    p.tableName("simple")
                        .item(item("pk", "a"))
                        .conditionExpression("attribute_exists(pk.x)"))))
        .isEqualTo(wanted);
    assertThat(
            invalid(() ->
                dynamo.getItem(g ->
                    g.tableName("simple").key(item("pk", "a")).projectionExpression("v, pk[0]"))))
        .isEqualTo(wanted);
    assertThat(
            invalid(() ->
                dynamo.scan(s -> s.tableName("simple").filterExpression("size(pk.x) > size(v)"))))
        .isEqualTo(wanted);
  }

  @Test
  void deletingFromASetNeedsTheWayToIt() {
    simpleTable("simple", "S");
    put("simple", "pk", "a", "m", Map.of());
    var elements = Map.of(":x", AttributeValue.fromSs(List.of("x")));
    assertThat(
            invalid(() ->
                dynamo.updateItem(u ->
                    u.tableName("simple")
                        .key(item("pk", "a"))
                        .updateExpression("DELETE nope.s :x")
                        .expressionAttributeValues(elements))))
        .isEqualTo("The document path provided in the update expression is invalid for update");
    dynamo.updateItem(u ->
        u.tableName("simple")
            .key(item("pk", "a"))
            .updateExpression("DELETE m.s :x")
            .expressionAttributeValues(elements));
    assertThat(get("simple", "pk", "a")).isEqualTo(item("pk", "a", "m", Map.of()));
  }
}
