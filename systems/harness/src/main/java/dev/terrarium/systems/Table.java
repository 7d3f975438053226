package dev.terrarium.systems;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Select;

/// A table, read as a whole.
///
/// @param dynamo of the region that it is in
public record Table(DynamoDbClient dynamo, String name) {
  /// Every item.
  public List<Map<String, AttributeValue>> items() {
    return dynamo.scanPaginator(scan -> scan.tableName(name).consistentRead(true)).items().stream()
        .toList();
  }

  /// How many items there are.
  public long count() {
    return dynamo
        .scanPaginator(scan -> scan.tableName(name).consistentRead(true).select(Select.COUNT))
        .stream()
        .mapToLong(page -> page.count())
        .sum();
  }

  /// A string of an item.
  public static String text(Map<String, AttributeValue> item, String attribute) {
    return Objects.requireNonNull(item.get(attribute), attribute).s();
  }

  /// A number of an item.
  public static long number(Map<String, AttributeValue> item, String attribute) {
    return Long.parseLong(Objects.requireNonNull(item.get(attribute), attribute).n());
  }
}
