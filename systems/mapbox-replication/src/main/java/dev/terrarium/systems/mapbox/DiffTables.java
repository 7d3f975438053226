package dev.terrarium.systems.mapbox;

import dev.terrarium.systems.functions.BatchWriter;
import dev.terrarium.systems.functions.Images;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/// Compares two tables item by item, reading both in segments at once, and can make the second like
/// the first: what `diff-tables --repair --segments 4` does, and with `--backfill`.
final class DiffTables {
  private static final int SEGMENTS = 4;

  /// A table, and who reads it.
  record Side(DynamoDbClient dynamo, String table) {
    /// Every item by its key.
    Map<String, Map<String, AttributeValue>> items() {
      var items = new ConcurrentHashMap<String, Map<String, AttributeValue>>();
      IntStream.range(0, SEGMENTS)
          .parallel()
          .forEach(segment ->
              dynamo
                  .scanPaginator(scan ->
                      scan.tableName(table)
                          .consistentRead(true)
                          .segment(segment)
                          .totalSegments(SEGMENTS))
                  .items()
                  .forEach(item -> items.put(Images.json(key(item)).toString(), item)));
      return items;
    }
  }

  private final Side primary;
  private final Side replica;

  DiffTables(Side primary, Side replica) {
    this.primary = primary;
    this.replica = replica;
  }

  static Map<String, AttributeValue> key(Map<String, AttributeValue> item) {
    var key = new HashMap<>(item);
    key.keySet().retainAll(List.of("tile", "layer"));
    return key;
  }

  /// The keys of items that are not the same, and what is wrong with each.
  List<String> differences() {
    return compare(false);
  }

  /// Repairs the replica; returns how many items it had to.
  int repair() {
    return compare(true).size();
  }

  /// Writes every item to a replica that is known to be empty, without comparing; returns how many.
  ///
  /// What is deleted meanwhile may come back, so the tables are to be compared afterwards.
  int backfill() {
    var writes =
        primary.items().values().stream()
            .map(item -> WriteRequest.builder().putRequest(put -> put.item(item)).build())
            .toList();
    new BatchWriter(replica.dynamo(), replica.table()).write(writes);
    return writes.size();
  }

  private List<String> compare(boolean repairs) {
    var found = new ArrayList<String>();
    var there = replica.items();
    primary
        .items()
        .forEach((key, item) -> {
          var other = there.remove(key);
          if (other == null || !Images.json(item).equals(Images.json(other))) {
            found.add(key + (other == null ? " is missing" : " is different"));
            if (repairs) {
              replica.dynamo().putItem(put -> put.tableName(replica.table()).item(item));
            }
          }
        });
    there.forEach((key, item) -> {
      found.add(key + " is too much");
      if (repairs) {
        replica.dynamo().deleteItem(d -> d.tableName(replica.table()).key(key(item)));
      }
    });
    return found;
  }
}
