package dev.terrarium.services.scheduler;

import dev.terrarium.kernel.Ids;
import dev.terrarium.kernel.time.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.scheduler.model.FlexibleTimeWindowMode;
import software.amazon.awssdk.services.scheduler.model.GetScheduleResponse;
import software.amazon.awssdk.services.scheduler.model.ScheduleState;

/// When schedules are invoked.
///
/// What is once knows no start and no end. A rate begins at its start, or at once if it has none.
/// See "Schedule types on EventBridge Scheduler" in the user guide.
final class Plan {
  private static final int WINDOW_MILLIS = 60_000;

  private final Ids ids;

  Plan(Ids ids) {
    this.ids = ids;
  }

  /// A schedule that is made or changed now. Moments for which it has been invoked do not come
  /// again.
  ScheduleRecord planned(
      GetScheduleResponse config, @Nullable ScheduleRecord before, String token, Instant now) {
    var anchor =
        before != null && before.config().scheduleExpression().equals(config.scheduleExpression())
            ? before.anchor()
            : now.toEpochMilli();
    var last = before == null ? ScheduleRecord.NEVER : before.last();
    var once = Schedule.of(config.scheduleExpression()).orElse(null) instanceof Schedule.At;
    // What is due in this very minute is not late: AWS is precise to the minute.
    var from = (once ? now.truncatedTo(ChronoUnit.MINUTES) : now).minusMillis(1);
    var after = last > from.toEpochMilli() ? Instant.ofEpochMilli(last) : from;
    var stamped = new ScheduleRecord(config, token, anchor, last, ScheduleRecord.NEVER, 0);
    return at(stamped, last, next(config, anchor, after));
  }

  /// The schedule behind the moment that it is invoked for.
  ///
  /// @param after not before which the next one is
  ScheduleRecord invoked(ScheduleRecord schedule, Instant after) {
    var from = Instant.ofEpochMilli(Math.max(schedule.due(), after.toEpochMilli()));
    return at(schedule, schedule.due(), next(schedule.config(), schedule.anchor(), from));
  }

  private ScheduleRecord at(ScheduleRecord schedule, long last, Optional<Instant> next) {
    var config = schedule.config();
    var due = next.map(Instant::toEpochMilli).orElse(ScheduleRecord.NEVER);
    var window = config.flexibleTimeWindow();
    var late =
        next.isPresent() && window.mode() == FlexibleTimeWindowMode.FLEXIBLE
            ? ids.below(window.maximumWindowInMinutes() * WINDOW_MILLIS)
            : 0;
    return new ScheduleRecord(config, schedule.token(), schedule.anchor(), last, due, due + late);
  }

  private static Optional<Instant> next(GetScheduleResponse config, long anchor, Instant after) {
    if (config.state() == ScheduleState.DISABLED) {
      return Optional.empty();
    }
    var zone = ZoneId.of(config.scheduleExpressionTimezone());
    var schedule = Schedule.of(config.scheduleExpression()).orElseThrow();
    if (schedule instanceof Schedule.At) {
      return schedule.next(after, after, zone);
    }
    var start = config.startDate() == null ? Instant.ofEpochMilli(anchor) : config.startDate();
    var earliest = start.minus(Duration.ofMillis(1));
    var from = config.startDate() != null && earliest.isAfter(after) ? earliest : after;
    return schedule
        .next(from, start, zone)
        .filter(moment -> config.endDate() == null || !moment.isAfter(config.endDate()));
  }
}
