package dev.terrarium.kernel.time;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A cron expression in AWS's form, of six fields: minutes, hours, day of the month, month, day of
/// the week (1 is Sunday) and year (1970 to 2199).
///
/// All fields know `*`, lists, ranges and increments; a range may wrap (`22-2`, `SAT-MON`), except
/// of years. `L` is the last day of the month, or of the week; `6L` the month's last Friday, `6#3`
/// its third; `15W` the working day nearest to the 15th of the same month, `LW` the last one. These
/// stand alone in their field. One of the two fields of days must be `?`, the other not.
public final class Cron implements Schedule {
  private static final List<String> MONTHS =
      List.of(
          "", "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC");
  private static final List<String> WEEKDAYS =
      List.of("", "SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT");
  private static final int YEAR_MIN = 1970;
  private static final int YEAR_MAX = 2199;
  private static final Pattern NEAREST = Pattern.compile("(\\d{1,2})W");
  private static final Pattern LAST_OF_WEEK = Pattern.compile("([A-Z]{3}|\\d)L");
  private static final Pattern NTH = Pattern.compile("([A-Z]{3}|\\d)#([1-5])");

  private final BitSet minutes;
  private final BitSet hours;
  private final Predicate<LocalDate> days;
  private final BitSet months;
  private final BitSet years;

  private Cron(
      BitSet minutes, BitSet hours, Predicate<LocalDate> days, BitSet months, BitSet years) {
    this.minutes = minutes;
    this.hours = hours;
    this.days = days;
    this.months = months;
    this.years = years;
  }

  /// The expression between `cron(` and `)`, if it is one.
  public static Optional<Cron> of(String text) {
    var fields = text.strip().toUpperCase(Locale.ROOT).split("\\s+");
    if (fields.length != 6 || fields[2].equals("?") == fields[4].equals("?")) {
      return Optional.empty();
    }
    var minutes = set(fields[0], 0, 59, List.of());
    var hours = set(fields[1], 0, 23, List.of());
    var months = set(fields[3], 1, 12, MONTHS);
    var years = set(fields[5], YEAR_MIN, YEAR_MAX, List.of());
    var days = fields[4].equals("?") ? ofMonth(fields[2]) : ofWeek(fields[4]);
    return minutes == null || hours == null || days == null || months == null || years == null
        ? Optional.empty()
        : Optional.of(new Cron(minutes, hours, days, months, years));
  }

  @Override
  public Optional<Instant> next(Instant after, Instant start, ZoneId zone) {
    var from = LocalDateTime.ofInstant(after, zone);
    var month = YearMonth.from(from);
    while (true) {
      var year = years.nextSetBit(Math.max(YEAR_MIN, month.getYear()));
      if (year < 0) {
        return Optional.empty();
      }
      month = year == month.getYear() ? month : YearMonth.of(year, 1);
      var next = months.get(month.getMonthValue()) ? inMonth(month, from, after, zone) : null;
      if (next != null) {
        return Optional.of(next);
      }
      month = month.plusMonths(1);
    }
  }

  private @Nullable Instant inMonth(
      YearMonth month, LocalDateTime from, Instant after, ZoneId zone) {
    var today = month.equals(YearMonth.from(from)) ? from.getDayOfMonth() : 0;
    for (int day = Math.max(1, today); day <= month.lengthOfMonth(); day++) {
      var date = month.atDay(day);
      if (days.test(date)) {
        var next = onDay(date, day == today ? from.getHour() : 0, after, zone);
        if (next != null) {
          return next;
        }
      }
    }
    return null;
  }

  /// The first moment of a day behind another. As a local time stands for the first moment at which
  /// clocks show it, moments follow each other as their local times do.
  private @Nullable Instant onDay(LocalDate date, int firstHour, Instant after, ZoneId zone) {
    for (int hour = hours.nextSetBit(firstHour); hour >= 0; hour = hours.nextSetBit(hour + 1)) {
      for (int m = minutes.nextSetBit(0); m >= 0; m = minutes.nextSetBit(m + 1)) {
        var local = date.atTime(hour, m);
        var offsets = zone.getRules().getValidOffsets(local);
        if (!offsets.isEmpty()) {
          var moment = local.toInstant(offsets.getFirst());
          if (moment.isAfter(after)) {
            return moment;
          }
        }
      }
    }
    return null;
  }

  private static @Nullable Predicate<LocalDate> ofMonth(String field) {
    if (field.equals("L")) {
      return day -> day.getDayOfMonth() == day.lengthOfMonth();
    }
    if (field.equals("LW")) {
      return day -> day.getDayOfMonth() == nearest(day, day.lengthOfMonth());
    }
    var nearest = NEAREST.matcher(field);
    if (nearest.matches()) {
      var wanted = Integer.parseInt(nearest.group(1));
      return wanted < 1 || wanted > 31
          ? null
          : day -> wanted <= day.lengthOfMonth() && day.getDayOfMonth() == nearest(day, wanted);
    }
    var days = set(field, 1, 31, List.of());
    return days == null ? null : day -> days.get(day.getDayOfMonth());
  }

  /// The working day nearest to a day of `month`, without leaving it.
  private static int nearest(LocalDate month, int day) {
    return switch (month.withDayOfMonth(day).getDayOfWeek()) {
      case SATURDAY -> day == 1 ? 3 : day - 1;
      case SUNDAY -> day == month.lengthOfMonth() ? day - 2 : day + 1;
      default -> day;
    };
  }

  private static @Nullable Predicate<LocalDate> ofWeek(String field) {
    if (field.equals("L")) {
      return day -> weekday(day) == 7;
    }
    var last = LAST_OF_WEEK.matcher(field);
    if (last.matches()) {
      var wanted = number(last.group(1), WEEKDAYS);
      return wanted < 1 || wanted > 7
          ? null
          : day -> weekday(day) == wanted && day.getDayOfMonth() > day.lengthOfMonth() - 7;
    }
    var nth = NTH.matcher(field);
    if (nth.matches()) {
      var wanted = number(nth.group(1), WEEKDAYS);
      var which = Integer.parseInt(nth.group(2));
      return wanted < 1 || wanted > 7
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
    for (var part : field.split(",", -1)) {
      var slash = part.split("/", 2);
      var step = slash.length == 2 ? number(slash[1], List.of()) : 1;
      var range = slash[0].split("-", 2);
      var open = slash[0].equals("*");
      var from = open ? min : number(range[0], names);
      var to = range.length == 2 ? number(range[1], names) : open || slash.length == 2 ? max : from;
      if (from < min || from > max || to < min || to > max || step < 1 || step > max) {
        return null;
      }
      if (to < from && max == YEAR_MAX) {
        return null;
      }
      var size = max - min + 1;
      for (int i = from; i <= (to < from ? to + size : to); i += step) {
        set.set(i > max ? i - size : i);
      }
    }
    return set;
  }

  /// -1 if it is none.
  private static int number(String text, List<String> names) {
    var named = names.indexOf(text);
    if (named > 0) {
      return named;
    }
    return text.matches("\\d{1,4}") ? Integer.parseInt(text) : -1;
  }
}
