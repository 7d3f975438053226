package dev.terrarium.services.cloudwatch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Locks;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.sns.SnsClient;

/// Decides the state of alarms, and acts when it changes.
///
/// See *How alarm state is evaluated when data is missing* in the CloudWatch user guide.
final class Evaluator {
  private static final System.Logger LOG = System.getLogger(Evaluator.class.getName());
  private static final Map<String, String> OPERATORS =
      Map.of(
          "GreaterThanThreshold", "greater than",
          "GreaterThanOrEqualToThreshold", "greater than or equal to",
          "LessThanThreshold", "less than",
          "LessThanOrEqualToThreshold", "less than or equal to");

  private final Cloud cloud;
  private final MetricStore stored;
  private final Locks locks = new Locks();
  private final AtomicBoolean ticking = new AtomicBoolean();

  Evaluator(Cloud cloud, MetricStore stored) {
    this.cloud = cloud;
    this.stored = stored;
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
      act(changed);
    }
  }

  /// Sets the state and tells what to do about it, or null if it stays.
  private @org.jspecify.annotations.Nullable Change decide(Alarm alarm) {
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

  /// A state that has changed.
  private record Change(Alarm alarm, StateValue before) {}

  private Change set(Alarm alarm, StateValue state, String reason, Instant now) {
    var before = alarm.model().stateValue();
    var changed =
        new Alarm(
            alarm.key(),
            alarm.model().toBuilder()
                .stateValue(state)
                .stateReason(reason)
                .stateUpdatedTimestamp(now)
                .stateTransitionedTimestamp(now)
                .build());
    stored.alarms.put(alarm.key(), changed);
    return new Change(changed, before);
  }

  /// Sets a state by hand.
  void force(Alarm alarm, StateValue state, String reason) {
    var change = locks.with(alarm.key(), () -> set(alarm, state, reason, cloud.clock().now()));
    if (change.before != state) {
      act(change);
    }
  }

  private void act(Change change) {
    var model = change.alarm.model();
    if (!Boolean.TRUE.equals(model.actionsEnabled())) {
      return;
    }
    var actions =
        switch (model.stateValue()) {
          case ALARM -> model.alarmActions();
          case OK -> model.okActions();
          default -> model.insufficientDataActions();
        };
    for (var action : actions) {
      try {
        act(change, action);
      } catch (AwsServiceException | IllegalArgumentException e) {
        LOG.log(System.Logger.Level.WARNING, "The alarm action " + action + " failed", e);
      }
    }
  }

  private void act(Change change, String action) {
    var arn = Arn.of(action).orElseThrow(() -> new IllegalArgumentException(action));
    var message = message(change);
    switch (arn.service()) {
      case "sns" -> {
        var state = change.alarm.model().stateValueAsString();
        var subject =
            state + ": \"" + change.alarm.key().name() + "\" in " + change.alarm.key().region();
        cloud
            .client(SnsClient.class, arn.scope())
            .publish(r ->
                r.topicArn(action)
                    .subject(subject.substring(0, Math.min(100, subject.length())))
                    .message(Json.write(message)));
      }
      case "lambda" ->
          cloud
              .client(LambdaClient.class, arn.scope())
              .invoke(r ->
                  r.functionName(action)
                      .invocationType(InvocationType.EVENT)
                      .payload(SdkBytes.fromUtf8String(Json.write(message))));
      default -> throw new IllegalArgumentException("No action for " + arn.service());
    }
  }

  private static ObjectNode message(Change change) {
    var alarm = change.alarm;
    var model = alarm.model();
    var message =
        Json.object()
            .put("AlarmName", alarm.key().name())
            .put("AlarmDescription", model.alarmDescription())
            .put("AWSAccountId", alarm.key().account())
            .put(
                "AlarmConfigurationUpdatedTimestamp",
                time(model.alarmConfigurationUpdatedTimestamp()))
            .put("NewStateValue", model.stateValueAsString())
            .put("NewStateReason", model.stateReason())
            .put("StateChangeTime", time(model.stateUpdatedTimestamp()))
            .put("Region", alarm.key().region())
            .put("AlarmArn", alarm.key().arn())
            .put("OldStateValue", change.before.toString());
    list(message, "OKActions", model.okActions());
    list(message, "AlarmActions", model.alarmActions());
    list(message, "InsufficientDataActions", model.insufficientDataActions());
    var trigger = message.putObject("Trigger");
    trigger.put("MetricName", model.metricName()).put("Namespace", model.namespace());
    trigger.put("StatisticType", model.statistic() == null ? "ExtendedStatistic" : "Statistic");
    trigger.put("Statistic", alarm.statistic().toUpperCase(Locale.ROOT));
    trigger.put("Unit", model.unitAsString());
    var dimensions = trigger.putArray("Dimensions");
    for (var dimension : model.dimensions()) {
      dimensions.addObject().put("value", dimension.value()).put("name", dimension.name());
    }
    trigger.put("Period", model.period()).put("EvaluationPeriods", model.evaluationPeriods());
    trigger.put("ComparisonOperator", model.comparisonOperatorAsString());
    trigger.put("Threshold", model.threshold());
    trigger.put(
        "TreatMissingData", model.treatMissingData() == null ? "" : model.treatMissingData());
    trigger.put("EvaluateLowSampleCountPercentile", "");
    return message;
  }

  private static void list(ObjectNode node, String name, List<String> values) {
    var list = node.putArray(name);
    values.forEach(list::add);
  }

  private static String time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.MILLIS).toString().replace("Z", "+0000");
  }
}
