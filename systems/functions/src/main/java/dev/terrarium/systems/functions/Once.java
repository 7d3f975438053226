package dev.terrarium.systems.functions;

import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/// Does things once, although the events that ask for them come again.
///
/// A table with the key `id` remembers who began a thing and whether it is done. What was begun and
/// not done is done again by the same event: so a thing is done twice only if its function ended
/// between doing it and noting that.
public final class Once {
  private final DynamoDbClient dynamo;
  private final String table;

  /// Remembers in a table.
  public Once(DynamoDbClient dynamo, String table) {
    this.dynamo = dynamo;
    this.table = table;
  }

  /// Does a thing unless it has been done, or is being done because of another event.
  ///
  /// @return whether it did it
  public boolean run(String id, String event, Runnable work) {
    var key = Map.of("id", AttributeValue.fromS(id));
    var names = Map.of("#done", "done", "#event", "event");
    try {
      dynamo.updateItem(update ->
          update
              .tableName(table)
              .key(key)
              .conditionExpression(
                  "attribute_not_exists(id) OR (#event = :event AND attribute_not_exists(#done))")
              .updateExpression("SET #event = :event")
              .expressionAttributeNames(names)
              .expressionAttributeValues(Map.of(":event", AttributeValue.fromS(event))));
    } catch (ConditionalCheckFailedException _) {
      return false;
    }
    work.run();
    dynamo.updateItem(update ->
        update
            .tableName(table)
            .key(key)
            .updateExpression("SET #done = :true")
            .expressionAttributeNames(Map.of("#done", "done"))
            .expressionAttributeValues(Map.of(":true", AttributeValue.fromBool(true))));
    return true;
  }
}
