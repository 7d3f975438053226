package dev.terrarium.services.cloudwatch.math;

import java.util.List;

/// A part of an expression.
sealed interface MathNode {
  /// A number that stands there.
  record Literal(double value) implements MathNode {}

  /// A text that stands there.
  record Text(String value) implements MathNode {}

  /// The id of another query.
  record Id(String name) implements MathNode {}

  /// `-a` or `!a`.
  record Unary(String operator, MathNode operand) implements MathNode {}

  /// `a + b` and the like.
  record Binary(String operator, MathNode left, MathNode right) implements MathNode {}

  /// `NAME(a, b)`.
  record Call(String name, List<MathNode> arguments) implements MathNode {}

  /// `[a, b]`.
  record ListOf(List<MathNode> elements) implements MathNode {}
}
