package dev.terrarium.services.dynamodb.expression;

import dev.terrarium.services.dynamodb.value.Value;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Something that an item fulfils or does not.
public sealed interface Condition {
  /// All of them.
  record And(Condition left, Condition right) implements Condition {}

  /// Any of them.
  record Or(Condition left, Condition right) implements Condition {}

  /// Not that.
  record Not(Condition condition) implements Condition {}

  /// `=`, `<>`, `<`, `<=`, `>`, `>=`.
  record Comparison(Comparator comparator, Operand left, Operand right) implements Condition {}

  /// `BETWEEN … AND …`, both ends included.
  record Between(Operand operand, Operand low, Operand high) implements Condition {}

  /// `IN (…)`.
  record In(Operand operand, List<Operand> candidates) implements Condition {}

  /// `attribute_exists` or `attribute_not_exists`.
  record Exists(DocumentPath path, boolean wanted) implements Condition {}

  /// `attribute_type`.
  record HasType(Operand operand, String type) implements Condition {}

  /// `begins_with`.
  record BeginsWith(Operand operand, Operand prefix) implements Condition {}

  /// `contains`.
  record Contains(Operand operand, Operand element) implements Condition {}

  /// Always so, or never.
  record Constant(boolean holds) implements Condition {}

  /// How two values are compared.
  enum Comparator {
    /// The same value.
    EQUAL("="),
    /// Another value, or none.
    NOT_EQUAL("<>"),
    /// Less, of the same type.
    LESS("<"),
    /// Less or the same.
    LESS_OR_EQUAL("<="),
    /// Greater, of the same type.
    GREATER(">"),
    /// Greater or the same.
    GREATER_OR_EQUAL(">=");

    private final String symbol;

    Comparator(String symbol) {
      this.symbol = symbol;
    }

    /// As it is written in expressions.
    public String symbol() {
      return symbol;
    }

    /// What it says of `compareTo`'s result.
    public boolean holds(int order) {
      return switch (this) {
        case EQUAL -> order == 0;
        case NOT_EQUAL -> order != 0;
        case LESS -> order < 0;
        case LESS_OR_EQUAL -> order <= 0;
        case GREATER -> order > 0;
        case GREATER_OR_EQUAL -> order >= 0;
      };
    }
  }

  /// Shows all paths in it.
  default void paths(Consumer<DocumentPath> visitor) {
    switch (this) {
      case And and -> {
        and.left.paths(visitor);
        and.right.paths(visitor);
      }
      case Or or -> {
        or.left.paths(visitor);
        or.right.paths(visitor);
      }
      case Not not -> not.condition.paths(visitor);
      case Comparison c -> {
        c.left.paths(visitor);
        c.right.paths(visitor);
      }
      case Between b -> {
        b.operand.paths(visitor);
        b.low.paths(visitor);
        b.high.paths(visitor);
      }
      case In in -> {
        in.operand.paths(visitor);
        in.candidates.forEach(candidate -> candidate.paths(visitor));
      }
      case Exists exists -> visitor.accept(exists.path);
      case HasType type -> type.operand.paths(visitor);
      case BeginsWith b -> {
        b.operand.paths(visitor);
        b.prefix.paths(visitor);
      }
      case Contains c -> {
        c.operand.paths(visitor);
        c.element.paths(visitor);
      }
      case Constant _ -> {}
    }
  }

  /// Whether an item fulfils it.
  default boolean test(Map<String, Value> item) {
    return Evaluation.test(this, item);
  }
}
