package dev.terrarium.services.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.TransactGetItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

final class TransactionsTest extends TableFixture {
  @BeforeEach
  void makeTable() {
    simpleTable("accounts", "S");
    put("accounts", "pk", "a", "balance", 10);
    put("accounts", "pk", "b", "balance", 0);
  }

  private static TransactWriteItem move(String account, int amount) {
    return TransactWriteItem.builder()
        .update(u ->
            u.tableName("accounts")
                .key(item("pk", account))
                .updateExpression("ADD balance :x")
                .conditionExpression("balance >= :min")
                .returnValuesOnConditionCheckFailure("ALL_OLD")
                .expressionAttributeValues(Map.of(":x", n(amount), ":min", n(-amount))))
        .build();
  }

  @Test
  void aTransactionHappensAsAWholeOrNotAtAll() {
    dynamo.transactWriteItems(t -> t.transactItems(move("a", -7), move("b", 7)));
    assertThat(get("accounts", "pk", "b")).isEqualTo(item("pk", "b", "balance", 7));
    var cancelled =
        Assertions.catchThrowableOfType(
            TransactionCanceledException.class,
            () -> dynamo.transactWriteItems(t -> t.transactItems(move("b", 7), move("a", -7))));
    assertThat(cancelled.awsErrorDetails().errorMessage())
        .isEqualTo(
            "Transaction cancelled, please refer cancellation reasons for specific reasons [None,"
                + " ConditionalCheckFailed]");
    assertThat(cancelled.cancellationReasons())
        .extracting(CancellationReason::code)
        .containsExactly("None", "ConditionalCheckFailed");
    assertThat(cancelled.cancellationReasons().get(1).item())
        .isEqualTo(item("pk", "a", "balance", 3));
    var both =
        dynamo.transactGetItems(t ->
            t.transactItems(
                TransactGetItem.builder()
                    .get(g -> g.tableName("accounts").key(item("pk", "b")))
                    .build(),
                TransactGetItem.builder()
                    .get(g -> g.tableName("accounts").key(item("pk", "x")))
                    .build()));
    assertThat(both.responses().get(0).item()).isEqualTo(item("pk", "b", "balance", 7));
    assertThat(both.responses().get(1).hasItem()).isFalse();
  }

  @Test
  void aTokenMakesATransactionHappenOnce() {
    for (int i = 0; i < 3; i++) {
      dynamo.transactWriteItems(t -> t.clientRequestToken("once").transactItems(move("b", 1)));
    }
    assertThat(get("accounts", "pk", "b")).isEqualTo(item("pk", "b", "balance", 1));
    assertThat(
            error(() ->
                dynamo.transactWriteItems(
                    t -> t.clientRequestToken("once").transactItems(move("b", 2)))))
        .startsWith("IdempotentParameterMismatchException: ");
    pass(Duration.ofMinutes(11));
    dynamo.transactWriteItems(t -> t.clientRequestToken("once").transactItems(move("b", 2)));
    assertThat(get("accounts", "pk", "b")).isEqualTo(item("pk", "b", "balance", 3));
  }

  @Test
  void theSameItemTwiceIsRefused() {
    assertThat(
            invalid(
                () -> dynamo.transactWriteItems(t -> t.transactItems(move("a", 1), move("a", 2)))))
        .isEqualTo("Transaction request cannot include multiple operations on one item");
    assertThat(
            invalid(() ->
                dynamo.batchGetItem(b ->
                    b.requestItems(
                        Map.of(
                            "accounts",
                            KeysAndAttributes.builder()
                                .keys(List.of(item("pk", "a"), item("pk", "a")))
                                .build())))))
        .isEqualTo("Provided list of item keys contains duplicates");
  }

  @Test
  void batchesWriteAndReadManyItems() {
    var writes =
        List.of(
            WriteRequest.builder().putRequest(p -> p.item(item("pk", "c", "balance", 1))).build(),
            WriteRequest.builder().deleteRequest(d -> d.key(item("pk", "a"))).build());
    var written =
        dynamo.batchWriteItem(
            b -> b.requestItems(Map.of("accounts", writes)).returnConsumedCapacity("TOTAL"));
    assertThat(written.unprocessedItems()).isEmpty();
    assertThat(written.consumedCapacity().getFirst().capacityUnits()).isEqualTo(2);
    var read =
        dynamo.batchGetItem(b ->
            b.requestItems(
                Map.of(
                    "accounts",
                    KeysAndAttributes.builder()
                        .keys(List.of(item("pk", "a"), item("pk", "b"), item("pk", "c")))
                        .projectionExpression("pk")
                        .build())));
    assertThat(read.responses().get("accounts"))
        .containsExactlyInAnyOrder(item("pk", "b"), item("pk", "c"));
  }
}
