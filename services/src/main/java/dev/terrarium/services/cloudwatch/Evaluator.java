package dev.terrarium.services.cloudwatch;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Locks;
import dev.terrarium.kernel.store.Batch;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatch.model.ComparisonOperator;
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
          "LessThanOrEqualToThreshold", "less than or equal to",
          "GreaterThanUpperThreshold", "greater than the upper thresholds",
          "LessThanLowerThreshold", "less than the lower thresholds",
          "LessThanLowerOrGreaterThanUpperThreshold",
              "less than the lower thresholds or greater than the upper thresholds");

  /// How reasons show moments.
  private static final DateTimeFormatter SHOWN =
      DateTimeFormatter.ofPattern("dd/MM/yy HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

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
    var from = current - length * range;
    var found = values(alarm, from, current + length);
    var last = found.containsKey(current) ? current : current - length;
    var values = new TreeMap<Long, Double>();
    for (int i = 0; i < range; i++) {
      var value = found.get(last - i * length);
      if (value != null && values.size() < model.evaluationPeriods()) {
        values.put(last - i * length, value);
      }
    }
    var breaching = breaching(alarm, values, from, current + length);
    var state = state(alarm, values.size(), breaching);
    if (state == null || state == model.stateValue()) {
      return null;
    }
    var shown = reason(alarm, values, breaching, state);
    return set(alarm, state, shown, data(alarm, values, now), now);
  }

  /// How many of the values break the threshold, or leave the band.
  private int breaching(Alarm alarm, NavigableMap<Long, Double> values, long from, long to) {
    var band = alarm.model().thresholdMetricId();
    if (band == null) {
      return (int) values.values().stream().filter(alarm::breaches).count();
    }
    var edges =
        new MetricQueries(stored, alarm.key().scope(), alarm.model().metrics(), from, to)
            .result(band);
    var operator = alarm.model().comparisonOperator();
    int count = 0;
    for (var value : values.entrySet()) {
      var upper = edges.getFirst().points().get(value.getKey());
      var lower = edges.getLast().points().get(value.getKey());
      var above = upper != null && value.getValue() > upper;
      var below = lower != null && value.getValue() < lower;
      if (above && operator != ComparisonOperator.LESS_THAN_LOWER_THRESHOLD
          || below && operator != ComparisonOperator.GREATER_THAN_UPPER_THRESHOLD) {
        count++;
      }
    }
    return count;
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
    if (alarm.model().threshold() != null) {
      data.put("threshold", alarm.model().threshold());
    }
    return Json.write(data);
  }

  /// The state that the values make, or null if it stays as it is.
  ///
  /// @param there how many values there are, at most as many as are evaluated
  /// @param breaching how many of them are breaching
  private static @Nullable StateValue state(Alarm alarm, int there, int breaching) {
    var n = alarm.model().evaluationPeriods();
    var needed = alarm.datapointsToAlarm();
    var missing = n - there;
    var treat =
        alarm.model().treatMissingData() == null ? "missing" : alarm.model().treatMissingData();
    if (breaching >= needed || treat.equals("breaching") && breaching + missing >= needed) {
      return StateValue.ALARM;
    } else if (there == 0) {
      return switch (treat) {
        case "notBreaching" -> StateValue.OK;
        case "ignore" -> null;
        default -> StateValue.INSUFFICIENT_DATA;
      };
    } else if (breaching == there && !treat.equals("notBreaching") && missing > 0) {
      // Only breaching values, but too few of them.
      return null;
    }
    return StateValue.OK;
  }

  private static String reason(
      Alarm alarm, NavigableMap<Long, Double> values, int breaching, StateValue state) {
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
        .forEach((millis, value) ->
            shown.add(value + " (" + SHOWN.format(Instant.ofEpochMilli(millis)) + ")"));
    var operator = OPERATORS.get(alarm.model().comparisonOperatorAsString());
    var counted = state == StateValue.ALARM ? breaching : values.size();
    var needed =
        state == StateValue.ALARM
            ? alarm.datapointsToAlarm()
            : alarm.model().evaluationPeriods() - alarm.datapointsToAlarm() + 1;
    return "Threshold Crossed: "
        + counted
        + " out of the last "
        + alarm.model().evaluationPeriods()
        + " datapoints ["
        + String.join(", ", shown)
        + (counted == 1 ? "] was " : "] were ")
        + (state == StateValue.ALARM ? "" : "not ")
        + operator
        + (alarm.model().thresholdMetricId() == null
            ? " the threshold (" + alarm.model().threshold() + ")"
            : "")
        + " (minimum "
        + needed
        + (needed == 1 ? " datapoint for " : " datapoints for ")
        + (state == StateValue.ALARM ? "OK -> ALARM" : "ALARM -> OK")
        + " transition).";
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
