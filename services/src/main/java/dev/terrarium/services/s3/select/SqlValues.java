package dev.terrarium.services.s3.select;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/// How values compare, and what they look like as text and number.
final class SqlValues {
  private SqlValues() {}

  /// The number that a value is or reads as, or null.
  static @Nullable BigDecimal number(JsonNode value) {
    if (value.isNumber()) {
      return value.decimalValue();
    } else if (value.isTextual()) {
      try {
        return new BigDecimal(value.asText().strip());
      } catch (NumberFormatException e) {
        return null;
      }
    }
    return null;
  }

  static String text(JsonNode value) {
    if (value.isNumber()) {
      var number = value.decimalValue();
      return number.signum() == 0 ? "0" : number.toPlainString();
    }
    return value.isValueNode() ? value.asText() : value.toString();
  }

  /// The order of two values, or null if they have none: one is nothing, or they are of different
  /// kinds. A text beside a number is read as one, for in CSV all is text.
  static @Nullable Integer compare(JsonNode left, JsonNode right) {
    if (SqlFunctions.isNothing(left) || SqlFunctions.isNothing(right)) {
      return null;
    } else if (left.isNumber() || right.isNumber()) {
      var a = number(left);
      var b = number(right);
      return a == null || b == null ? null : (Integer) a.compareTo(b);
    } else if (left.isBoolean() || right.isBoolean()) {
      var a = left.asText();
      var b = right.asText();
      return a.equalsIgnoreCase(b) ? 0 : a.compareTo(b);
    } else if (left.isValueNode() && right.isValueNode()) {
      return left.asText().compareTo(right.asText());
    }
    return left.equals(right) ? 0 : null;
  }
}
