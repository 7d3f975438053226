package dev.terrarium.services.firehose.conversion;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The forms in which moments come: those that OpenX's deserializer knows, or those that are named
/// for Hive's. Moments without an offset are of UTC.
final class Timestamps {
  private static final String MILLIS = "millis";
  private static final long SECONDS_MAX = Integer.MAX_VALUE;
  private static final DateTimeFormatter PLAIN =
      new DateTimeFormatterBuilder()
          .appendPattern("yyyy-[MM][M]-[dd][d]")
          .optionalStart()
          .appendPattern("['T'][' ']HH:mm:ss")
          .optionalStart()
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .optionalEnd()
          .optionalEnd()
          .appendPattern("[XXX][XX][X]")
          .parseDefaulting(ChronoField.HOUR_OF_DAY, 0)
          .toFormatter(Locale.ROOT);

  private final List<DateTimeFormatter> formats;
  private final boolean millis;
  private final boolean numbers;

  private Timestamps(List<DateTimeFormatter> formats, boolean millis, boolean numbers) {
    this.formats = formats;
    this.millis = millis;
    this.numbers = numbers;
  }

  static Timestamps ofOpenX() {
    return new Timestamps(List.of(PLAIN), false, true);
  }

  /// @param patterns Joda-Time's, or `millis`
  /// @throws IllegalArgumentException if one is no pattern
  static Timestamps ofHive(List<String> patterns) {
    if (patterns.isEmpty()) {
      return new Timestamps(List.of(PLAIN), false, false);
    }
    var formats = new ArrayList<DateTimeFormatter>();
    for (var pattern : patterns) {
      if (!pattern.equals(MILLIS)) {
        formats.add(format(pattern));
      }
    }
    return new Timestamps(formats, patterns.contains(MILLIS), false);
  }

  /// Joda-Time's letters are those of the JDK but for the era's year and offsets with a colon.
  private static DateTimeFormatter format(String pattern) {
    var translated = new StringBuilder();
    var quoted = false;
    for (int i = 0; i < pattern.length(); i++) {
      var letter = pattern.charAt(i);
      quoted ^= letter == '\'';
      if (quoted) {
        translated.append(letter);
      } else if (letter == 'Y') {
        translated.append('y');
      } else if (letter == 'Z') {
        var two = pattern.startsWith("ZZ", i);
        translated.append(two ? "[XXX]" : "[XX][XXX]");
        i += two ? 1 : 0;
      } else {
        translated.append(letter);
      }
    }
    return new DateTimeFormatterBuilder()
        .appendPattern(translated.toString())
        .parseDefaulting(ChronoField.MONTH_OF_YEAR, 1)
        .parseDefaulting(ChronoField.DAY_OF_MONTH, 1)
        .toFormatter(Locale.ROOT);
  }

  Instant read(JsonNode value) throws ConversionException {
    var text = value.asText().strip();
    var number = value.isNumber() || text.matches("-?[0-9]+(\\.[0-9]+)?");
    if (number && numbers) {
      return epoch(new BigDecimal(text));
    }
    if (number && millis) {
      return Instant.ofEpochMilli(new BigDecimal(text).longValue());
    }
    for (var format : formats) {
      try {
        return moment(format.parse(text));
      } catch (DateTimeException e) {
        // The next format may fit.
      }
    }
    throw ConversionException.mismatch(
        "Timestamp format must be yyyy-mm-dd hh:mm:ss[.fffffffff]: '" + text + "'");
  }

  /// Seconds, or milliseconds if they would be too many as seconds.
  private static Instant epoch(BigDecimal number) throws ConversionException {
    try {
      if (number.scale() <= 0 && number.abs().compareTo(BigDecimal.valueOf(SECONDS_MAX)) > 0) {
        return Instant.ofEpochMilli(number.longValueExact());
      }
      var nanos = number.movePointRight(9).toBigInteger();
      var billion = BigInteger.valueOf(1_000_000_000);
      var parts = nanos.divideAndRemainder(billion);
      return Instant.ofEpochSecond(parts[0].longValueExact(), parts[1].longValueExact());
    } catch (ArithmeticException | DateTimeException e) {
      throw ConversionException.mismatch("Timestamp out of range: " + number);
    }
  }

  private static Instant moment(TemporalAccessor parsed) {
    var date = LocalDate.from(parsed);
    var time = parsed.query(TemporalQueries.localTime());
    var offset = parsed.query(TemporalQueries.offset());
    return date.atTime(time == null ? LocalTime.MIDNIGHT : time)
        .toInstant(offset == null ? ZoneOffset.UTC : offset);
  }
}
