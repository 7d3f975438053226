package dev.terrarium.services.glue;

import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.glue.model.Column;

/// Which partitions are meant: a condition on the values of their keys, in the words of SQL.
///
/// `AND`, `OR`, `NOT`, parentheses, `=`, `<>`, `!=`, `<`, `<=`, `>`, `>=`, `IN`, `BETWEEN`, `LIKE`.
/// Values are compared as the key's type has them: numbers as numbers, all else as text.
interface PartitionExpression {
  /// Whether a partition with these values is meant.
  boolean test(List<String> values);

  /// @param text the condition, or null or empty for all partitions
  /// @param keys the table's partition keys
  static PartitionExpression of(@Nullable String text, List<Column> keys) {
    return text == null || text.isBlank()
        ? values -> true
        : new PartitionExpressionParser(text, keys).parse();
  }
}
