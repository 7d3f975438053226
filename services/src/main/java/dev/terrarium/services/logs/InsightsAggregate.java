package dev.terrarium.services.logs;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One function of a `stats` command over the rows of a group.
record InsightsAggregate(
    String name, String function, @Nullable InsightsExpression of, int percent) {
  private static final List<String> FUNCTIONS =
      List.of(
          "count",
          "count_distinct",
          "sum",
          "avg",
          "min",
          "max",
          "pct",
          "stddev",
          "earliest",
          "latest");

  static boolean isOne(String function) {
    return FUNCTIONS.contains(function.toLowerCase(Locale.ROOT));
  }

  /// Reads its arguments.
  ///
  /// @param name under which its value is put into the row of a group
  static InsightsAggregate parse(String function, InsightsTokens tokens, String name) {
    InsightsExpression of = null;
    var percent = 0;
    if (!tokens.skip(")")) {
      if (!tokens.skip("*")) {
        of = new InsightsExpression.Parser(tokens).expression();
        if (tokens.skip(",")) {
          percent = Integer.parseInt(Objects.requireNonNullElse(tokens.number(), "50"));
        }
      }
      tokens.expect(")");
    }
    return new InsightsAggregate(name, function.toLowerCase(Locale.ROOT), of, percent);
  }

  void addTo(Map<String, String> row, List<Map<String, String>> members) {
    var value = value(members);
    if (value != null) {
      row.put(name, value);
    }
  }

  private @Nullable String value(List<Map<String, String>> members) {
    var expression = of;
    if (expression == null) {
      return Integer.toString(members.size());
    }
    var texts =
        members.stream().map(expression::in).filter(Objects::nonNull).map(String::valueOf).toList();
    var numbers =
        texts.stream()
            .map(InsightsExpression::number)
            .filter(Objects::nonNull)
            .map(Objects::requireNonNull)
            .sorted()
            .toList();
    return switch (function) {
      case "count" -> Integer.toString(texts.size());
      case "count_distinct" -> Long.toString(texts.stream().distinct().count());
      case "earliest" -> texts.isEmpty() ? null : texts.getFirst();
      case "latest" -> texts.isEmpty() ? null : texts.getLast();
      case "min" -> extreme(texts, numbers, true);
      case "max" -> extreme(texts, numbers, false);
      default -> numbers.isEmpty() ? null : InsightsExpression.text(number(numbers));
    };
  }

  private static @Nullable String extreme(
      List<String> texts, List<BigDecimal> numbers, boolean least) {
    if (texts.isEmpty()) {
      return null;
    }
    if (numbers.isEmpty()) {
      var sorted = texts.stream().sorted().toList();
      return least ? sorted.getFirst() : sorted.getLast();
    }
    return InsightsExpression.text(least ? numbers.getFirst() : numbers.getLast());
  }

  private BigDecimal number(List<BigDecimal> sorted) {
    var count = BigDecimal.valueOf(sorted.size());
    var sum = sorted.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    var mean = sum.divide(count, MathContext.DECIMAL64);
    return switch (function) {
      case "sum" -> sum;
      case "avg" -> mean;
      case "pct" ->
          sorted.get(
              Math.clamp(
                  (long) Math.ceil(sorted.size() * percent / 100.0) - 1, 0, sorted.size() - 1));
      default -> {
        var squares = BigDecimal.ZERO;
        for (var each : sorted) {
          squares = squares.add(each.subtract(mean).pow(2));
        }
        yield squares.divide(count, MathContext.DECIMAL64).sqrt(MathContext.DECIMAL64);
      }
    };
  }
}
