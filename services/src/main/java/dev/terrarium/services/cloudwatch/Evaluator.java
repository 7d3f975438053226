package dev.terrarium.services.cloudwatch;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Locks;
import dev.terrarium.kernel.store.Batch;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;

/// Decides the state of alarms; when it changes, [AlarmActions] acts.
///
/// See *How alarm state is evaluated when data is missing* in the CloudWatch user guide.
final class Evaluator {
  private static final Map<String, String> OPERATORS =
      Map.of(
          "GreaterThanThreshold", "greater than",
          "GreaterThanOrEqualToThreshold", "greater than or equal to",
          "LessThanThreshold", "less than",
          "LessThanOrEqualToThreshold", "less than or equal to");

  private final Cloud cloud;
  private final MetricStore stored;
  private final AlarmActions actions;
  private final AlarmHistory history;
  private final Locks locks = new Locks();
  private final AtomicBoolean ticking = new AtomicBoolean();

  Evaluator(Cloud cloud, MetricStore stored, AlarmActions actions, AlarmHistory history) {
    this.cloud = cloud;
    this.stored = stored;
    this.actions = actions;
    this.history = history;
    if (!stored.alarms.list().isEmpty()) {
      tickFromNowOn();
    }
  }

  /// Missing data is found out at every full minute while there are alarms.
  void tickFromNowOn() {
    if (ticking.compareAndSet(false, true)) {
      schedule();
    }
  }

  private void schedule() {
    var next = cloud.clock().now().truncatedTo(ChronoUnit.MINUTES).plus(1, ChronoUnit.MINUTES);
    cloud
        .timers()
        .at(
            next,
            () -> cloud.background("cloudwatch", "evaluate", cloud.defaultScope(), this::tick));
  }

  private void tick() {
    var alarms = stored.alarms.list();
    if (alarms.isEmpty()) {
      ticking.set(false);
      return;
    }
    alarms.forEach(alarm -> evaluate(alarm.key()));
    schedule();
  }

  /// Evaluates the alarms on a metric that has new data.
  void arrived(Metric metric) {
    for (var alarm : stored.alarms.list(metric.account(), metric.region())) {
      if (alarm.metric().equals(metric)) {
        evaluate(alarm.key());
      }
    }
  }

  void evaluate(MetricStore.AlarmKey key) {
    var changed =
        locks.with(
            key,
            () -> {
              var alarm = stored.alarms.get(key);
              return alarm == null ? null : decide(alarm);
            });
    if (changed != null) {
      actions.carryOut(key);
    }
  }

  /// Sets the state and tells what to do about it, or null if it stays.
  private AlarmActions.@org.jspecify.annotations.Nullable Change decide(Alarm alarm) {
    var model = alarm.model();
    var now = cloud.clock().now();
    var length = model.period() * 1000L;
    var current = Math.floorDiv(now.toEpochMilli(), length) * length;
    var from = current - length * (model.evaluationPeriods() + 1L);
    var periods = stored.periods(alarm.metric(), from, current + length, model.period());
    var last = periods.containsKey(current) ? current : current - length;
    var values = new TreeMap<Long, Double>();
    for (int i = 0; i < model.evaluationPeriods(); i++) {
      var statistics = periods.get(last - i * length);
      if (statistics != null) {
        values.put(last - i * length, statistics.value(alarm.statistic()));
      }
    }
    var state = state(alarm, values);
    if (state == null || state == model.stateValue()) {
      return null;
    }
    return set(alarm, state, reason(alarm, values, state), now);
  }

  private static @org.jspecify.annotations.Nullable StateValue state(
      Alarm alarm, Map<Long, Double> values) {
    var n = alarm.model().evaluationPeriods();
    var needed = alarm.datapointsToAlarm();
    var breaching = values.values().stream().filter(alarm::breaches).count();
    var missing = n - values.size();
    var treat = alarm.model().treatMissingData();
    if (breaching >= needed || "breaching".equals(treat) && breaching + missing >= needed) {
      return StateValue.ALARM;
    }
    if (missing == n) {
      return switch (treat == null ? "missing" : treat) {
        case "notBreaching" -> StateValue.OK;
        case "ignore" -> null;
        default -> StateValue.INSUFFICIENT_DATA;
      };
    }
    return StateValue.OK;
  }

  private static String reason(
      Alarm alarm, java.util.NavigableMap<Long, Double> values, StateValue state) {
    if (values.isEmpty()) {
      return state == StateValue.INSUFFICIENT_DATA
          ? "Insufficient Data: " + alarm.model().evaluationPeriods() + " datapoints were unknown."
          : "Threshold Crossed: no datapoints were received for "
              + alarm.model().evaluationPeriods()
              + " periods and "
              + alarm.model().evaluationPeriods()
              + " missing datapoints were treated as ["
              + (state == StateValue.ALARM ? "Breaching" : "NonBreaching")
              + "].";
    }
    var shown = new ArrayList<String>();
    values
        .descendingMap()
        .forEach((millis, value) -> shown.add(value + " (" + Instant.ofEpochMilli(millis) + ")"));
    var breaching = values.values().stream().filter(alarm::breaches).count();
    var operator = OPERATORS.get(alarm.model().comparisonOperatorAsString());
    return "Threshold Crossed: "
        + (state == StateValue.ALARM ? breaching : values.size())
        + " out of the last "
        + alarm.model().evaluationPeriods()
        + " datapoints ["
        + String.join(", ", shown)
        + "] was "
        + (state == StateValue.ALARM ? "" : "not ")
        + operator
        + " the threshold ("
        + alarm.model().threshold()
        + ").";
  }

  /// Notes the change, what is to be done about it, and its history, all at once.
  private AlarmActions.Change set(Alarm alarm, StateValue state, String reason, Instant now) {
    var changed =
        new Alarm(
            alarm.key(),
            alarm.model().toBuilder()
                .stateValue(state)
                .stateReason(reason)
                .stateUpdatedTimestamp(now)
                .stateTransitionedTimestamp(now)
                .build());
    var batch = new Batch();
    stored.alarms.put(batch, alarm.key(), changed);
    var change = new AlarmActions.Change(changed, alarm.model().stateValue());
    if (change.before() != state) {
      history.stateChanged(batch, change);
      actions.note(batch, change);
    }
    cloud.store().commit(batch);
    return change;
  }

  /// Sets a state by hand.
  void force(Alarm alarm, StateValue state, String reason) {
    var change = locks.with(alarm.key(), () -> set(alarm, state, reason, cloud.clock().now()));
    if (change.before() != state) {
      actions.carryOut(alarm.key());
    }
  }
}
