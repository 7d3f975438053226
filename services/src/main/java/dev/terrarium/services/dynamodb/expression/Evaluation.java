package dev.terrarium.services.dynamodb.expression;

import dev.terrarium.services.dynamodb.expression.Condition.Comparator;
import dev.terrarium.services.dynamodb.value.Value;
import dev.terrarium.services.dynamodb.value.Value.BinarySet;
import dev.terrarium.services.dynamodb.value.Value.BinaryValue;
import dev.terrarium.services.dynamodb.value.Value.BooleanValue;
import dev.terrarium.services.dynamodb.value.Value.ListValue;
import dev.terrarium.services.dynamodb.value.Value.MapValue;
import dev.terrarium.services.dynamodb.value.Value.NullValue;
import dev.terrarium.services.dynamodb.value.Value.NumberSet;
import dev.terrarium.services.dynamodb.value.Value.NumberValue;
import dev.terrarium.services.dynamodb.value.Value.StringSet;
import dev.terrarium.services.dynamodb.value.Value.StringValue;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Whether items fulfil conditions. What is absent equals nothing, is in no order to anything, and
/// differs from everything.
final class Evaluation {
  private Evaluation() {}

  static boolean test(Condition condition, Map<String, Value> item) {
    return switch (condition) {
      case Condition.And and -> test(and.left(), item) && test(and.right(), item);
      case Condition.Or or -> test(or.left(), item) || test(or.right(), item);
      case Condition.Not not -> !test(not.condition(), item);
      case Condition.Comparison c ->
          compare(c.comparator(), value(c.left(), item), value(c.right(), item));
      case Condition.Between b -> {
        var value = value(b.operand(), item);
        yield compare(Comparator.GREATER_OR_EQUAL, value, value(b.low(), item))
            && compare(Comparator.LESS_OR_EQUAL, value, value(b.high(), item));
      }
      case Condition.In in -> {
        var value = value(in.operand(), item);
        yield in.candidates().stream().anyMatch(c -> equal(value, value(c, item)));
      }
      case Condition.Exists exists -> (exists.path().find(item) != null) == exists.wanted();
      case Condition.HasType type -> {
        var value = value(type.operand(), item);
        yield value != null && value.type().equals(type.type());
      }
      case Condition.BeginsWith b -> beginsWith(value(b.operand(), item), value(b.prefix(), item));
      case Condition.Contains c -> contains(value(c.operand(), item), value(c.element(), item));
      case Condition.Constant constant -> constant.holds();
    };
  }

  static @Nullable Value value(Operand operand, Map<String, Value> item) {
    return switch (operand) {
      case Operand.AtPath path -> path.path().find(item);
      case Operand.Literal literal -> literal.value();
      case Operand.Size size -> size(value(size.of(), item));
      case Operand.IfNotExists _, Operand.ListAppend _, Operand.Sum _, Operand.Call _ ->
          throw new IllegalStateException("Not part of a condition: " + operand);
    };
  }

  private static @Nullable Value size(@Nullable Value value) {
    var size =
        switch (value) {
          case null -> -1;
          case StringValue string -> string.text().length();
          case BinaryValue binary -> binary.bytes().length;
          case StringSet set -> set.elements().size();
          case NumberSet set -> set.elements().size();
          case BinarySet set -> set.elements().size();
          case ListValue list -> list.elements().size();
          case MapValue map -> map.members().size();
          case NumberValue _, BooleanValue _, NullValue _ -> -1;
        };
    return size < 0 ? null : new NumberValue(BigDecimal.valueOf(size).stripTrailingZeros());
  }

  static boolean equal(@Nullable Value left, @Nullable Value right) {
    return left != null && left.equals(right);
  }

  static boolean compare(Comparator comparator, @Nullable Value left, @Nullable Value right) {
    return switch (comparator) {
      case EQUAL -> equal(left, right);
      case NOT_EQUAL -> !equal(left, right);
      case LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL -> {
        var order = order(left, right);
        yield order != null && comparator.holds(order);
      }
    };
  }

  /// How two scalars of the same type are ordered; null if they are not.
  static @Nullable Integer order(@Nullable Value left, @Nullable Value right) {
    if (left instanceof NumberValue a && right instanceof NumberValue b) {
      return a.number().compareTo(b.number());
    } else if (left instanceof StringValue a && right instanceof StringValue b) {
      return Arrays.compareUnsigned(
          a.text().getBytes(StandardCharsets.UTF_8), b.text().getBytes(StandardCharsets.UTF_8));
    } else if (left instanceof BinaryValue a && right instanceof BinaryValue b) {
      return Arrays.compareUnsigned(a.bytes(), b.bytes());
    }
    return null;
  }

  static boolean beginsWith(@Nullable Value value, @Nullable Value prefix) {
    if (value instanceof StringValue a && prefix instanceof StringValue b) {
      return a.text().startsWith(b.text());
    }
    return value instanceof BinaryValue a
        && prefix instanceof BinaryValue b
        && a.bytes().length >= b.bytes().length
        && Arrays.mismatch(a.bytes(), 0, b.bytes().length, b.bytes(), 0, b.bytes().length) < 0;
  }

  static boolean contains(@Nullable Value value, @Nullable Value element) {
    if (element == null) {
      return false;
    }
    return switch (value) {
      case StringValue string ->
          element instanceof StringValue part && string.text().contains(part.text());
      case BinaryValue binary ->
          element instanceof BinaryValue part && contains(binary.bytes(), part.bytes());
      case StringSet set ->
          element instanceof StringValue string && set.elements().contains(string.text());
      case NumberSet set ->
          element instanceof NumberValue number && set.elements().contains(number.number());
      case BinarySet set ->
          element instanceof BinaryValue binary && set.elements().contains(binary);
      case ListValue list -> list.elements().contains(element);
      case null, default -> false;
    };
  }

  private static boolean contains(byte[] bytes, byte[] part) {
    for (int at = 0; at + part.length <= bytes.length; at++) {
      if (Arrays.equals(bytes, at, at + part.length, part, 0, part.length)) {
        return true;
      }
    }
    return false;
  }
}
