package dev.terrarium.services.iam;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The condition operators of policies: `StringLike`, `ForAnyValue:ArnEqualsIfExists` and all
/// others.
final class ConditionOperator {
  private interface Test {
    boolean matches(String actual, String expected);
  }

  private static final Map<String, Test> TESTS =
      Map.ofEntries(
          Map.entry("StringEquals", String::equals),
          Map.entry("StringEqualsIgnoreCase", String::equalsIgnoreCase),
          Map.entry("StringLike", (actual, expected) -> Wildcard.matches(expected, actual)),
          Map.entry("NumericEquals", (actual, expected) -> numbers(actual, expected) == 0),
          Map.entry("NumericLessThan", (actual, expected) -> numbers(actual, expected) < 0),
          Map.entry("NumericLessThanEquals", (actual, expected) -> numbers(actual, expected) <= 0),
          Map.entry("NumericGreaterThan", (actual, expected) -> numbers(actual, expected) > 0),
          Map.entry(
              "NumericGreaterThanEquals", (actual, expected) -> numbers(actual, expected) >= 0),
          Map.entry("DateEquals", (actual, expected) -> dates(actual, expected) == 0),
          Map.entry("DateLessThan", (actual, expected) -> dates(actual, expected) < 0),
          Map.entry("DateLessThanEquals", (actual, expected) -> dates(actual, expected) <= 0),
          Map.entry("DateGreaterThan", (actual, expected) -> dates(actual, expected) > 0),
          Map.entry("DateGreaterThanEquals", (actual, expected) -> dates(actual, expected) >= 0),
          Map.entry("Bool", String::equalsIgnoreCase),
          Map.entry("BinaryEquals", String::equals),
          Map.entry("IpAddress", (actual, expected) -> IpRange.contains(expected, actual)),
          Map.entry("ArnEquals", (actual, expected) -> Wildcard.matchesArn(expected, actual)),
          Map.entry("ArnLike", (actual, expected) -> Wildcard.matchesArn(expected, actual)));

  private static final Map<String, String> NEGATIONS =
      Map.of(
          "StringNotEquals", "StringEquals",
          "StringNotEqualsIgnoreCase", "StringEqualsIgnoreCase",
          "StringNotLike", "StringLike",
          "NumericNotEquals", "NumericEquals",
          "DateNotEquals", "DateEquals",
          "NotIpAddress", "IpAddress",
          "ArnNotEquals", "ArnEquals",
          "ArnNotLike", "ArnLike");

  private ConditionOperator() {}

  static boolean isKnown(String operator) {
    var plain = plain(operator);
    return plain.equals("Null") || TESTS.containsKey(plain) || NEGATIONS.containsKey(plain);
  }

  /// Whether the values that a request has for a key satisfy an operator.
  ///
  /// @param actual null if the request has no such key
  /// @param expected the policy's values, variables replaced
  static boolean matches(String operator, @Nullable List<String> actual, List<String> expected) {
    var plain = plain(operator);
    if (plain.equals("Null")) {
      return expected.stream().anyMatch(value -> Boolean.parseBoolean(value) == (actual == null));
    }
    var negated = NEGATIONS.containsKey(plain);
    if (actual == null || actual.isEmpty()) {
      if (operator.startsWith("ForAllValues:") || operator.endsWith("IfExists")) {
        return true;
      }
      return negated && !operator.startsWith("ForAnyValue:");
    }
    var test = TESTS.get(NEGATIONS.getOrDefault(plain, plain));
    if (test == null) {
      return false;
    }
    Predicate<String> one =
        value -> expected.stream().anyMatch(wanted -> test.matches(value, wanted)) != negated;
    if (operator.startsWith("ForAllValues:")) {
      return actual.stream().allMatch(one);
    }
    if (operator.startsWith("ForAnyValue:")) {
      return actual.stream().anyMatch(one);
    }
    return negated ? actual.stream().allMatch(one) : actual.stream().anyMatch(one);
  }

  private static String plain(String operator) {
    return operator.replaceFirst("^ForA(ll|ny)Values?:", "").replaceFirst("IfExists$", "");
  }

  /// Not a number at all is neither less, equal nor greater.
  private static double numbers(String actual, String expected) {
    try {
      return new BigDecimal(actual.trim()).compareTo(new BigDecimal(expected.trim()));
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  private static double dates(String actual, String expected) {
    try {
      return Long.compare(millis(actual), millis(expected));
    } catch (DateTimeParseException e) {
      return Double.NaN;
    }
  }

  private static long millis(String date) {
    if (date.matches("\\d+")) {
      return Long.parseLong(date) * 1000;
    }
    if (date.matches("\\d{4}-\\d{2}-\\d{2}")) {
      return Instant.parse(date + "T00:00:00Z").toEpochMilli();
    }
    return OffsetDateTime.parse(date).toInstant().toEpochMilli();
  }
}
