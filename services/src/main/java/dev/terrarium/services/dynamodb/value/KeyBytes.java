package dev.terrarium.services.dynamodb.value;

import dev.terrarium.kernel.store.Key;
import dev.terrarium.services.dynamodb.value.Value.BinaryValue;
import dev.terrarium.services.dynamodb.value.Value.NumberValue;
import dev.terrarium.services.dynamodb.value.Value.StringValue;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Writes key attributes into bytes that sort as DynamoDB sorts them: strings by their UTF-8,
/// binaries as unsigned bytes, numbers by value. No encoding is a prefix of another of its type.
///
/// A number is its sign (`7F`, `80` for zero, `81`), its decimal exponent plus 130 in one byte,
/// then two digits to the byte, each pair plus one, then `00`. Of a negative number all that is
/// behind the sign is inverted.
public final class KeyBytes {
  private static final int NEGATIVE = 0x7F;
  private static final int ZERO = 0x80;
  private static final int POSITIVE = 0x81;
  private static final int EXPONENT_BIAS = 130;

  private KeyBytes() {}

  /// The bytes of a key attribute.
  ///
  /// @throws IllegalArgumentException if the value is not of a key's type
  public static byte[] of(Value value) {
    return switch (value) {
      case StringValue string ->
          new Key.Writer().bytes(string.text().getBytes(StandardCharsets.UTF_8)).toBytes();
      case BinaryValue binary -> new Key.Writer().bytes(binary.bytes()).toBytes();
      case NumberValue number -> number(number.number());
      default -> throw new IllegalArgumentException("No key is of type " + value.type());
    };
  }

  /// The bytes with which all strings or binaries begin that begin with `value`: not ended.
  public static byte[] prefix(Value value) {
    var ended = of(value);
    return Arrays.copyOf(ended, ended.length - 2);
  }

  private static byte[] number(BigDecimal number) {
    if (number.signum() == 0) {
      return new byte[] {(byte) ZERO};
    }
    var digits = digits(number);
    var exponent = number.precision() - number.scale() - 1;
    var bytes = new byte[3 + (digits.length() + 1) / 2];
    int length = 0;
    bytes[length++] = (byte) (number.signum() > 0 ? POSITIVE : NEGATIVE);
    bytes[length++] = (byte) (exponent + EXPONENT_BIAS);
    for (int i = 0; i < digits.length(); i += 2) {
      var first = digits.charAt(i) - '0';
      var second = i + 1 < digits.length() ? digits.charAt(i + 1) - '0' : 0;
      bytes[length++] = (byte) (first * 10 + second + 1);
    }
    bytes[length] = 0;
    if (number.signum() < 0) {
      for (int i = 1; i < bytes.length; i++) {
        bytes[i] = (byte) ~bytes[i];
      }
    }
    return bytes;
  }

  private static String digits(BigDecimal number) {
    var unscaled = number.unscaledValue();
    return unscaled.bitLength() < 64 && !unscaled.equals(BigInteger.valueOf(Long.MIN_VALUE))
        ? Long.toString(Math.abs(unscaled.longValue()))
        : unscaled.abs().toString();
  }

  /// A number that spreads keys evenly; part of the format on disk.
  public static int spread(byte[] bytes) {
    int hash = 0x811C9DC5;
    for (var b : bytes) {
      hash = (hash ^ (b & 0xFF)) * 0x01000193;
    }
    hash ^= hash >>> 16;
    hash *= 0x85EBCA6B;
    hash ^= hash >>> 13;
    hash *= 0xC2B2AE35;
    return hash ^ hash >>> 16;
  }
}
