package dev.terrarium.services.s3.select;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A part of a query that has a value for each record.
sealed interface Sql {
  /// A value that stands there.
  record Literal(JsonNode value) implements Sql {}

  /// A path into the record: `s.address[0]."Street"`. An empty one is the whole record.
  record Path(List<Step> steps) implements Sql {}

  /// One step of a path: a name, or an index if the name is null.
  record Step(@Nullable String name, boolean quoted, int index) {}

  /// `-a` or `NOT a`.
  record Unary(String operator, Sql operand) implements Sql {}

  /// `a + b`, `a = b`, `a AND b` …
  record Binary(String operator, Sql left, Sql right) implements Sql {}

  /// `a IS [NOT] NULL` or `a IS [NOT] MISSING`.
  record Is(Sql operand, boolean missing, boolean negated) implements Sql {}

  /// `a [NOT] LIKE b [ESCAPE c]`.
  record Like(Sql operand, Sql pattern, @Nullable Sql escape, boolean negated) implements Sql {}

  /// `a [NOT] IN (b, c)`.
  record In(Sql operand, List<Sql> among, boolean negated) implements Sql {}

  /// `a [NOT] BETWEEN b AND c`.
  record Between(Sql operand, Sql low, Sql high, boolean negated) implements Sql {}

  /// `CASE [a] WHEN b THEN c … [ELSE d] END`.
  record Case(@Nullable Sql operand, List<Sql> tests, List<Sql> results, @Nullable Sql otherwise)
      implements Sql {}

  /// `CAST(a AS type)`.
  record Cast(Sql operand, String type) implements Sql {}

  /// `NAME(a, b)`, words of its syntax as text literals.
  record Function(String name, List<Sql> arguments) implements Sql {}

  /// `COUNT(*)`, `SUM(a)` …
  ///
  /// @param slot where its sum is kept
  record Aggregate(String name, @Nullable Sql operand, int slot) implements Sql {}
}
