package dev.terrarium.services.cloudwatch;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Locks;
import dev.terrarium.kernel.store.Batch;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;

/// Decides the state of alarms; when it changes, [AlarmActions] acts.
///
/// See *How alarm state is evaluated when data is missing* in the CloudWatch user guide.
final class Evaluator {
  /// How many periods more are looked at, for values that come late.
  private static final int MORE = 2;

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
  private final Composites composites;
  private final Locks locks = new Locks();
  private final AtomicBoolean ticking = new AtomicBoolean();

  Evaluator(
      Cloud cloud,
      MetricStore stored,
      AlarmActions actions,
      AlarmHistory history,
      Composites composites) {
    this.composites = composites;
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
      if (alarm.watches(metric)) {
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
      composites.childChanged(key, changed.state());
    }
  }

  /// Sets the state and tells what to do about it, or null if it stays.
  private @Nullable Change decide(Alarm alarm) {
    var model = alarm.model();
    var now = cloud.clock().now();
    var length = alarm.period() * 1000L;
    var current = Math.floorDiv(now.toEpochMilli(), length) * length;
    var range = model.evaluationPeriods() + MORE;
    var found = values(alarm, current - length * range, current + length);
    var last = found.containsKey(current) ? current : current - length;
    var values = new TreeMap<Long, Double>();
    for (int i = 0; i < range; i++) {
      var value = found.get(last - i * length);
      if (value != null && values.size() < model.evaluationPeriods()) {
        values.put(last - i * length, value);
      }
    }
    var state = state(alarm, values);
    if (state == null || state == model.stateValue()) {
      return null;
    }
    var shown = reason(alarm, values, state);
    return set(alarm, state, shown, data(alarm, values, now), now);
  }

  private NavigableMap<Long, Double> values(Alarm alarm, long from, long to) {
    if (alarm.isOfExpression()) {
      var queries =
          new MetricQueries(stored, alarm.key().scope(), alarm.model().metrics(), from, to);
      var result = queries.result(alarm.returned());
      return result.isEmpty() ? new TreeMap<>() : new TreeMap<>(result.getFirst().points());
    }
    var values = new TreeMap<Long, Double>();
    var unit = alarm.model().unit();
    stored
        .periods(alarm.metric(), from, to, alarm.period())
        .forEach((millis, statistics) -> {
          if (unit == null || unit.toString().equals(statistics.unit())) {
            values.put(millis, statistics.value(alarm.statistic()));
          }
        });
    return values;
  }

  private static String data(Alarm alarm, NavigableMap<Long, Double> values, Instant now) {
    var data =
        Json.object()
            .put("version", "1.0")
            .put("queryDate", now.toString().replace("Z", "+0000"))
            .put("period", alarm.period());
    if (!values.isEmpty()) {
      data.put("startDate", Instant.ofEpochMilli(values.firstKey()).toString());
    }
    if (!alarm.isOfExpression()) {
      data.put("statistic", alarm.statistic());
    }
    var recent = data.putArray("recentDatapoints");
    values.values().forEach(recent::add);
    data.put("threshold", alarm.model().threshold());
    return Json.write(data);
  }

  /// The state that the values make, or null if it stays as it is.
  ///
  /// @param values the latest ones there are, at most as many as are evaluated
  private static @Nullable StateValue state(Alarm alarm, NavigableMap<Long, Double> values) {
    var n = alarm.model().evaluationPeriods();
    var needed = alarm.datapointsToAlarm();
    var breaching = values.values().stream().filter(alarm::breaches).count();
    var missing = n - values.size();
    var treat =
        alarm.model().treatMissingData() == null ? "missing" : alarm.model().treatMissingData();
    if (breaching >= needed || treat.equals("breaching") && breaching + missing >= needed) {
      return StateValue.ALARM;
    } else if (values.isEmpty()) {
      return switch (treat) {
        case "notBreaching" -> StateValue.OK;
        case "ignore" -> null;
        default -> StateValue.INSUFFICIENT_DATA;
      };
    } else if (breaching == values.size() && !treat.equals("notBreaching") && missing > 0) {
      // Only breaching values, but too few of them.
      return null;
    }
    return StateValue.OK;
  }

  private static String reason(Alarm alarm, NavigableMap<Long, Double> values, StateValue state) {
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
  private Change set(
      Alarm alarm, StateValue state, String reason, @Nullable String data, Instant now) {
    var changed = alarm.in(state, reason, data, now);
    var batch = new Batch();
    stored.alarms.put(batch, alarm.key(), changed);
    var change = Change.of(changed, alarm.model().stateValue());
    if (change.before() != state) {
      history.stateChanged(batch, change);
      actions.note(batch, change);
    }
    cloud.store().commit(batch);
    return change;
  }

  /// Sets a state by hand.
  void force(Alarm alarm, StateValue state, String reason, @Nullable String data) {
    var change =
        locks.with(alarm.key(), () -> set(alarm, state, reason, data, cloud.clock().now()));
    if (change.before() != state) {
      actions.carryOut(alarm.key());
      composites.childChanged(alarm.key(), state);
    }
  }
}
