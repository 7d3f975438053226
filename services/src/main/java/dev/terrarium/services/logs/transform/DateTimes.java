package dev.terrarium.services.logs.transform;

import com.fasterxml.jackson.databind.node.TextNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatchlogs.model.DateTimeConverter;

/// The processor `dateTimeConverter`: a moment in one of several forms becomes one in another.
final class DateTimes {
  private static final String TARGET = "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'";

  private DateTimes() {}

  static Transformer.Step step(DateTimeConverter convert) {
    var locale = convert.locale() == null ? Locale.ROOT : Locale.forLanguageTag(convert.locale());
    var from = zone(convert.sourceTimezone());
    var to = zone(convert.targetTimezone());
    var forms = new ArrayList<String>(convert.matchPatterns());
    var formats = new ArrayList<DateTimeFormatter>();
    for (var form : forms) {
      if (!isEpoch(form)) {
        formats.add(formatter(form, locale));
      }
    }
    var target =
        formatter(convert.targetFormat() == null ? TARGET : convert.targetFormat(), locale);
    return (event, message) -> {
      var text = Paths.text(event, convert.source(), message);
      var moment = text == null ? null : parse(text.strip(), forms, formats, from);
      if (moment != null) {
        Paths.set(
            event,
            convert.target(),
            TextNode.valueOf(target.format(moment.withZoneSameInstant(to))),
            true);
      }
    };
  }

  private static boolean isEpoch(String form) {
    return form.startsWith("epoch_");
  }

  private static ZoneId zone(@Nullable String name) {
    try {
      return ZoneId.of(name == null || name.isEmpty() ? "UTC" : name);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("Invalid timezone: " + name, e);
    }
  }

  private static DateTimeFormatter formatter(String form, Locale locale) {
    try {
      return DateTimeFormatter.ofPattern(form, locale);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("Invalid date time format: " + form, e);
    }
  }

  private static @Nullable ZonedDateTime parse(
      String text, List<String> forms, List<DateTimeFormatter> formats, ZoneId zone) {
    for (var form : forms) {
      if (isEpoch(form) && text.matches("[0-9]{1,18}")) {
        var number = Long.parseLong(text);
        return switch (form) {
          case "epoch_milli" -> Instant.ofEpochMilli(number).atZone(zone);
          case "epoch_nano" ->
              Instant.ofEpochSecond(number / 1_000_000_000L, number % 1_000_000_000L).atZone(zone);
          default -> Instant.ofEpochSecond(number).atZone(zone);
        };
      }
    }
    for (var format : formats) {
      try {
        var parsed = format.parseBest(text, ZonedDateTime::from, LocalDateTime::from);
        return parsed instanceof ZonedDateTime zoned
            ? zoned
            : ((LocalDateTime) parsed).atZone(zone);
      } catch (DateTimeException e) {
        System.getLogger(DateTimes.class.getName())
            .log(System.Logger.Level.TRACE, "Another form may fit", e);
      }
    }
    return null;
  }
}
