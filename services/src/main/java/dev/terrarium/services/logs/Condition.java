package dev.terrarium.services.logs;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A condition of a filter pattern.
sealed interface Condition {
  /// Whether it holds, given what each selector selects.
  boolean holds(Function<String, List<JsonNode>> values);

  /// The selectors that it names.
  List<String> selectors();

  /// Both.
  record And(Condition left, Condition right) implements Condition {
    @Override
    public boolean holds(Function<String, List<JsonNode>> values) {
      return left.holds(values) && right.holds(values);
    }

    @Override
    public List<String> selectors() {
      return union(left, right);
    }
  }

  /// One of them at least.
  record Or(Condition left, Condition right) implements Condition {
    @Override
    public boolean holds(Function<String, List<JsonNode>> values) {
      return left.holds(values) || right.holds(values);
    }

    @Override
    public List<String> selectors() {
      return union(left, right);
    }
  }

  /// `IS NULL`, `IS TRUE`, `IS FALSE`, `NOT EXISTS`, `EXISTS`.
  record Is(String selector, String what) implements Condition {
    @Override
    public boolean holds(Function<String, List<JsonNode>> values) {
      var selected = values.apply(selector);
      return switch (what) {
        case "NULL" -> selected.stream().anyMatch(JsonNode::isNull);
        case "TRUE" -> selected.stream().anyMatch(v -> v.isBoolean() && v.asBoolean());
        case "FALSE" -> selected.stream().anyMatch(v -> v.isBoolean() && !v.asBoolean());
        case "NOT EXISTS" -> selected.isEmpty();
        default -> !selected.isEmpty();
      };
    }

    @Override
    public List<String> selectors() {
      return List.of(selector);
    }
  }

  /// A comparison with a constant: a number, a text with `*` for anything, or a regular expression.
  ///
  /// @param number the constant, if it is one
  /// @param text the constant as a regular expression for the whole value
  record Comparison(
      String selector, String operator, @Nullable BigDecimal number, Pattern text, boolean inside)
      implements Condition {
    static Comparison of(String selector, String operator, String constant, boolean quoted) {
      if (!quoted && constant.length() > 1 && constant.startsWith("%") && constant.endsWith("%")) {
        var regex = Pattern.compile(constant.substring(1, constant.length() - 1));
        return new Comparison(selector, operator, null, regex, true);
      }
      var regex = new StringBuilder();
      for (var part : constant.split("(?<=\\*)|(?=\\*)")) {
        regex.append(part.equals("*") ? ".*" : Pattern.quote(part));
      }
      var number = quoted ? null : number(constant);
      if (number == null && !operator.equals("=") && !operator.equals("!=")) {
        throw new IllegalArgumentException("Not a number: " + constant);
      }
      return new Comparison(
          selector, operator, number, Pattern.compile(regex.toString(), Pattern.DOTALL), false);
    }

    private static @Nullable BigDecimal number(String text) {
      try {
        return new BigDecimal(text);
      } catch (NumberFormatException _) {
        return null;
      }
    }

    @Override
    public boolean holds(Function<String, List<JsonNode>> values) {
      var selected = values.apply(selector).stream().filter(JsonNode::isValueNode).toList();
      return operator.equals("!=")
          ? !selected.isEmpty() && selected.stream().noneMatch(this::equal)
          : selected.stream().anyMatch(this::holds);
    }

    private boolean holds(JsonNode value) {
      if (operator.equals("=")) {
        return equal(value);
      }
      var actual = number(value.asText());
      if (actual == null || number == null) {
        return false;
      }
      var order = actual.compareTo(number);
      return switch (operator) {
        case "<" -> order < 0;
        case "<=" -> order <= 0;
        case ">" -> order > 0;
        default -> order >= 0;
      };
    }

    private boolean equal(JsonNode value) {
      var actual = value.asText();
      if (number != null && number(actual) instanceof BigDecimal other) {
        return other.compareTo(number) == 0;
      }
      return inside ? text.matcher(actual).find() : text.matcher(actual).matches();
    }

    @Override
    public List<String> selectors() {
      return List.of(selector);
    }
  }

  private static List<String> union(Condition left, Condition right) {
    var all = new ArrayList<>(left.selectors());
    all.addAll(right.selectors());
    return all;
  }
}
