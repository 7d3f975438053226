package dev.terrarium.services.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.testkit.Seed;
import dev.terrarium.testkit.Seeded;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.LocalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/// Random operations against DynamoDB and against a map: in the end the table is the map, each
/// index is the table, and the stream is the history of both.
final class TableModelTest extends TableFixture {
  private final Map<String, Map<String, AttributeValue>> model = new TreeMap<>();
  private final List<String> history = new ArrayList<>();

  private String makeTable() {
    return dynamo
        .createTable(t ->
            t.tableName("things")
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(
                    defined("pk", "S"), defined("sk", "N"), defined("g", "S"), defined("l", "N"))
                .keySchema(hash("pk"), range("sk"))
                .globalSecondaryIndexes(
                    GlobalSecondaryIndex.builder()
                        .indexName("global")
                        .keySchema(hash("g"))
                        .projection(p -> p.projectionType("ALL"))
                        .build())
                .localSecondaryIndexes(
                    LocalSecondaryIndex.builder()
                        .indexName("local")
                        .keySchema(hash("pk"), range("l"))
                        .projection(p -> p.projectionType("KEYS_ONLY"))
                        .build())
                .streamSpecification(
                    s -> s.streamEnabled(true).streamViewType("NEW_AND_OLD_IMAGES")))
        .tableDescription()
        .latestStreamArn();
  }

  @Seeded(tries = 20)
  void theTableIsTheModelAndItsIndexesAndItsHistory(Seed seed) {
    var random = seed.random();
    var arn = makeTable();
    for (int i = 0; i < 150; i++) {
      step(random);
    }
    var found = byKey(dynamo.scan(s -> s.tableName("things").consistentRead(true)).items());
    assertThat(found).isEqualTo(model);
    var counted = dynamo.describeTable(d -> d.tableName("things")).table();
    assertThat(counted.itemCount()).isEqualTo(model.size());
    var indexed = byKey(dynamo.scan(s -> s.tableName("things").indexName("global")).items());
    var wanted = new TreeMap<>(model);
    wanted.values().removeIf(item -> !item.containsKey("g"));
    assertThat(indexed).isEqualTo(wanted);
    assertThat(counted.globalSecondaryIndexes().getFirst().itemCount()).isEqualTo(wanted.size());
    var local = byKey(dynamo.scan(s -> s.tableName("things").indexName("local")).items());
    var withLocal = new TreeMap<>(model);
    withLocal.values().removeIf(item -> !item.containsKey("l"));
    assertThat(local.keySet()).isEqualTo(withLocal.keySet());
    assertThat(replayed(arn)).isEqualTo(model);
  }

  private void step(Random random) {
    var key = item("pk", "p" + random.nextInt(3), "sk", random.nextInt(8) - 4);
    switch (random.nextInt(6)) {
      case 0, 1 -> put(random, key);
      case 2 -> increment(random, key);
      case 3 -> {
        dynamo.deleteItem(d -> d.tableName("things").key(key));
        model.remove(name(key));
      }
      case 4 -> unless(key, random.nextInt(100));
      default -> transact(random, key);
    }
    assertThat(dynamo.getItem(g -> g.tableName("things").key(key)).item())
        .isEqualTo(model.getOrDefault(name(key), Map.of()));
  }

  private static Map<String, AttributeValue> some(Random random, Map<String, AttributeValue> key) {
    var item = new HashMap<>(key);
    item.put("v", n(random.nextInt(100)));
    if (random.nextBoolean()) {
      item.put("g", s("g" + random.nextInt(3)));
    }
    if (random.nextBoolean()) {
      item.put("l", n(random.nextInt(5)));
    }
    return item;
  }

  private void put(Random random, Map<String, AttributeValue> key) {
    var item = some(random, key);
    dynamo.putItem(p -> p.tableName("things").item(item));
    model.put(name(key), item);
  }

  private void increment(Random random, Map<String, AttributeValue> key) {
    var by = random.nextInt(10) - 5;
    dynamo.updateItem(u ->
        u.tableName("things")
            .key(key)
            .updateExpression("SET v = if_not_exists(v, :zero) + :by REMOVE g")
            .expressionAttributeValues(Map.of(":zero", n(0), ":by", n(by))));
    var item = new HashMap<>(model.getOrDefault(name(key), key));
    var before = item.containsKey("v") ? Long.parseLong(n(item, "v")) : 0;
    item.put("v", n(before + by));
    item.remove("g");
    model.put(name(key), item);
  }

  private void unless(Map<String, AttributeValue> key, int limit) {
    var there = model.get(name(key));
    var holds = there != null && Long.parseLong(n(there, "v")) < limit;
    try {
      dynamo.deleteItem(d ->
          d.tableName("things")
              .key(key)
              .conditionExpression("v < :limit")
              .expressionAttributeValues(Map.of(":limit", n(limit))));
      assertThat(holds).isTrue();
      model.remove(name(key));
    } catch (ConditionalCheckFailedException e) {
      assertThat(holds).isFalse();
    }
  }

  private void transact(Random random, Map<String, AttributeValue> key) {
    var other = item("pk", "other", "sk", random.nextInt(3));
    var first = some(random, key);
    var second = some(random, other);
    var there = model.containsKey(name(other));
    try {
      dynamo.transactWriteItems(t ->
          t.transactItems(
              TransactWriteItem.builder().put(p -> p.tableName("things").item(first)).build(),
              TransactWriteItem.builder()
                  .put(p ->
                      p.tableName("things")
                          .item(second)
                          .conditionExpression("attribute_not_exists(pk)"))
                  .build()));
      assertThat(there).isFalse();
      model.put(name(key), first);
      model.put(name(other), second);
    } catch (TransactionCanceledException e) {
      assertThat(there).isTrue();
    }
  }

  /// The table that the records of the stream add up to; each must continue what came before.
  private Map<String, Map<String, AttributeValue>> replayed(String arn) {
    var streams = cloud.client(DynamoDbStreamsClient.class);
    var replayed = new TreeMap<String, Map<String, AttributeValue>>();
    var shards = streams.describeStream(d -> d.streamArn(arn)).streamDescription().shards();
    for (var shard : shards) {
      var iterator =
          streams
              .getShardIterator(i ->
                  i.streamArn(arn)
                      .shardId(shard.shardId())
                      .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
              .shardIterator();
      for (Record record : streams.getRecords(g -> g.shardIterator(iterator)).records()) {
        var change = record.dynamodb();
        var before = change.hasOldImage() ? change.oldImage() : null;
        var name = name(change.keys());
        assertThat(replayed.get(name)).isEqualTo(before);
        if (change.hasNewImage()) {
          replayed.put(name, change.newImage());
        } else {
          replayed.remove(name);
        }
        history.add(record.eventID());
      }
    }
    assertThat(history).doesNotHaveDuplicates();
    return replayed;
  }

  private static Map<String, Map<String, AttributeValue>> byKey(
      List<Map<String, AttributeValue>> items) {
    var byKey = new TreeMap<String, Map<String, AttributeValue>>();
    items.forEach(item -> assertThat(byKey.put(name(item), item)).isNull());
    return byKey;
  }

  private static String name(Map<String, AttributeValue> key) {
    return s(key, "pk") + "/" + n(key, "sk");
  }
}
