package dev.terrarium.systems.realtime.functions;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;
import software.amazon.awssdk.services.sns.SnsClient;

/// The tables: what was taken in, how far each key is, and what is suspicious.
final class Ledger {
  private static final int WRITES_AT_ONCE = 25;
  private static final int READS_AT_ONCE = 100;
  private static final int STEPS_AT_ONCE = 100;
  private static final int ATTEMPTS = 8;

  /// One key's progress.
  record Step(String key, Progress from, Progress to) {}

  private final String events = Objects.requireNonNull(System.getenv("EVENTS"));
  private final String alerts = Objects.requireNonNull(System.getenv("ALERTS"));
  private final String topic = Objects.requireNonNullElse(System.getenv("TOPIC"), "");
  private final DynamoDbClient dynamo =
      DynamoDbClient.builder().httpClient(UrlConnectionHttpClient.create()).build();
  private final SnsClient sns =
      SnsClient.builder().httpClient(UrlConnectionHttpClient.create()).build();

  /// How far the keys are; those that have not begun are absent.
  Map<String, Map<String, AttributeValue>> progress(Collection<String> keys) {
    var found = new HashMap<String, Map<String, AttributeValue>>();
    var left = List.copyOf(keys);
    for (int from = 0; from < left.size(); from += READS_AT_ONCE) {
      var some = left.subList(from, Math.min(left.size(), from + READS_AT_ONCE));
      var wanted =
          KeysAndAttributes.builder()
              .consistentRead(true)
              .keys(some.stream().map(Ledger::progressKey).toList())
              .build();
      for (int attempt = 0; wanted != null && attempt < ATTEMPTS; attempt++) {
        var now = wanted;
        var answer = dynamo.batchGetItem(get -> get.requestItems(Map.of(events, now)));
        answer
            .responses()
            .getOrDefault(events, List.of())
            .forEach(item -> found.put(Objects.requireNonNull(item.get("pk")).s(), item));
        wanted = answer.unprocessedKeys().get(events);
      }
      if (wanted != null) {
        throw new IllegalStateException("The table does not answer for all keys");
      }
    }
    return found;
  }

  private static Map<String, AttributeValue> progressKey(String key) {
    return Map.of("pk", AttributeValue.fromS(key), "sk", AttributeValue.fromN("0"));
  }

  /// Writes events; writing one again changes nothing.
  void keep(List<Map<String, AttributeValue>> items) {
    for (int from = 0; from < items.size(); from += WRITES_AT_ONCE) {
      var some = items.subList(from, Math.min(items.size(), from + WRITES_AT_ONCE));
      var writes =
          some.stream().map(item -> WriteRequest.builder().putRequest(p -> p.item(item)).build());
      var left = Map.of(events, writes.toList());
      for (int attempt = 0; !left.isEmpty() && attempt < ATTEMPTS; attempt++) {
        var now = left;
        left = dynamo.batchWriteItem(write -> write.requestItems(now)).unprocessedItems();
      }
      if (!left.isEmpty()) {
        throw new IllegalStateException("The table does not take all events");
      }
    }
  }

  /// Moves keys on, all of them or, if somebody else has moved one in the meantime, none.
  void advance(List<Step> steps) {
    for (int from = 0; from < steps.size(); from += STEPS_AT_ONCE) {
      var some = steps.subList(from, Math.min(steps.size(), from + STEPS_AT_ONCE));
      var puts = some.stream().map(step -> TransactWriteItem.builder().put(put(step)).build());
      dynamo.transactWriteItems(write -> write.transactItems(puts.toList()));
    }
  }

  private Put put(Step step) {
    var put = Put.builder().tableName(events).item(step.to().item(step.key()));
    if (step.from().last() == 0) {
      return put.conditionExpression("attribute_not_exists(pk)").build();
    }
    return put.conditionExpression("#last = :was")
        .expressionAttributeNames(Map.of("#last", "last"))
        .expressionAttributeValues(
            Map.of(":was", AttributeValue.fromN(Long.toString(step.from().last()))))
        .build();
  }

  /// Tells of a card once.
  void alert(Event event, long now) {
    try {
      dynamo.putItem(put ->
          put.tableName(alerts)
              .item(
                  Map.of(
                      "pk", AttributeValue.fromS(events + "#" + event.key()),
                      "card", AttributeValue.fromS(event.key()),
                      "events", AttributeValue.fromS(events),
                      "n", AttributeValue.fromN(Long.toString(event.number())),
                      "sent", AttributeValue.fromN(Long.toString(event.sent())),
                      "detected", AttributeValue.fromN(Long.toString(now))))
              .conditionExpression("attribute_not_exists(pk)"));
    } catch (ConditionalCheckFailedException _) {
      return; // It has been told of.
    }
    if (!topic.isEmpty()) {
      sns.publish(publish ->
          publish.topicArn(topic).subject("FRAUD").message("Too many payments: " + event.key()));
    }
  }
}
