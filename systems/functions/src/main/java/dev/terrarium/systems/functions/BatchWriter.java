package dev.terrarium.systems.functions;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/// Writes many items, 25 at a time; what the table does not take at once is sent again after a
/// while that doubles.
public final class BatchWriter {
  private static final int AT_ONCE = 25;
  private static final int ATTEMPTS = 10;

  private final DynamoDbClient dynamo;
  private final String table;

  /// A writer to a table.
  public BatchWriter(DynamoDbClient dynamo, String table) {
    this.dynamo = dynamo;
    this.table = table;
  }

  /// Writes; no two of the same key.
  ///
  /// @throws IllegalStateException if the table does not take all
  public void write(List<WriteRequest> writes) {
    for (int from = 0; from < writes.size(); from += AT_ONCE) {
      var left = writes.subList(from, Math.min(writes.size(), from + AT_ONCE));
      for (int attempt = 0; !left.isEmpty(); attempt++) {
        if (attempt > 0) {
          pause(1L << attempt);
        }
        if (attempt == ATTEMPTS) {
          throw new IllegalStateException(table + " does not take " + left.size() + " items");
        }
        var now = Map.of(table, left);
        left =
            new ArrayList<>(
                dynamo
                    .batchWriteItem(write -> write.requestItems(now))
                    .unprocessedItems()
                    .getOrDefault(table, List.of()));
      }
    }
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted", e);
    }
  }
}
