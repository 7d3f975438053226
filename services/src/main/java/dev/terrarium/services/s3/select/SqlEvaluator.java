package dev.terrarium.services.s3.select;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Computes expressions over one record after another, and keeps what aggregates have seen.
final class SqlEvaluator {
  private static final JsonNode MISSING = MissingNode.getInstance();
  private static final JsonNode NULL = NullNode.getInstance();

  private final OffsetDateTime now;
  private final long[] counts;
  private final JsonNode[] values;
  private final boolean ofNamedColumns;

  /// @param ofNamedColumns whether a name that a record does not have is a mistake
  SqlEvaluator(int slots, OffsetDateTime now, boolean ofNamedColumns) {
    this.now = now;
    this.counts = new long[slots];
    this.values = new JsonNode[slots];
    this.ofNamedColumns = ofNamedColumns;
    java.util.Arrays.fill(values, NULL);
  }

  boolean holds(@Nullable Sql condition, JsonNode row) {
    return condition == null || isTrue(value(condition, row));
  }

  private static boolean isTrue(JsonNode value) {
    return value.isBoolean() ? value.asBoolean() : value.asText().equalsIgnoreCase("true");
  }

  /// Lets the aggregates of an expression see a record.
  void see(Sql expression, JsonNode row) {
    switch (expression) {
      case Sql.Aggregate aggregate -> see(aggregate, row);
      case Sql.Unary unary -> see(unary.operand(), row);
      case Sql.Binary binary -> {
        see(binary.left(), row);
        see(binary.right(), row);
      }
      case Sql.Cast cast -> see(cast.operand(), row);
      case Sql.Function function -> function.arguments().forEach(argument -> see(argument, row));
      default -> {
        // The others have no aggregates inside.
      }
    }
  }

  private void see(Sql.Aggregate aggregate, JsonNode row) {
    var slot = aggregate.slot();
    var operand = aggregate.operand();
    if (operand == null) {
      counts[slot]++;
      return;
    }
    var value = value(operand, row);
    if (SqlFunctions.isNothing(value)) {
      return;
    }
    counts[slot]++;
    switch (aggregate.name()) {
      case "SUM", "AVG" -> {
        var number = number(value);
        values[slot] =
            DecimalNode.valueOf(
                values[slot].isNull() ? number : values[slot].decimalValue().add(number));
      }
      case "MIN", "MAX" -> {
        var order = SqlValues.compare(value, values[slot]);
        if (values[slot].isNull()
            || order != null && (aggregate.name().equals("MIN") ? order < 0 : order > 0)) {
          values[slot] = value;
        }
      }
      default -> {
        // COUNT counts.
      }
    }
  }

  private static BigDecimal number(JsonNode value) {
    var number = SqlValues.number(value);
    if (number == null) {
      throw new SelectException(
          "InvalidCast", "Attempt to convert a value that is no number in the SQL expression.");
    }
    return number;
  }

  private JsonNode result(Sql.Aggregate aggregate) {
    var slot = aggregate.slot();
    return switch (aggregate.name()) {
      case "COUNT" -> DecimalNode.valueOf(BigDecimal.valueOf(counts[slot]));
      case "AVG" ->
          values[slot].isNull()
              ? NULL
              : DecimalNode.valueOf(
                  values[slot]
                      .decimalValue()
                      .divide(BigDecimal.valueOf(counts[slot]), MathContext.DECIMAL64));
      default -> values[slot];
    };
  }

  JsonNode value(Sql expression, JsonNode row) {
    return switch (expression) {
      case Sql.Literal literal -> literal.value();
      case Sql.Path path -> path(path, row);
      case Sql.Aggregate aggregate -> result(aggregate);
      case Sql.Unary unary -> unary(unary, row);
      case Sql.Binary binary -> binary(binary, row);
      case Sql.Is is -> {
        var value = value(is.operand(), row);
        var holds = is.missing() ? value.isMissingNode() : SqlFunctions.isNothing(value);
        yield BooleanNode.valueOf(holds != is.negated());
      }
      case Sql.Like like -> like(like, row);
      case Sql.In in -> {
        var value = value(in.operand(), row);
        var found =
            in.among().stream()
                .map(one -> SqlValues.compare(value, value(one, row)))
                .anyMatch(order -> order != null && order == 0);
        yield BooleanNode.valueOf(found != in.negated());
      }
      case Sql.Between between -> {
        var value = value(between.operand(), row);
        var low = SqlValues.compare(value, value(between.low(), row));
        var high = SqlValues.compare(value, value(between.high(), row));
        yield low == null || high == null
            ? NULL
            : BooleanNode.valueOf((low >= 0 && high <= 0) != between.negated());
      }
      case Sql.Case choice -> choose(choice, row);
      case Sql.Cast cast -> SqlFunctions.cast(value(cast.operand(), row), cast.type());
      case Sql.Function function ->
          SqlFunctions.call(
              function.name(),
              function.arguments().stream().map(argument -> value(argument, row)).toList(),
              now);
    };
  }

  private JsonNode unary(Sql.Unary unary, JsonNode row) {
    var value = value(unary.operand(), row);
    if (SqlFunctions.isNothing(value)) {
      return NULL;
    }
    return unary.operator().equals("NOT")
        ? BooleanNode.valueOf(!isTrue(value))
        : DecimalNode.valueOf(number(value).negate());
  }

  private JsonNode binary(Sql.Binary binary, JsonNode row) {
    var left = value(binary.left(), row);
    switch (binary.operator()) {
      case "AND" -> {
        return BooleanNode.valueOf(isTrue(left) && isTrue(value(binary.right(), row)));
      }
      case "OR" -> {
        return BooleanNode.valueOf(isTrue(left) || isTrue(value(binary.right(), row)));
      }
      default -> {
        // Both sides are needed.
      }
    }
    var right = value(binary.right(), row);
    if (SqlFunctions.isNothing(left) || SqlFunctions.isNothing(right)) {
      return NULL;
    }
    return switch (binary.operator()) {
      case "||" -> TextNode.valueOf(SqlValues.text(left) + SqlValues.text(right));
      case "+" -> DecimalNode.valueOf(number(left).add(number(right)));
      case "-" -> DecimalNode.valueOf(number(left).subtract(number(right)));
      case "*" -> DecimalNode.valueOf(number(left).multiply(number(right)));
      case "/", "%" -> divided(binary.operator(), number(left), number(right));
      default -> {
        var order = SqlValues.compare(left, right);
        yield order == null
            ? BooleanNode.valueOf(NOT_EQUAL.contains(binary.operator()))
            : BooleanNode.valueOf(holds(binary.operator(), order));
      }
    };
  }

  private static final java.util.Set<String> NOT_EQUAL = java.util.Set.of("<>", "!=");

  private static JsonNode divided(String operator, BigDecimal left, BigDecimal right) {
    if (right.signum() == 0) {
      throw new SelectException("DivideByZero", "Attempt to divide by zero in the SQL expression.");
    }
    if (operator.equals("%")) {
      return DecimalNode.valueOf(left.remainder(right));
    }
    var whole = left.scale() <= 0 && right.scale() <= 0;
    return DecimalNode.valueOf(
        whole
            ? left.divideToIntegralValue(right).setScale(0)
            : left.divide(right, MathContext.DECIMAL64));
  }

  private static boolean holds(String operator, int order) {
    return switch (operator) {
      case "=" -> order == 0;
      case "<>", "!=" -> order != 0;
      case "<" -> order < 0;
      case "<=" -> order <= 0;
      case ">" -> order > 0;
      default -> order >= 0;
    };
  }

  private JsonNode like(Sql.Like like, JsonNode row) {
    var value = value(like.operand(), row);
    var pattern = value(like.pattern(), row);
    if (SqlFunctions.isNothing(value) || SqlFunctions.isNothing(pattern)) {
      return NULL;
    }
    var escape = like.escape() == null ? "" : value(like.escape(), row).asText();
    var regex = new StringBuilder();
    var text = pattern.asText();
    for (int i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      if (!escape.isEmpty() && c == escape.charAt(0) && i + 1 < text.length()) {
        regex.append(Pattern.quote(String.valueOf(text.charAt(++i))));
      } else if (c == '%') {
        regex.append(".*");
      } else if (c == '_') {
        regex.append('.');
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    var matches =
        Pattern.compile(regex.toString(), Pattern.DOTALL).matcher(value.asText()).matches();
    return BooleanNode.valueOf(matches != like.negated());
  }

  private JsonNode choose(Sql.Case choice, JsonNode row) {
    var operand = choice.operand() == null ? null : value(choice.operand(), row);
    for (int i = 0; i < choice.tests().size(); i++) {
      var test = value(choice.tests().get(i), row);
      var order = operand == null ? null : SqlValues.compare(operand, test);
      if (operand == null ? isTrue(test) : order != null && order == 0) {
        return value(choice.results().get(i), row);
      }
    }
    return choice.otherwise() == null ? NULL : value(choice.otherwise(), row);
  }

  private JsonNode path(Sql.Path path, JsonNode row) {
    JsonNode at = row;
    for (var step : path.steps()) {
      at = step(at, step);
    }
    if (at.isMissingNode() && ofNamedColumns && !path.steps().isEmpty()) {
      throw new SelectException(
          "MissingHeaders",
          "Some headers in the query are missing from the file. Check the file and try again.");
    }
    return at;
  }

  static JsonNode step(JsonNode at, Sql.Step step) {
    var name = step.name();
    if (name == null) {
      return at.path(step.index());
    } else if (at.has(name)) {
      return at.get(name);
    } else if (name.matches("_[1-9][0-9]{0,3}") && at.isObject()) {
      // A column by its place.
      var place = Integer.parseInt(name.substring(1));
      var all = new ArrayList<JsonNode>();
      at.elements().forEachRemaining(all::add);
      return place <= all.size() ? all.get(place - 1) : MISSING;
    } else if (!step.quoted()) {
      for (var member : at.properties()) {
        if (member.getKey().toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT))) {
          return member.getValue();
        }
      }
    }
    return MISSING;
  }
}
