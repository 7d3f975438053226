package dev.terrarium.services.dynamodb.value;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The value of an attribute, of one of DynamoDB's ten types. Never changed once made; two values
/// are equal as DynamoDB's `=` sees them.
public sealed interface Value {
  /// `S`.
  record StringValue(String text) implements Value {}

  /// `N`, without trailing zeros, so that equal numbers are equal objects.
  record NumberValue(BigDecimal number) implements Value {
    /// The number as DynamoDB writes it: all digits, no exponent.
    public String text() {
      return number.toPlainString();
    }
  }

  /// `B`. The array is never changed.
  record BinaryValue(byte[] bytes) implements Value {
    @Override
    public boolean equals(Object other) {
      return other instanceof BinaryValue that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }
  }

  /// `BOOL`.
  record BooleanValue(boolean value) implements Value {}

  /// `NULL`.
  enum NullValue implements Value {
    /// There is only one.
    NULL
  }

  /// `SS`.
  record StringSet(Set<String> elements) implements Value {}

  /// `NS`.
  record NumberSet(Set<BigDecimal> elements) implements Value {}

  /// `BS`.
  record BinarySet(Set<BinaryValue> elements) implements Value {}

  /// `L`.
  record ListValue(List<Value> elements) implements Value {}

  /// `M`.
  record MapValue(Map<String, Value> members) implements Value {}

  /// DynamoDB's short name of the type: `S`, `N`, `BOOL`.
  default String type() {
    return switch (this) {
      case StringValue _ -> "S";
      case NumberValue _ -> "N";
      case BinaryValue _ -> "B";
      case BooleanValue _ -> "BOOL";
      case NullValue _ -> "NULL";
      case StringSet _ -> "SS";
      case NumberSet _ -> "NS";
      case BinarySet _ -> "BS";
      case ListValue _ -> "L";
      case MapValue _ -> "M";
    };
  }
}
