package dev.terrarium.services.logs;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// An expression of CloudWatch Logs Insights over the fields of one row: comparisons, arithmetic,
/// `like`, `in` and functions. Values are texts; what is missing is null.
@FunctionalInterface
interface InsightsExpression {
  /// The value in a row, or null.
  @Nullable String in(Map<String, String> row);

  /// What is done to a text.
  @FunctionalInterface
  interface OnText {
    /// The outcome, or null if there is none.
    @Nullable String of(String text);
  }

  /// Whether a row fulfils it.
  default boolean holds(Map<String, String> row) {
    var value = in(row);
    return value != null && !value.equals("0") && !value.equals("false") && !value.isEmpty();
  }

  /// Reads expressions by recursive descent, the loosest operator first.
  final class Parser {
    private final InsightsTokens tokens;
    private final @Nullable List<InsightsAggregate> aggregates;

    Parser(InsightsTokens tokens) {
      this(tokens, null);
    }

    /// @param aggregates gets the functions of groups that are met; their values are looked for in
    ///   the row by their names
    Parser(InsightsTokens tokens, @Nullable List<InsightsAggregate> aggregates) {
      this.tokens = tokens;
      this.aggregates = aggregates;
    }

    InsightsExpression expression() {
      var left = conjunction();
      while (tokens.skipWord("or")) {
        var a = left;
        var b = conjunction();
        left = row -> truth(a.holds(row) || b.holds(row));
      }
      return left;
    }

    private InsightsExpression conjunction() {
      var left = negation();
      while (tokens.skipWord("and")) {
        var a = left;
        var b = negation();
        left = row -> truth(a.holds(row) && b.holds(row));
      }
      return left;
    }

    private InsightsExpression negation() {
      if (tokens.skipWord("not")) {
        var inner = negation();
        return row -> truth(!inner.holds(row));
      }
      return comparison();
    }

    private InsightsExpression comparison() {
      var left = sum();
      var negated = tokens.skipWord("not");
      if (tokens.skipWord("like") || tokens.skip("=~")) {
        var pattern = pattern();
        return row -> {
          var value = left.in(row);
          return truth(value != null && pattern.matcher(value).find() != negated);
        };
      }
      if (tokens.skipWord("in")) {
        var values = list();
        return row -> {
          var value = left.in(row);
          return truth(
              values.stream().anyMatch(v -> value != null && value.equals(v.in(row))) != negated);
        };
      }
      for (var operator : List.of("!=", "<=", ">=", "=", "<", ">")) {
        if (tokens.skip(operator)) {
          var right = sum();
          return row -> truth(compares(operator, left.in(row), right.in(row)));
        }
      }
      return left;
    }

    private List<InsightsExpression> list() {
      tokens.expect("[");
      var values = new ArrayList<InsightsExpression>();
      do {
        values.add(sum());
      } while (tokens.skip(","));
      tokens.expect("]");
      return values;
    }

    private Pattern pattern() {
      var regex = tokens.regex();
      if (regex != null) {
        return compiled(regex);
      }
      return Pattern.compile(Pattern.quote(tokens.string()));
    }

    static Pattern compiled(String regex) {
      try {
        return Pattern.compile(regex);
      } catch (PatternSyntaxException e) {
        throw new IllegalArgumentException("invalid regular expression " + regex, e);
      }
    }

    private InsightsExpression sum() {
      var left = product();
      while (true) {
        if (tokens.skip("+")) {
          left = arithmetic(left, product(), BigDecimal::add);
        } else if (tokens.skip("-")) {
          left = arithmetic(left, product(), BigDecimal::subtract);
        } else {
          return left;
        }
      }
    }

    private InsightsExpression product() {
      var left = power();
      while (true) {
        if (tokens.skip("*")) {
          left = arithmetic(left, power(), BigDecimal::multiply);
        } else if (tokens.skip("/")) {
          left =
              arithmetic(
                  left,
                  power(),
                  (a, b) -> b.signum() == 0 ? null : a.divide(b, MathContext.DECIMAL64));
        } else if (tokens.skip("%")) {
          left = arithmetic(left, power(), (a, b) -> b.signum() == 0 ? null : a.remainder(b));
        } else {
          return left;
        }
      }
    }

    private InsightsExpression power() {
      var left = atom();
      return tokens.skip("^") ? arithmetic(left, power(), Parser::power) : left;
    }

    private static @Nullable BigDecimal power(BigDecimal base, BigDecimal exponent) {
      var result = Math.pow(base.doubleValue(), exponent.doubleValue());
      return Double.isFinite(result) ? new BigDecimal(result, MathContext.DECIMAL64) : null;
    }

    private InsightsExpression atom() {
      if (tokens.skip("(")) {
        var inner = expression();
        tokens.expect(")");
        return inner;
      }
      if (tokens.isString()) {
        var text = tokens.string();
        return row -> text;
      }
      var number = tokens.number();
      if (number != null) {
        return row -> number;
      }
      if (tokens.skip("-")) {
        return arithmetic(row -> "0", atom(), BigDecimal::subtract);
      }
      var name = tokens.name();
      if (!tokens.skip("(")) {
        return row -> row.get(name);
      }
      if (aggregates != null && InsightsAggregate.isOne(name)) {
        var aggregate = InsightsAggregate.parse(name, tokens, "\0" + aggregates.size());
        aggregates.add(aggregate);
        return row -> row.get(aggregate.name());
      }
      var arguments = new ArrayList<InsightsExpression>();
      if (name.equals("bin")) {
        var millis = tokens.period();
        tokens.expect(")");
        return InsightsFunctions.bin(millis);
      }
      if (name.equalsIgnoreCase("datefloor") || name.equalsIgnoreCase("dateceil")) {
        var moment = expression();
        tokens.expect(",");
        var millis = tokens.period();
        tokens.expect(")");
        return InsightsFunctions.rounded(moment, millis, name.equalsIgnoreCase("dateceil"));
      }
      if (!tokens.skip(")")) {
        do {
          arguments.add(expression());
        } while (tokens.skip(","));
        tokens.expect(")");
      }
      return InsightsFunctions.of(name.toLowerCase(Locale.ROOT), arguments);
    }

    private interface Step {
      @Nullable BigDecimal of(BigDecimal left, BigDecimal right);
    }

    private static InsightsExpression arithmetic(
        InsightsExpression left, InsightsExpression right, Step step) {
      return row -> {
        var a = number(left.in(row));
        var b = number(right.in(row));
        var result = a == null || b == null ? null : step.of(a, b);
        return result == null ? null : text(result);
      };
    }
  }

  /// The number of a text, or null if it is none.
  static @Nullable BigDecimal number(@Nullable String text) {
    if (text == null || !text.matches("[+-]?([0-9]{1,30}(\\.[0-9]{0,30})?|\\.[0-9]{1,30})")) {
      return null;
    }
    return new BigDecimal(text);
  }

  /// A number as Insights shows it, with at most four places.
  static String text(BigDecimal number) {
    var rounded = number.scale() > 4 ? number.setScale(4, java.math.RoundingMode.HALF_UP) : number;
    return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
  }

  /// `1` or `0`.
  static String truth(boolean value) {
    return value ? "1" : "0";
  }

  private static boolean compares(String operator, @Nullable String left, @Nullable String right) {
    if (left == null || right == null) {
      return operator.equals("!=") && left != right;
    }
    var a = number(left);
    var b = number(right);
    var order = a != null && b != null ? a.compareTo(b) : left.compareTo(right);
    return switch (operator) {
      case "=" -> order == 0;
      case "!=" -> order != 0;
      case "<" -> order < 0;
      case "<=" -> order <= 0;
      case ">" -> order > 0;
      default -> order >= 0;
    };
  }
}
