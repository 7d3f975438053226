package dev.terrarium.app.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateGlobalSecondaryIndexAction;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexUpdate;
import software.amazon.awssdk.services.dynamodb.model.IndexStatus;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ReplicationGroupUpdate;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/// Money moves between accounts in transactions, each with a record of it in another table, which
/// has a replica in another region, time to live, and an index that comes and goes.
///
/// The balances are always what the records say, every acknowledged record is there, the index and
/// the replica come to be the table, and what has expired goes.
final class TransferLoad implements Load {
  private static final String ACCOUNTS = "accounts";
  private static final String TRANSFERS = "transfers";
  private static final String INDEX = "by-group";
  private static final int COUNT = 5;
  private static final int BALANCE = 1000;
  private static final String FLEETING = "fleeting";
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final AtomicInteger number = new AtomicInteger();
  private final Set<String> acknowledged = new ConcurrentSkipListSet<>();

  @Override
  public void prepare(Clients clients) {
    var dynamo = clients.dynamo();
    for (var table : List.of(ACCOUNTS, TRANSFERS)) {
      dynamo.createTable(t ->
          t.tableName(table)
              .billingMode(BillingMode.PAY_PER_REQUEST)
              .attributeDefinitions(attribute("id"))
              .keySchema(key("id")));
    }
    for (int i = 0; i < COUNT; i++) {
      var account = Map.of("id", text("a" + i), "balance", number(BALANCE));
      dynamo.putItem(p -> p.tableName(ACCOUNTS).item(account));
    }
    dynamo.updateTimeToLive(u ->
        u.tableName(TRANSFERS).timeToLiveSpecification(t -> t.enabled(true).attributeName("ends")));
    var replica =
        ReplicationGroupUpdate.builder().create(c -> c.regionName(Clients.ELSEWHERE.id())).build();
    dynamo.updateTable(u -> u.tableName(TRANSFERS).replicaUpdates(replica));
  }

  private static AttributeDefinition attribute(String name) {
    return AttributeDefinition.builder().attributeName(name).attributeType("S").build();
  }

  private static KeySchemaElement key(String name) {
    return KeySchemaElement.builder().attributeName(name).keyType(KeyType.HASH).build();
  }

  private static AttributeValue text(String text) {
    return AttributeValue.fromS(text);
  }

  private static AttributeValue number(long number) {
    return AttributeValue.fromN(Long.toString(number));
  }

  @Override
  public void run(Clients clients, BooleanSupplier goesOn) {
    switchIndex(clients.dynamo());
    var random = new Random(number.get());
    while (goesOn.getAsBoolean()) {
      var n = number.incrementAndGet();
      if (n % 10 == 0) {
        var past = System.currentTimeMillis() / 1000 - 1;
        var item = Map.of("id", text(FLEETING + n), "ends", number(past), "g", text("g"));
        clients.dynamo().putItem(p -> p.tableName(TRANSFERS).item(item));
      } else {
        transfer(
            clients.dynamo(), "t" + n, random.nextInt(COUNT), random.nextInt(COUNT - 1), n % 7);
      }
    }
  }

  /// The index comes or goes, and the kill may come in the middle of it.
  private static void switchIndex(DynamoDbClient dynamo) {
    var there = index(dynamo) != null;
    var update = GlobalSecondaryIndexUpdate.builder();
    if (there) {
      update.delete(d -> d.indexName(INDEX));
    } else {
      update.create(
          CreateGlobalSecondaryIndexAction.builder()
              .indexName(INDEX)
              .keySchema(key("g"))
              .projection(p -> p.projectionType(ProjectionType.ALL))
              .build());
    }
    dynamo.updateTable(u -> {
      u.tableName(TRANSFERS).globalSecondaryIndexUpdates(List.of(update.build()));
      if (!there) {
        u.attributeDefinitions(attribute("id"), attribute("g"));
      }
    });
  }

  private static @Nullable IndexStatus index(DynamoDbClient dynamo) {
    return dynamo
        .describeTable(d -> d.tableName(TRANSFERS))
        .table()
        .globalSecondaryIndexes()
        .stream()
        .map(GlobalSecondaryIndexDescription::indexStatus)
        .findFirst()
        .orElse(null);
  }

  private void transfer(DynamoDbClient dynamo, String id, int from, int step, int amount) {
    var to = (from + 1 + step) % COUNT;
    var record =
        Map.of(
            "id", text(id),
            "from", text("a" + from),
            "to", text("a" + to),
            "amount", number(amount),
            "g", text("g" + amount % 3));
    try {
      dynamo.transactWriteItems(t ->
          t.transactItems(
              change("a" + from, -amount),
              change("a" + to, amount),
              TransactWriteItem.builder()
                  .put(p ->
                      p.tableName(TRANSFERS)
                          .item(record)
                          .conditionExpression("attribute_not_exists(id)"))
                  .build()));
      acknowledged.add(id);
    } catch (TransactionCanceledException e) {
      assertThat(e.cancellationReasons().getFirst().code()).isEqualTo("ConditionalCheckFailed");
    }
  }

  private static TransactWriteItem change(String account, int by) {
    return TransactWriteItem.builder()
        .update(u ->
            u.tableName(ACCOUNTS)
                .key(Map.of("id", text(account)))
                .updateExpression("SET balance = balance + :by")
                .conditionExpression("balance >= :least")
                .expressionAttributeValues(
                    Map.of(":by", number(by), ":least", number(Math.max(0, -by)))))
        .build();
  }

  @Override
  public int acknowledged() {
    return acknowledged.size();
  }

  @Override
  public void check(Clients clients) {
    var dynamo = clients.dynamo();
    var table =
        await(
            () -> items(dynamo, TRANSFERS, null),
            items -> items.keySet().stream().noneMatch(id -> id.startsWith(FLEETING)),
            "what has expired goes");
    assertThat(table.keySet()).as("every acknowledged transfer").containsAll(acknowledged);
    var balances = new HashMap<String, Long>();
    table
        .values()
        .forEach(record -> {
          balances.merge(s(record, "from"), -n(record, "amount"), Long::sum);
          balances.merge(s(record, "to"), n(record, "amount"), Long::sum);
        });
    items(dynamo, ACCOUNTS, null)
        .forEach((id, account) ->
            assertThat(n(account, "balance"))
                .as("the balance of " + id + " is what the transfers say")
                .isEqualTo(BALANCE + balances.getOrDefault(id, 0L)));
    if (index(dynamo) != null) {
      await(() -> index(dynamo), IndexStatus.ACTIVE::equals, "the index is filled");
      assertThat(items(dynamo, TRANSFERS, INDEX)).as("the index is the table").isEqualTo(table);
    }
    await(
        () -> items(clients.elsewhere(), TRANSFERS, null),
        table::equals,
        "the replica is the table");
  }

  private static <T extends @Nullable Object> T await(
      Supplier<T> look, Predicate<T> isRight, String what) {
    var end = System.nanoTime() + PATIENCE_NANOS;
    while (true) {
      var seen = look.get();
      if (isRight.test(seen)) {
        return seen;
      }
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      LockSupport.parkNanos(20_000_000);
    }
  }

  private static Map<String, Map<String, AttributeValue>> items(
      DynamoDbClient dynamo, String table, @Nullable String index) {
    var found = new TreeMap<String, Map<String, AttributeValue>>();
    dynamo
        .scanPaginator(s -> s.tableName(table).indexName(index))
        .items()
        .forEach(item -> found.put(s(item, "id"), item));
    return found;
  }

  private static String s(Map<String, AttributeValue> item, String name) {
    return Objects.requireNonNull(item.get(name)).s();
  }

  private static long n(Map<String, AttributeValue> item, String name) {
    return Long.parseLong(Objects.requireNonNull(item.get(name)).n());
  }

  @Override
  public String toString() {
    return "transfers " + acknowledged.size() + " booked, in two regions";
  }
}
