package dev.terrarium.services.logs;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Functions of Insights' expressions.
final class InsightsFunctions {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

  private static final Set<String> VARYING =
      Set.of("concat", "coalesce", "substr", "greatest", "least");
  private static final Map<String, Integer> COUNTS =
      Map.of("replace", 3, "strcontains", 2, "isipinsubnet", 2, "isipv4insubnet", 2);

  private InsightsFunctions() {}

  /// A moment as Insights shows it.
  static String time(long millis) {
    return TIME.format(Instant.ofEpochMilli(millis));
  }

  /// The beginning of the period in which a row's event lies.
  static InsightsExpression bin(long millis) {
    return rounded(row -> row.get("@timestamp"), millis, false);
  }

  /// A moment, rounded to the beginning of its period or to the end.
  static InsightsExpression rounded(InsightsExpression moment, long millis, boolean up) {
    return row -> {
      var at = millis(moment.in(row));
      if (at == null) {
        return null;
      }
      return time((up ? Math.ceilDiv(at, millis) : Math.floorDiv(at, millis)) * millis);
    };
  }

  /// The milliseconds of a moment as Insights shows it, or as a number; null if it is none.
  static @Nullable Long millis(@Nullable String shown) {
    if (shown == null) {
      return null;
    }
    if (shown.matches("[0-9]{1,15}")) {
      return Long.valueOf(shown);
    }
    try {
      return LocalDateTime.parse(shown, TIME).toInstant(ZoneOffset.UTC).toEpochMilli();
    } catch (DateTimeParseException e) {
      return null; // What is no moment has no period.
    }
  }

  /// @throws IllegalArgumentException if there is none of that name
  static InsightsExpression of(String name, List<InsightsExpression> arguments) {
    if (!VARYING.contains(name) && arguments.size() != COUNTS.getOrDefault(name, 1)) {
      throw new IllegalArgumentException(name + " has " + arguments.size() + " arguments");
    }
    return switch (name) {
      case "strlen" -> onText(arguments, text -> Integer.toString(text.length()));
      case "tolower" -> onText(arguments, text -> text.toLowerCase(Locale.ROOT));
      case "toupper" -> onText(arguments, text -> text.toUpperCase(Locale.ROOT));
      case "trim" -> onText(arguments, String::strip);
      case "ltrim" -> onText(arguments, String::stripLeading);
      case "rtrim" -> onText(arguments, String::stripTrailing);
      case "abs" -> onNumber(arguments, BigDecimal::abs);
      case "ceil" -> onNumber(arguments, n -> n.setScale(0, RoundingMode.CEILING));
      case "floor" -> onNumber(arguments, n -> n.setScale(0, RoundingMode.FLOOR));
      case "ispresent" -> row -> InsightsExpression.truth(arguments.getFirst().in(row) != null);
      case "isempty" ->
          row -> {
            var value = arguments.getFirst().in(row);
            return InsightsExpression.truth(value == null || value.isEmpty());
          };
      case "isblank" ->
          row -> {
            var value = arguments.getFirst().in(row);
            return InsightsExpression.truth(value == null || value.isBlank());
          };
      case "concat" ->
          row -> {
            var all = new StringBuilder();
            arguments.forEach(a -> all.append(Objects.requireNonNullElse(a.in(row), "")));
            return all.toString();
          };
      case "coalesce" ->
          row ->
              arguments.stream()
                  .map(a -> a.in(row))
                  .filter(Objects::nonNull)
                  .findFirst()
                  .orElse(null);
      case "replace" ->
          row -> {
            var value = arguments.get(0).in(row);
            var wanted = arguments.get(1).in(row);
            var put = arguments.get(2).in(row);
            return value == null || wanted == null || put == null
                ? value
                : value.replace(wanted, put);
          };
      default -> MoreInsightsFunctions.of(name, arguments);
    };
  }

  static InsightsExpression onText(
      List<InsightsExpression> arguments, InsightsExpression.OnText function) {
    var argument = arguments.getFirst();
    return row -> {
      var value = argument.in(row);
      return value == null ? null : function.of(value);
    };
  }

  static InsightsExpression onNumber(
      List<InsightsExpression> arguments, UnaryOperator<BigDecimal> function) {
    var argument = arguments.getFirst();
    return row -> {
      var value = InsightsExpression.number(argument.in(row));
      return value == null ? null : InsightsExpression.text(function.apply(value));
    };
  }
}
