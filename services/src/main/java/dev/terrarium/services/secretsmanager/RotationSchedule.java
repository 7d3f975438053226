package dev.terrarium.services.secretsmanager;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.time.Schedule;
import dev.terrarium.kernel.time.Timer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.secretsmanager.model.RotationRulesType;

/// When secrets are rotated: every so many days, at a rate or by a cron expression, in UTC.
///
/// A rotation by days begins with the day; its window, if none is given, is that day. `due` is when
/// a window opens, `NextRotationDate` when it closes.
///
/// See "Schedule expressions in Secrets Manager rotation" in the user guide.
final class RotationSchedule {
  static final String HANDLER = "secretsmanager.rotate";
  private static final Pattern RATE = Pattern.compile("rate\\((\\d{1,3}) (hours?|days?)\\)");
  private static final Pattern CRON = Pattern.compile("cron\\(\\s*0\\s(.+)\\s\\*\\s*\\)");
  private static final Pattern WINDOW = Pattern.compile("(\\d{1,2})h");

  private RotationSchedule() {}

  /// Refuses rules that make no schedule.
  static void check(RotationRulesType rules) {
    var days = rules.automaticallyAfterDays();
    new SecretConstraints().range("rotationRules.automaticallyAfterDays", days, 1, 1000).check();
    var expression = rules.scheduleExpression();
    if (days != null && expression != null) {
      throw SecretErrors.parameter(
          "You can't specify both AutomaticallyAfterDays and ScheduleExpression in RotationRules.");
    }
    if (rules.duration() != null) {
      var window = WINDOW.matcher(rules.duration());
      if (!window.matches() || window.group(1).equals("0")) {
        throw SecretErrors.parameter("Invalid rotation duration: " + rules.duration());
      }
    }
    if (expression == null) {
      return;
    }
    var rate = RATE.matcher(expression);
    if (rate.matches()) {
      var count = Integer.parseInt(rate.group(1));
      var hours = rate.group(2).startsWith("hour");
      if (count == 0 || hours && count < 4 || !hours && count > 999) {
        throw SecretErrors.parameter("Invalid schedule expression: " + expression);
      }
    } else if (cron(expression).isEmpty()) {
      throw SecretErrors.parameter("Invalid schedule expression: " + expression);
    }
  }

  /// Minutes are always 0, and years any.
  static Optional<Schedule> cron(String expression) {
    return CRON.matcher(expression).matches() ? Schedule.of(expression) : Optional.empty();
  }

  /// When the next window opens after a moment.
  static @Nullable Instant due(@Nullable RotationRulesType rules, Instant after) {
    if (rules == null) {
      return null;
    }
    if (rules.automaticallyAfterDays() != null) {
      return startOfDay(after.plus(Duration.ofDays(rules.automaticallyAfterDays())));
    }
    var expression = rules.scheduleExpression();
    if (expression == null) {
      return null;
    }
    var rate = RATE.matcher(expression);
    if (rate.matches()) {
      var count = Integer.parseInt(rate.group(1));
      return rate.group(2).startsWith("hour")
          ? after.plus(Duration.ofHours(count))
          : startOfDay(after.plus(Duration.ofDays(count)));
    }
    return cron(expression).flatMap(cron -> cron.next(after)).orElse(null);
  }

  private static Instant startOfDay(Instant moment) {
    return moment.truncatedTo(ChronoUnit.DAYS);
  }

  /// When the window that opens at `due` closes.
  private static Instant end(RotationRulesType rules, Instant due) {
    if (rules.duration() != null) {
      var window = WINDOW.matcher(rules.duration());
      if (window.matches()) {
        return due.plus(Duration.ofHours(Integer.parseInt(window.group(1))));
      }
    }
    var expression = rules.scheduleExpression();
    if (expression != null && expression.contains("hour")) {
      return due.plus(Duration.ofHours(1));
    }
    return startOfDay(due).plus(Duration.ofDays(1)).minusSeconds(1);
  }

  /// The secret with its next rotation planned.
  static SecretRecord planned(
      Cloud cloud, Batch batch, SecretRef ref, SecretRecord secret, Instant after) {
    var rules = secret.description().rotationRules();
    var due = due(rules, after);
    if (due == null) {
      return secret.withDue(null).with(d -> d.nextRotationDate(null));
    }
    cloud.timers().schedule(batch, new Timer(due, HANDLER, ref.path()));
    return secret.withDue(due).with(d -> d.nextRotationDate(end(rules, due)));
  }
}
