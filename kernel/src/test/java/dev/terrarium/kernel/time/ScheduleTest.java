package dev.terrarium.kernel.time;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.testkit.Seed;
import dev.terrarium.testkit.Seeded;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ScheduleTest {
  private static final List<String> ZONES =
      List.of("UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata");
  private static final String[] WEEKDAYS = {"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"};

  /// A field and what it means, which is known since it was made from that.
  private record Field<T>(String text, Predicate<T> meaning) {}

  @Seeded(tries = 150)
  void aCronIsDueWhenAWalkThroughAllMinutesSaysSo(Seed seed) {
    var random = seed.random();
    var minutes = numbers(random, 0, 59);
    var hours = numbers(random, 0, 23);
    Field<Integer> months = random.nextInt(3) == 0 ? numbers(random, 1, 12) : any();
    var byWeek = random.nextBoolean();
    var days = byWeek ? weekday(random) : day(random);
    var text =
        "cron(%s %s %s %s %s *)"
            .formatted(
                minutes.text,
                hours.text,
                byWeek ? "?" : days.text,
                months.text,
                byWeek ? days.text : "?");
    var zone = ZoneId.of(ZONES.get(random.nextInt(ZONES.size())));
    // Around the changes of the clocks in the year 2026.
    var month = List.of(3, 4, 10, 11, 2).get(random.nextInt(5));
    var after =
        Instant.parse("2026-%02d-01T00:00:00Z".formatted(month))
            .plusSeconds(random.nextInt(31 * 86400));

    var end = after.plus(Duration.ofDays(40));
    var walked =
        walk(
            after,
            end,
            zone,
            moment ->
                minutes.meaning.test(moment.getMinute())
                    && hours.meaning.test(moment.getHour())
                    && months.meaning.test(moment.getMonthValue())
                    && days.meaning.test(moment.toLocalDate()));
    var schedule = Schedule.of(text).orElseThrow();
    var told = new ArrayList<Instant>();
    var next = schedule.next(after, after, zone);
    while (next.isPresent() && next.get().isBefore(end) && told.size() < 30) {
      told.add(next.get());
      next = schedule.next(next.get(), after, zone);
    }
    assertThat(told).as("%s in %s after %s", text, zone, after).isEqualTo(walked);
  }

  /// The first thirty; of a local time that comes twice only the first.
  private static List<Instant> walk(
      Instant after, Instant end, ZoneId zone, Predicate<ZonedDateTime> due) {
    var found = new ArrayList<Instant>();
    var moment = Instant.ofEpochSecond(Math.floorDiv(after.getEpochSecond(), 60) * 60 + 60);
    for (; moment.isBefore(end) && found.size() < 30; moment = moment.plusSeconds(60)) {
      var local = moment.atZone(zone);
      if (due.test(local) && local.withEarlierOffsetAtOverlap().toInstant().equals(moment)) {
        found.add(moment);
      }
    }
    return found;
  }

  private static <T> Field<T> any() {
    return new Field<>("*", value -> true);
  }

  private static Field<Integer> numbers(Random random, int min, int max) {
    if (random.nextInt(4) == 0) {
      return any();
    }
    var meant = new TreeSet<Integer>();
    var parts = new ArrayList<String>();
    for (int i = 0; i <= random.nextInt(3); i++) {
      var from = min + random.nextInt(max - min + 1);
      var to = min + random.nextInt(max - min + 1);
      var step = 1 + random.nextInt(max);
      switch (random.nextInt(4)) {
        case 0 -> {
          parts.add("" + from);
          meant.add(from);
        }
        case 1 -> {
          parts.add(from + "-" + to);
          for (int n = from; n != to; n = n == max ? min : n + 1) {
            meant.add(n);
          }
          meant.add(to);
        }
        case 2 -> {
          parts.add(from + "/" + step);
          for (int n = from; n <= max; n += step) {
            meant.add(n);
          }
        }
        default -> {
          parts.add("*/" + step);
          for (int n = min; n <= max; n += step) {
            meant.add(n);
          }
        }
      }
    }
    return new Field<>(String.join(",", parts), meant::contains);
  }

  private static Field<LocalDate> day(Random random) {
    var day = 1 + random.nextInt(31);
    return switch (random.nextInt(4)) {
      case 0 -> new Field<>("L", date -> date.plusDays(1).getDayOfMonth() == 1);
      case 1 -> new Field<>("LW", date -> date.equals(working(date, date.lengthOfMonth())));
      case 2 ->
          new Field<>(
              day + "W", date -> day <= date.lengthOfMonth() && date.equals(working(date, day)));
      default -> {
        var numbers = numbers(random, 1, 31);
        yield new Field<>(numbers.text, date -> numbers.meaning.test(date.getDayOfMonth()));
      }
    };
  }

  /// Of the working days of a month the one that is nearest.
  private static LocalDate working(LocalDate month, int day) {
    var first = month.withDayOfMonth(1);
    return first
        .datesUntil(first.plusMonths(1))
        .filter(date -> date.getDayOfWeek().compareTo(DayOfWeek.SATURDAY) < 0)
        .min(Comparator.comparingInt(date -> Math.abs(date.getDayOfMonth() - day)))
        .orElseThrow();
  }

  private static Field<LocalDate> weekday(Random random) {
    var wanted = random.nextInt(7);
    var text = random.nextBoolean() ? WEEKDAYS[wanted] : "" + (wanted + 1);
    var which = 1 + random.nextInt(5);
    return switch (random.nextInt(3)) {
      case 0 ->
          new Field<>(
              text + "L",
              date ->
                  date.getDayOfWeek().getValue() % 7 == wanted
                      && date.plusDays(7).getMonth() != date.getMonth());
      case 1 ->
          new Field<>(
              text + "#" + which,
              date ->
                  date.getDayOfWeek().getValue() % 7 == wanted
                      && date.withDayOfMonth(1)
                              .datesUntil(date.plusDays(1))
                              .filter(day -> day.getDayOfWeek() == date.getDayOfWeek())
                              .count()
                          == which);
      default -> {
        var numbers = numbers(random, 1, 7);
        yield new Field<>(
            numbers.text, date -> numbers.meaning.test(date.getDayOfWeek().getValue() % 7 + 1));
      }
    };
  }

  /// The examples of "Cron expressions reference" and "Schedule types on EventBridge Scheduler".
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cron(0 10 * * ? *)      | 2026-01-01T10:00:00Z",
        "cron(15 12 * * ? *)     | 2026-01-01T12:15:00Z",
        "cron(0 18 ? * MON-FRI *)| 2026-01-01T18:00:00Z",
        "cron(0 8 1 * ? *)       | 2026-01-01T08:00:00Z",
        "cron(0/15 * * * ? *)    | 2026-01-01T00:15:00Z",
        "cron(0/10 * ? * MON-FRI *) | 2026-01-01T00:10:00Z",
        "cron(0/5 8-17 ? * MON-FRI *) | 2026-01-01T08:00:00Z",
        "cron(0/30 20-2 ? * MON-FRI *) | 2026-01-01T00:30:00Z",
        "cron(15 10 ? * 6L 2022-2023) |",
        "cron(15 10 ? * 6L 2026-2027) | 2026-01-30T10:15:00Z",
        "cron(0 0 29 FEB ? *)    | 2028-02-29T00:00:00Z",
        "cron(0 0 30 2 ? *)      |",
        "cron(0 9 ? * 2#1 *)     | 2026-01-05T09:00:00Z",
        "cron(0 9 3W * ? *)      | 2026-01-02T09:00:00Z",
        "cron(0 0 1 1 ? 2199)    | 2199-01-01T00:00:00Z",
      })
  void aCronIsDueAsAwsDocumentsIt(String expression, String next) {
    var after = Instant.parse("2026-01-01T00:00:00Z");
    assertThat(
            Schedule.of(expression).orElseThrow().next(after).map(Instant::toString).orElse(null))
        .isEqualTo(next);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cron(0 0 * * * *)",
        "cron(0 0 ? * ? *)",
        "cron(0 0 1 * MON *)",
        "cron(60 0 * * ? *)",
        "cron(0 24 * * ? *)",
        "cron(0 0 0 * ? *)",
        "cron(0 0 32 * ? *)",
        "cron(0 0 * 13 ? *)",
        "cron(0 0 ? * 0 *)",
        "cron(0 0 ? * 8 *)",
        "cron(0 0 ? * MON#6 *)",
        "cron(0 0 * * ? 1969)",
        "cron(0 0 * * ? 2200)",
        "cron(0 0 * * ? 2030-2020)",
        "cron(0 0 * * ?)",
        "cron()",
        "cron(0 0 * * ? * *)",
        "cron(0/0 0 * * ? *)",
        "cron(0 0 1,L * ? *)",
        "cron(, 0 * * ? *)",
        "cron(1, 0 * * ? *)",
        "cron(0 0 ? * 3#1,6#3 *)",
        "CRON(0 0 * * ? *)",
        "cron(0 0 * * ? *",
        "rate(0 minutes)",
        "rate(-1 minutes)",
        "rate(1 second)",
        "rate(1.5 hours)",
        "rate(5)",
        "rate(5minutes)",
        "at(2026-01-01)",
        "at(2026-13-01T00:00:00)",
        "at(2026-01-01T00:00)",
        "at(2026-01-01T00:00:00Z)",
        "every(1 day)",
        "",
        "5 minutes",
      })
  void whatIsNoScheduleIsNone(String expression) {
    assertThat(Schedule.of(expression)).isEmpty();
  }

  @Test
  void ratesCountFromTheirStart() {
    var start = Instant.parse("2026-03-28T12:00:00Z");
    var rate = Schedule.of("rate(1 day)").orElseThrow();
    var berlin = ZoneId.of("Europe/Berlin");
    assertThat(rate.next(start.minusSeconds(1), start, berlin)).contains(start);
    assertThat(rate.next(start, start, berlin)).contains(start.plus(Duration.ofHours(24)));
    assertThat(rate.next(start.plusSeconds(86_399), start, berlin))
        .contains(start.plus(Duration.ofHours(24)));
    assertThat(rate.next(start)).contains(start.plus(Duration.ofDays(1)));
  }

  @ParameterizedTest
  @CsvSource({
    "rate(1 minute),true", "rate(1 minutes),false", "rate(5 minutes),true",
    "rate(5 minute),false", "rate(1 hour),true", "rate(2 day),false",
  })
  void aRateTellsWhetherItsUnitAgreesWithItsValue(String expression, boolean agrees) {
    assertThat(Schedule.of(expression))
        .hasValueSatisfying(rate -> assertThat(((Schedule.Rate) rate).agrees()).isEqualTo(agrees));
  }

  @Test
  void aTimeThatClocksLeaveOutIsSkippedAndADoubledOneComesOnce() {
    var newYork = ZoneId.of("America/New_York");
    var daily = Schedule.of("cron(30 2 * * ? *)").orElseThrow();
    var beforeSpring = Instant.parse("2026-03-07T12:00:00Z");
    assertThat(daily.next(beforeSpring, beforeSpring, newYork))
        .contains(Instant.parse("2026-03-09T06:30:00Z"));
    var nightly = Schedule.of("cron(30 1 * * ? *)").orElseThrow();
    var first = Instant.parse("2026-11-01T05:30:00Z");
    assertThat(nightly.next(first.minusSeconds(3600), first, newYork)).contains(first);
    assertThat(nightly.next(first, first, newYork)).contains(Instant.parse("2026-11-02T06:30:00Z"));
  }

  @Test
  void whatIsOnceIsDueOnce() {
    var once = Schedule.of("at(2026-11-20T13:00:00)").orElseThrow();
    var moment = Instant.parse("2026-11-20T18:00:00Z");
    var newYork = ZoneId.of("America/New_York");
    assertThat(once.next(Instant.EPOCH, Instant.EPOCH, newYork)).contains(moment);
    assertThat(once.next(moment, moment, newYork)).isEmpty();
    assertThat(once.next(moment.minusMillis(1), moment, ZoneOffset.UTC)).isEmpty();
  }
}
