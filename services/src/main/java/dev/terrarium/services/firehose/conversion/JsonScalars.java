package dev.terrarium.services.firehose.conversion;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.terrarium.services.firehose.conversion.HiveType.Primitive;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes single values of JSON.
final class JsonScalars {
  private final JsonRules rules;
  private final JsonScalars forKeys;

  JsonScalars(JsonRules rules) {
    this.rules = rules;
    this.forKeys = rules.lenient() ? this : new JsonScalars(lenient(rules));
  }

  private static JsonRules lenient(JsonRules rules) {
    return new JsonRules(true, true, false, Map.of(), rules.timestamps());
  }

  /// The key of a map, which in JSON is always text.
  Object key(Primitive type, String key) throws ConversionException {
    var value = forKeys.value(type, TextNode.valueOf(key));
    if (value == null) {
      throw ConversionException.mismatch("A key of a map must not be null");
    }
    return value;
  }

  @Nullable Object value(Primitive type, JsonNode value) throws ConversionException {
    return switch (type.kind()) {
      case BOOLEAN -> bool(value);
      case TINYINT -> whole(value, Byte.MIN_VALUE, Byte.MAX_VALUE);
      case SMALLINT -> whole(value, Short.MIN_VALUE, Short.MAX_VALUE);
      case INT -> whole(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
      case BIGINT -> whole(value, Long.MIN_VALUE, Long.MAX_VALUE);
      case FLOAT -> (double) number(value).floatValue();
      case DOUBLE -> number(value).doubleValue();
      case DECIMAL -> decimal(type, number(value));
      case STRING -> text(value);
      case CHAR, VARCHAR -> cut(text(value), type.precision());
      case BINARY -> bytes(value);
      case DATE -> date(value);
      case TIMESTAMP -> rules.timestamps().read(value);
    };
  }

  private Boolean bool(JsonNode value) throws ConversionException {
    if (value.isBoolean()) {
      return value.booleanValue();
    }
    if (rules.lenient() && value.isTextual()) {
      return Boolean.parseBoolean(value.asText());
    }
    throw ConversionException.mismatch("'" + shown(value) + "' is not a boolean");
  }

  private BigDecimal number(JsonNode value) throws ConversionException {
    if (value.isNumber()) {
      return value.decimalValue();
    }
    if (!rules.lenient()) {
      throw ConversionException.mismatch(
          "Current token (VALUE_"
              + (value.isTextual() ? "STRING" : value.asText().toUpperCase(Locale.ROOT))
              + ") not numeric, can not use numeric value accessors");
    }
    try {
      return new BigDecimal(value.asText().strip());
    } catch (NumberFormatException e) {
      throw ConversionException.mismatch("For input string: \"" + shown(value) + "\"");
    }
  }

  private Long whole(JsonNode value, long min, long max) throws ConversionException {
    var number = number(value);
    if (value.isTextual() && number.stripTrailingZeros().scale() > 0) {
      throw ConversionException.mismatch("For input string: \"" + value.asText() + "\"");
    }
    var whole = number.toBigInteger();
    if (whole.compareTo(BigInteger.valueOf(min)) < 0
        || whole.compareTo(BigInteger.valueOf(max)) > 0) {
      throw ConversionException.mismatch(
          "Numeric value (" + shown(value) + ") out of range (" + min + " - " + max + ")");
    }
    return whole.longValue();
  }

  /// A decimal of the column's scale; one that has more digits before the point than fit is null,
  /// as in Hive.
  private static @Nullable BigDecimal decimal(Primitive type, BigDecimal number) {
    var rounded = number.setScale(type.scale(), RoundingMode.HALF_UP);
    return rounded.precision() > type.precision() ? null : rounded;
  }

  private String text(JsonNode value) throws ConversionException {
    if (value.isContainerNode()) {
      if (rules.lenient()) {
        return value.toString();
      }
      throw ConversionException.malformed(
          "One or more fields have incorrect format. Exception when validating field (root)");
    }
    return value.isTextual() || value.isBoolean() ? value.asText() : value.toString();
  }

  private static String cut(String text, int length) {
    return text.codePointCount(0, text.length()) <= length
        ? text
        : text.substring(0, text.offsetByCodePoints(0, length));
  }

  /// OpenX's deserializer takes binary data as Base64, Hive's as the text's own bytes.
  private byte[] bytes(JsonNode value) throws ConversionException {
    var text = text(value);
    if (!rules.lenient()) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw ConversionException.mismatch("'" + text + "' is not Base64");
    }
  }

  private static LocalDate date(JsonNode value) throws ConversionException {
    try {
      return LocalDate.parse(value.asText().strip());
    } catch (DateTimeException e) {
      throw ConversionException.mismatch("Date format must be yyyy-mm-dd: '" + shown(value) + "'");
    }
  }

  private static String shown(JsonNode value) {
    return value.isTextual() ? value.asText() : value.toString();
  }
}
