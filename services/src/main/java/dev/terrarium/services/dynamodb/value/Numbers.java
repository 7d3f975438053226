package dev.terrarium.services.dynamodb.value;

import dev.terrarium.services.dynamodb.value.Value.NumberValue;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/// DynamoDB's numbers: up to 38 significant digits, magnitudes from 1E-130 to 9.99…E+125, and zero.
public final class Numbers {
  private static final int DIGITS_MAX = 38;
  private static final int EXPONENT_MAX = 125;
  private static final int EXPONENT_MIN = -130;

  private Numbers() {}

  /// The number of a text.
  ///
  /// @throws InvalidValueException in DynamoDB's words, if it is none or out of range
  public static NumberValue parse(String text) {
    return new NumberValue(decimal(text));
  }

  /// As [#parse], as it is in sets.
  public static BigDecimal decimal(String text) {
    var small = small(text);
    if (small != null) {
      return small;
    }
    if (!isNumber(text)) {
      throw new InvalidValueException(
          text.isBlank()
              ? "The parameter cannot be converted to a numeric value"
              : "The parameter cannot be converted to a numeric value: " + text);
    }
    BigDecimal number;
    try {
      number = new BigDecimal(text);
    } catch (NumberFormatException e) {
      throw new InvalidValueException(overflow(text.contains("e-") || text.contains("E-")));
    }
    return checked(number);
  }

  /// The result of an addition or subtraction, in range.
  public static BigDecimal checked(BigDecimal number) {
    if (number.signum() == 0) {
      return BigDecimal.ZERO;
    }
    var stripped = number.stripTrailingZeros();
    var exponent = (long) stripped.precision() - stripped.scale() - 1;
    if (exponent > EXPONENT_MAX || exponent < EXPONENT_MIN) {
      throw new InvalidValueException(overflow(exponent < 0));
    } else if (stripped.precision() > DIGITS_MAX) {
      throw new InvalidValueException(
          "Attempting to store more than 38 significant digits in a Number");
    }
    return stripped;
  }

  private static String overflow(boolean under) {
    return under
        ? "Number underflow. Attempting to store a number with magnitude smaller than supported"
            + " range"
        : "Number overflow. Attempting to store a number with magnitude larger than supported"
            + " range";
  }

  /// The usual case: a few digits and nothing else.
  private static @Nullable BigDecimal small(String text) {
    var length = text.length();
    if (length == 0 || length > 18) {
      return null;
    }
    var negative = text.charAt(0) == '-';
    long value = 0;
    for (int i = negative ? 1 : 0; i < length; i++) {
      var digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return null;
      }
      value = value * 10 + digit;
    }
    if (negative && length == 1) {
      return null;
    }
    var number = BigDecimal.valueOf(negative ? -value : value);
    return value != 0 && value % 10 == 0 ? number.stripTrailingZeros() : number;
  }

  /// What [BigDecimal] reads, but ASCII digits only.
  private static boolean isNumber(String text) {
    int at = 0;
    var end = text.length();
    if (at < end && (text.charAt(at) == '-' || text.charAt(at) == '+')) {
      at++;
    }
    var whole = digits(text, at);
    at += whole;
    int fraction = 0;
    if (at < end && text.charAt(at) == '.') {
      fraction = digits(text, ++at);
      at += fraction;
    }
    if (whole + fraction == 0) {
      return false;
    }
    if (at < end && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
      at++;
      if (at < end && (text.charAt(at) == '-' || text.charAt(at) == '+')) {
        at++;
      }
      var exponent = digits(text, at);
      if (exponent == 0) {
        return false;
      }
      at += exponent;
    }
    return at == end;
  }

  private static int digits(String text, int from) {
    int at = from;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    return at - from;
  }
}
