package dev.terrarium.wire.codec;

import dev.terrarium.wire.codec.Shape.Member;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.traits.TimestampFormatTrait.Format;

/// Simple values as text: in headers, paths, queries, forms and XML.
final class Scalars {
  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter ISO_MILLIS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private static final int TIMESTAMP_SCALE_MAX = 30;
  private static final int DIGITS_MAX = 1000;

  private Scalars() {}

  /// The value of a text, by the member's type.
  ///
  /// @param format of timestamps, where the member does not say
  /// @throws MalformedRequestException if the text is not of that type
  static @Nullable Object parse(Member member, String text, Format format) {
    return parse(member, text, format, false);
  }

  /// As above.
  ///
  /// @param strict whether only the forms that Smithy's specification has are taken; what AWS's
  ///   older services take besides, clients do send
  static @Nullable Object parse(Member member, String text, Format format, boolean strict) {
    try {
      return switch (member.kind) {
        case STRING -> text;
        case INTEGER -> Integer.valueOf(number(text));
        case LONG -> Long.valueOf(number(text));
        case SHORT -> Short.valueOf(number(text));
        case BYTE -> Byte.valueOf(number(text));
        case FLOAT -> Float.valueOf((float) decimal(text));
        case DOUBLE -> Double.valueOf(decimal(text));
        case BIG_DECIMAL -> bounded(new BigDecimal(text));
        case BOOLEAN -> bool(text, strict);
        case INSTANT -> instant(text, member.timestamp == null ? format : member.timestamp, strict);
        case BYTES -> SdkBytes.fromByteArrayUnsafe(base64(text.strip()));
        case STRUCTURE, LIST, MAP, DOCUMENT ->
            throw new MalformedRequestException(member.location + " is not a simple value");
      };
    } catch (IllegalArgumentException | DateTimeException e) {
      if (member.convertLeniently) {
        return null;
      }
      throw new MalformedRequestException(
          "'" + text + "' is not a valid value of '" + member.location + "'");
    }
  }

  /// The text of a value.
  ///
  /// @param format of timestamps, where the member does not say
  static String format(Member member, Object value, Format format) {
    return switch (value) {
      case Instant instant -> format(instant, member.timestamp == null ? format : member.timestamp);
      case SdkBytes bytes -> Base64.getEncoder().encodeToString(bytes.asByteArrayUnsafe());
      case Double number -> formatDouble(number);
      case Float number -> formatDouble(number);
      case BigDecimal number -> number.toPlainString();
      default -> value.toString();
    };
  }

  /// The text of a moment.
  static String format(Instant instant, Format format) {
    return switch (format) {
      case ISO_8601 -> iso(instant);
      case RFC_822 -> HTTP_DATE.format(instant);
      case UNIX_TIMESTAMP -> seconds(instant).toPlainString();
      case UNIX_TIMESTAMP_MILLIS -> Long.toString(instant.toEpochMilli());
    };
  }

  /// Seconds since 1970 with as many decimals as it takes, at most three.
  static BigDecimal seconds(Instant instant) {
    var millis = BigDecimal.valueOf(instant.toEpochMilli(), 3).stripTrailingZeros();
    return millis.scale() < 0 ? millis.setScale(0) : millis;
  }

  /// A moment from a number of seconds.
  static Instant fromSeconds(BigDecimal seconds) {
    var limit = new BigDecimal("31556889864403199");
    // Before anything is computed: a shift by a billion digits takes the machine's memory.
    if (Math.abs((long) seconds.scale()) > TIMESTAMP_SCALE_MAX
        || seconds.abs().compareTo(limit) > 0) {
      throw new MalformedRequestException("A timestamp is out of range");
    }
    var whole = seconds.setScale(0, java.math.RoundingMode.FLOOR);
    var nanos = seconds.subtract(whole).movePointRight(9).longValue();
    return Instant.ofEpochSecond(whole.longValueExact(), nanos);
  }

  /// A number that can be written out.
  ///
  /// @throws MalformedRequestException if it has more digits or zeros than anybody means
  static BigDecimal bounded(BigDecimal number) {
    if (number.precision() > DIGITS_MAX || Math.abs((long) number.scale()) > DIGITS_MAX) {
      throw new MalformedRequestException("A number is out of range");
    }
    return number;
  }

  /// Bytes from base64, which must have its padding.
  static byte[] base64(String text) {
    if (text.length() % 4 != 0) {
      throw new IllegalArgumentException("Not base64");
    }
    return Base64.getDecoder().decode(text);
  }

  /// A moment from its text.
  ///
  /// @param strict see [#parse]
  static Instant instant(String text, Format format, boolean strict) {
    return switch (format) {
      case ISO_8601 -> isoDate(text, strict);
      case RFC_822 -> httpDate(text, strict);
      case UNIX_TIMESTAMP -> fromSeconds(new BigDecimal(text));
      case UNIX_TIMESTAMP_MILLIS -> Instant.ofEpochMilli(Long.parseLong(text));
    };
  }

  private static Instant isoDate(String text, boolean strict) {
    if (strict
        && (text.length() < 20
            || text.charAt(19) != 'Z' && text.charAt(19) != '.'
            || !text.endsWith("Z"))) {
      throw new DateTimeException(text);
    }
    return OffsetDateTime.parse(text).toInstant();
  }

  private static Instant httpDate(String text, boolean strict) {
    try {
      return DateTimeFormatter.RFC_1123_DATE_TIME.parse(text, Instant::from);
    } catch (DateTimeException e) {
      // Fractions of seconds are allowed here, and clients send ISO where HTTP wants its own form.
      var dot = text.lastIndexOf('.');
      if (dot > 0 && text.endsWith(" GMT")) {
        var whole = text.substring(0, dot) + " GMT";
        var fraction = new BigDecimal("0" + text.substring(dot, text.length() - 4));
        return DateTimeFormatter.RFC_1123_DATE_TIME
            .parse(whole, Instant::from)
            .plusNanos(fraction.movePointRight(9).longValue());
      }
      if (strict) {
        throw e;
      }
      return OffsetDateTime.parse(text).toInstant();
    }
  }

  private static String iso(Instant instant) {
    return instant.toEpochMilli() % 1000 == 0
        ? DateTimeFormatter.ISO_INSTANT.format(instant)
        : ISO_MILLIS.format(instant);
  }

  private static String formatDouble(Number number) {
    var value = number.doubleValue();
    if (Double.isNaN(value)) {
      return "NaN";
    } else if (Double.isInfinite(value)) {
      return value > 0 ? "Infinity" : "-Infinity";
    }
    return number.toString();
  }

  private static double decimal(String text) {
    return switch (text) {
      case "NaN" -> Double.NaN;
      case "Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      default -> {
        var last = text.isEmpty() ? ' ' : text.charAt(text.length() - 1);
        if (!Character.isDigit(last) && last != '.') {
          throw new NumberFormatException(text);
        }
        yield Double.parseDouble(text);
      }
    };
  }

  private static String number(String text) {
    if (text.startsWith("+")) {
      throw new NumberFormatException(text);
    }
    return text.strip();
  }

  /// Python's clients have written booleans their own way.
  private static Boolean bool(String text, boolean strict) {
    if (text.equals("true") || !strict && text.equals("True")) {
      return true;
    } else if (text.equals("false") || !strict && text.equals("False")) {
      return false;
    }
    throw new IllegalArgumentException(text);
  }
}
