package dev.terrarium.services.secretsmanager;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A cron expression of Secrets Manager: minutes (always 0), hours, day of the month, month, day of
/// the week, year (always any), in UTC.
record CronSchedule(BitSet hours, BitSet months, Predicate<LocalDate> days) {
  private static final int DAYS_AHEAD_MAX = 366 * 8;
  private static final List<String> MONTHS =
      List.of(
          "", "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC");
  private static final List<String> WEEKDAYS =
      List.of("", "SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT");

  /// The schedule of six fields, if they make one.
  static Optional<CronSchedule> of(String text) {
    var fields = text.trim().toUpperCase(Locale.ROOT).split(" +");
    if (fields.length != 6 || !fields[0].equals("0") || !fields[5].equals("*")) {
      return Optional.empty();
    }
    // One of the two kinds of days must leave the choice to the other.
    if (fields[2].equals("?") == fields[4].equals("?")) {
      return Optional.empty();
    }
    var hours = set(fields[1], 0, 23, List.of());
    var months = set(fields[3], 1, 12, MONTHS);
    var days = fields[4].equals("?") ? ofMonth(fields[2]) : ofWeek(fields[4]);
    return hours == null || months == null || days == null
        ? Optional.empty()
        : Optional.of(new CronSchedule(hours, months, days));
  }

  private static @Nullable Predicate<LocalDate> ofMonth(String field) {
    if (field.equals("L")) {
      return day -> day.getDayOfMonth() == day.lengthOfMonth();
    }
    var days = set(field, 1, 31, List.of());
    return days == null ? null : day -> days.get(day.getDayOfMonth());
  }

  private static @Nullable Predicate<LocalDate> ofWeek(String field) {
    if (field.length() > 1 && field.endsWith("L")) {
      var wanted = number(field.substring(0, field.length() - 1), WEEKDAYS);
      return wanted < 1 || wanted > 7
          ? null
          : day -> weekday(day) == wanted && day.getDayOfMonth() > day.lengthOfMonth() - 7;
    }
    var hash = field.indexOf('#');
    if (hash > 0) {
      var wanted = number(field.substring(0, hash), WEEKDAYS);
      var which = number(field.substring(hash + 1), List.of());
      return wanted < 1 || wanted > 7 || which < 1 || which > 5
          ? null
          : day -> weekday(day) == wanted && (day.getDayOfMonth() + 6) / 7 == which;
    }
    var days = set(field, 1, 7, WEEKDAYS);
    return days == null ? null : day -> days.get(weekday(day));
  }

  /// Sunday is the first.
  private static int weekday(LocalDate day) {
    return day.getDayOfWeek() == DayOfWeek.SUNDAY ? 1 : day.getDayOfWeek().getValue() + 1;
  }

  /// The numbers of a field such as `*`, `1,5`, `MON-FRI` or `8/4`; null if it is not one.
  private static @Nullable BitSet set(String field, int min, int max, List<String> names) {
    var set = new BitSet();
    for (var part : field.split(",")) {
      var slash = part.split("/", 2);
      var step = slash.length == 2 ? number(slash[1], List.of()) : 1;
      var range = slash[0].split("-", 2);
      var open = slash[0].equals("*");
      var from = open ? min : number(range[0], names);
      var to = range.length == 2 ? number(range[1], names) : open || slash.length == 2 ? max : from;
      if (from < min || to > max || to < from || step < 1) {
        return null;
      }
      for (int i = from; i <= to; i += step) {
        set.set(i);
      }
    }
    return set;
  }

  private static int number(String text, List<String> names) {
    if (names.contains(text)) {
      return names.indexOf(text);
    }
    return text.matches("\\d{1,4}") ? Integer.parseInt(text) : -1;
  }

  /// The first moment after another, if there is one within some years.
  Optional<Instant> next(Instant after) {
    var from = after.atOffset(ZoneOffset.UTC);
    var day = from.toLocalDate();
    for (int i = 0; i < DAYS_AHEAD_MAX; i++, day = day.plusDays(1)) {
      if (!months.get(day.getMonthValue()) || !days.test(day)) {
        continue;
      }
      var start = day.atStartOfDay().toInstant(ZoneOffset.UTC);
      for (int hour = hours.nextSetBit(0); hour >= 0; hour = hours.nextSetBit(hour + 1)) {
        var moment = start.plus(hour, ChronoUnit.HOURS);
        if (moment.isAfter(after)) {
          return Optional.of(moment);
        }
      }
    }
    return Optional.empty();
  }
}
