package dev.terrarium.services.eventbridge;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.BinaryReader;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.kernel.time.Cron;
import dev.terrarium.kernel.time.Schedule;
import dev.terrarium.kernel.time.Timer;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.eventbridge.model.DescribeRuleResponse;
import software.amazon.awssdk.services.eventbridge.model.RuleState;

/// The rules that trigger by the clock. When a rule is next due is in the store together with the
/// timer for it; a timer that is not that one is of an earlier schedule and says nothing.
final class RuleSchedules {
  private static final String HANDLER = "events.schedule";

  private final EventStore store;
  private final Cloud cloud;
  private final Router router;
  private final Keyspace<RuleKey, Instant> dues;

  RuleSchedules(EventStore store, Router router) {
    this.store = store;
    this.cloud = store.cloud;
    this.router = router;
    this.dues =
        store.keyspace(
            "dues",
            RuleKey.CODEC,
            Codec.of(1, (due, writer) -> writer.instant(due), BinaryReader::instant));
    cloud.timers().handle(HANDLER, this::fire);
  }

  /// Checks an expression that somebody gives.
  static void check(String expression) {
    if (of(expression).isEmpty()) {
      throw EventsErrors.validation("Parameter ScheduleExpression is not valid.");
    }
  }

  private static Optional<Schedule> of(String expression) {
    return Schedule.of(expression)
        .filter(schedule ->
            schedule instanceof Cron || schedule instanceof Schedule.Rate rate && rate.agrees());
  }

  /// A rule changes with the batch.
  ///
  /// @param now null if it goes
  /// @param before null if it is new
  void changed(
      Batch batch,
      RuleKey key,
      @Nullable DescribeRuleResponse now,
      @Nullable DescribeRuleResponse before) {
    var wanted = expression(now);
    if (Objects.equals(wanted, expression(before))) {
      return;
    }
    var due = dues.get(key);
    if (due != null) {
      cloud.timers().cancel(batch, timer(key, due));
      dues.delete(batch, key);
    }
    if (wanted != null) {
      var moment = cloud.clock().now();
      plan(batch, key, wanted, moment, moment);
    }
  }

  private static @Nullable String expression(@Nullable DescribeRuleResponse rule) {
    return rule == null || rule.state() == RuleState.DISABLED ? null : rule.scheduleExpression();
  }

  private static Timer timer(RuleKey key, Instant due) {
    return new Timer(due, HANDLER, key.arn());
  }

  /// @param start from where a rate counts
  private void plan(Batch batch, RuleKey key, String expression, Instant after, Instant start) {
    of(expression)
        .flatMap(schedule -> schedule.next(after, start, ZoneOffset.UTC))
        .ifPresent(due -> {
          dues.put(batch, key, due);
          cloud.timers().schedule(batch, timer(key, due));
        });
  }

  private void fire(Timer timer) {
    var key = RuleKey.of(timer.id()).orElseThrow();
    var rule = store.rules.get(key);
    var expression = expression(rule);
    if (expression == null || !timer.due().equals(dues.get(key))) {
      return;
    }
    cloud.as(
        "events",
        "Schedule",
        key.bus().scope(),
        () -> {
          var now = cloud.clock().now();
          var event =
              Envelope.of(
                  key.bus().scope(),
                  cloud.ids().uuid(),
                  "aws.events",
                  "Scheduled Event",
                  timer.due(),
                  List.of(key.arn()),
                  Json.object());
          var batch = new Batch();
          router.trigger(
              batch,
              new RuleBook.Match(key, store.targets.list(key.parts())),
              Arrival.of(event, now.toEpochMilli(), Call.current().cause().header()));
          dues.delete(batch, key);
          plan(batch, key, expression, now, timer.due());
          cloud.store().commit(batch);
        });
  }
}
