package dev.terrarium.kernel.time;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Pattern;

/// When something happens again and again, as AWS's services let people write it down: `rate(5
/// minutes)`, `cron(0 12 * * ? *)`, or, once, `at(2026-11-20T13:00:00)`.
///
/// What a service allows of it differs: EventBridge has no `at` and wants `rate(1 minute)` but
/// `rate(5 minutes)` ([Rate#agrees]), the Scheduler takes both numbers, Secrets Manager has no
/// minutes.
///
/// See "Schedule types on EventBridge Scheduler" and "Cron expressions reference" in AWS's user
/// guides.
public sealed interface Schedule permits Cron, Schedule.Rate, Schedule.At {
  /// The schedule that an expression is, if it is one.
  static Optional<Schedule> of(String expression) {
    var open = expression.indexOf('(');
    if (open < 0 || !expression.endsWith(")")) {
      return Optional.empty();
    }
    var inside = expression.substring(open + 1, expression.length() - 1);
    return switch (expression.substring(0, open)) {
      case "rate" -> Rate.of(inside);
      case "cron" -> Cron.of(inside).map(cron -> cron);
      case "at" -> At.of(inside);
      default -> Optional.empty();
    };
  }

  /// The first moment after `after`, if there is one.
  ///
  /// @param start from where rates count: a rate is due at it and at every whole interval behind
  /// @param zone in which times of day are meant. What falls into the hour that is left out in
  ///   spring does not happen, what falls into the doubled hour of autumn happens in the first
  Optional<Instant> next(Instant after, Instant start, ZoneId zone);

  /// The first moment after `after` in UTC; rates count from there.
  default Optional<Instant> next(Instant after) {
    return next(after, after, ZoneOffset.UTC);
  }

  /// At regular intervals. A day is 24 hours, whatever the clocks do.
  ///
  /// @param every the interval
  /// @param agrees whether the unit was written in the number of the value: `1 day`, `2 days`
  record Rate(Duration every, boolean agrees) implements Schedule {
    private static final Pattern FORM = Pattern.compile("(\\d{1,9}) +(minute|hour|day)(s?)");

    private static Optional<Schedule> of(String text) {
      var match = FORM.matcher(text);
      if (!match.matches()) {
        return Optional.empty();
      }
      var value = Integer.parseInt(match.group(1));
      if (value == 0) {
        return Optional.empty();
      }
      var unit =
          switch (match.group(2)) {
            case "minute" -> Duration.ofMinutes(1);
            case "hour" -> Duration.ofHours(1);
            default -> Duration.ofDays(1);
          };
      var plural = !match.group(3).isEmpty();
      return Optional.of(new Rate(unit.multipliedBy(value), plural == (value != 1)));
    }

    @Override
    public Optional<Instant> next(Instant after, Instant start, ZoneId zone) {
      if (after.isBefore(start)) {
        return Optional.of(start);
      }
      var passed = Duration.between(start, after).toMillis() / every.toMillis();
      return Optional.of(start.plus(every.multipliedBy(passed + 1)));
    }
  }

  /// Once, at a local time.
  record At(LocalDateTime time) implements Schedule {
    private static final Pattern FORM =
        Pattern.compile("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}");

    private static Optional<Schedule> of(String text) {
      try {
        return FORM.matcher(text).matches()
            ? Optional.of(new At(LocalDateTime.parse(text)))
            : Optional.empty();
      } catch (DateTimeException e) {
        return Optional.empty();
      }
    }

    /// When that is; behind the gap if the time falls into one.
    public Instant in(ZoneId zone) {
      return time.atZone(zone).withEarlierOffsetAtOverlap().toInstant();
    }

    @Override
    public Optional<Instant> next(Instant after, Instant start, ZoneId zone) {
      return Optional.of(in(zone)).filter(moment -> moment.isAfter(after));
    }
  }
}
