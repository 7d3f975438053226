package dev.terrarium.services.dynamodb.expression;

import dev.terrarium.services.dynamodb.value.Value;
import java.util.List;
import java.util.function.Consumer;

/// What conditions compare and updates assign.
public sealed interface Operand {
  /// What an item has at a path.
  record AtPath(DocumentPath path) implements Operand {}

  /// A value of the request.
  record Literal(Value value) implements Operand {}

  /// `size(…)`.
  record Size(Operand of) implements Operand {}

  /// `if_not_exists(path, otherwise)`; in updates.
  record IfNotExists(DocumentPath path, Operand otherwise) implements Operand {}

  /// `list_append(first, second)`; in updates.
  record ListAppend(Operand first, Operand second) implements Operand {}

  /// `left + right` or `left - right`; in updates.
  record Sum(Operand left, Operand right, boolean minus) implements Operand {}

  /// Shows all paths in it.
  default void paths(Consumer<DocumentPath> visitor) {
    switch (this) {
      case AtPath at -> visitor.accept(at.path);
      case Literal _ -> {}
      case Size size -> size.of.paths(visitor);
      case IfNotExists check -> {
        visitor.accept(check.path);
        check.otherwise.paths(visitor);
      }
      case ListAppend append -> {
        append.first.paths(visitor);
        append.second.paths(visitor);
      }
      case Sum sum -> {
        sum.left.paths(visitor);
        sum.right.paths(visitor);
      }
      case Call call -> call.arguments.forEach(argument -> argument.paths(visitor));
    }
  }

  /// A function that answers yes or no, or none that is known. Never left over by a parser.
  record Call(String function, List<Operand> arguments) implements Operand {}
}
