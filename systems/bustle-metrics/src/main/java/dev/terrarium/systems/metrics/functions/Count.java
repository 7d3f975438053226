package dev.terrarium.systems.metrics.functions;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.systems.functions.Aws;
import dev.terrarium.systems.functions.Event;
import dev.terrarium.systems.functions.StreamHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/// Adds a batch to the counters of its shard, and notes in the same transaction how far the shard
/// is: so each event is counted once, however often its batch comes.
public final class Count extends StreamHandler {
  private final DynamoDbClient dynamo = Aws.dynamo();
  private final String table = variable("COUNTERS");

  private static final class Sum {
    long views;
    long conversions;
  }

  @Override
  protected void take(List<JsonNode> records) {
    var events = records.stream().map(Event::of).toList();
    var shard = events.getFirst().shard();
    var reached = reached(shard);
    var sums = new TreeMap<String, Sum>();
    var last = reached;
    for (var event : events) {
      if (event.order().compareTo(reached) > 0) {
        last = event.order();
        var data = event.data();
        var counter =
            "%s#%s#%s#%s"
                .formatted(
                    data.path("experiment").asText(),
                    data.path("variant").asText(),
                    data.path("device").asText(),
                    shard);
        var sum = sums.computeIfAbsent(counter, c -> new Sum());
        sum.views++;
        sum.conversions += data.path("converted").asBoolean() ? 1 : 0;
      }
    }
    if (!sums.isEmpty()) {
      add(shard, reached, last, sums);
    }
  }

  private String reached(String shard) {
    var item =
        dynamo
            .getItem(get ->
                get.tableName(table)
                    .consistentRead(true)
                    .key(Map.of("counter", AttributeValue.fromS(shard))))
            .item();
    return item.isEmpty() ? "" : Objects.requireNonNull(item.get("reached")).s();
  }

  private void add(String shard, String from, String to, Map<String, Sum> sums) {
    var writes = new ArrayList<TransactWriteItem>();
    writes.add(
        TransactWriteItem.builder()
            .update(update ->
                update
                    .tableName(table)
                    .key(Map.of("counter", AttributeValue.fromS(shard)))
                    .conditionExpression("attribute_not_exists(reached) OR reached = :from")
                    .updateExpression("SET reached = :to")
                    .expressionAttributeValues(
                        Map.of(
                            ":from", AttributeValue.fromS(from), ":to", AttributeValue.fromS(to))))
            .build());
    sums.forEach((counter, sum) ->
        writes.add(
            TransactWriteItem.builder()
                .update(update ->
                    update
                        .tableName(table)
                        .key(Map.of("counter", AttributeValue.fromS(counter)))
                        .updateExpression("ADD #views :views, conversions :conversions")
                        .expressionAttributeNames(Map.of("#views", "views"))
                        .expressionAttributeValues(
                            Map.of(
                                ":views", AttributeValue.fromN(Long.toString(sum.views)),
                                ":conversions",
                                    AttributeValue.fromN(Long.toString(sum.conversions)))))
                .build()));
    dynamo.transactWriteItems(write -> write.transactItems(writes));
  }
}
