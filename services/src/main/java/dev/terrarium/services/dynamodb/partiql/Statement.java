package dev.terrarium.services.dynamodb.partiql;

import dev.terrarium.services.dynamodb.expression.Condition;
import dev.terrarium.services.dynamodb.expression.DocumentPath;
import dev.terrarium.services.dynamodb.expression.Update;
import dev.terrarium.services.dynamodb.value.Value;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A statement.
public sealed interface Statement {
  /// The table that it is about.
  String table();

  /// `SELECT`.
  ///
  /// @param paths what is shown; empty for everything
  /// @param orderBy the key by which the answer is ordered, or null
  record Select(
      String table,
      @Nullable String index,
      List<DocumentPath> paths,
      @Nullable Condition where,
      @Nullable String orderBy,
      boolean descending)
      implements Statement {}

  /// `INSERT INTO … VALUE`.
  record Insert(String table, Map<String, Value> item) implements Statement {}

  /// `UPDATE`.
  ///
  /// @param returning such as `ALL NEW`, or nothing
  record Change(String table, Update update, Condition where, String returning)
      implements Statement {}

  /// `DELETE`.
  record Delete(String table, Condition where, String returning) implements Statement {}

  /// `EXISTS (SELECT …)`, in transactions.
  record Exists(Select select) implements Statement {
    @Override
    public String table() {
      return select.table();
    }
  }
}
