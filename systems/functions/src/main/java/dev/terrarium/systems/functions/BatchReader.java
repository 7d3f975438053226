package dev.terrarium.systems.functions;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;

/// Reads many items of a table whose key is one string, 100 at a time, consistently.
public final class BatchReader {
  private static final int AT_ONCE = 100;

  private final DynamoDbClient dynamo;
  private final String table;
  private final String key;

  /// A reader of a table.
  ///
  /// @param key the name of the key
  public BatchReader(DynamoDbClient dynamo, String table, String key) {
    this.dynamo = dynamo;
    this.table = table;
    this.key = key;
  }

  /// The items that there are, by their keys.
  public Map<String, Map<String, AttributeValue>> read(Collection<String> keys) {
    var found = new HashMap<String, Map<String, AttributeValue>>();
    var all = List.copyOf(keys);
    for (int from = 0; from < all.size(); from += AT_ONCE) {
      var some =
          all.subList(from, Math.min(all.size(), from + AT_ONCE)).stream()
              .map(value -> Map.of(key, AttributeValue.fromS(value)))
              .toList();
      var wanted =
          Map.of(table, KeysAndAttributes.builder().consistentRead(true).keys(some).build());
      while (!wanted.isEmpty()) {
        var now = wanted;
        var answer = dynamo.batchGetItem(get -> get.requestItems(now));
        answer
            .responses()
            .getOrDefault(table, List.of())
            .forEach(item -> found.put(Objects.requireNonNull(item.get(key)).s(), item));
        wanted = answer.unprocessedKeys();
      }
    }
    return found;
  }
}
