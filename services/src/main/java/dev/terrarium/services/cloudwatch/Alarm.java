package dev.terrarium.services.cloudwatch;

import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.PojoCodec;
import dev.terrarium.services.cloudwatch.MetricStore.AlarmKey;
import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatch.model.ComparisonOperator;
import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;

/// An alarm on one metric or on an expression of several.
///
/// @param model all that AWS says of it
record Alarm(AlarmKey key, MetricAlarm model) {
  private static final PojoCodec<MetricAlarm> MODEL = new PojoCodec<>(MetricAlarm::builder);

  static final Codec<Alarm> CODEC =
      Codec.of(
          1,
          (alarm, writer) -> {
            writer.string(alarm.key.account()).string(alarm.key.region()).string(alarm.key.name());
            MODEL.write(writer, alarm.model);
          },
          reader ->
              new Alarm(
                  new AlarmKey(reader.string(), reader.string(), reader.string()),
                  MODEL.read(reader)));

  /// Whether it watches an expression instead of a single metric.
  boolean isOfExpression() {
    return model.hasMetrics() && !model.metrics().isEmpty();
  }

  /// The one metric that it watches.
  Metric metric() {
    return Metric.of(key.scope(), model.namespace(), model.metricName(), model.dimensions());
  }

  /// Whether it looks at a metric.
  boolean watches(Metric metric) {
    if (!isOfExpression()) {
      return metric.equals(metric());
    }
    return model.metrics().stream()
        .anyMatch(query ->
            query.metricStat() != null
                && metric.equals(
                    Metric.of(
                        key.scope(),
                        query.metricStat().metric().namespace(),
                        query.metricStat().metric().metricName(),
                        query.metricStat().metric().dimensions())));
  }

  /// The length of an evaluation period in seconds.
  int period() {
    if (!isOfExpression()) {
      return model.period();
    }
    return model.metrics().stream()
        .map(query -> query.metricStat() == null ? query.period() : query.metricStat().period())
        .filter(Objects::nonNull)
        .min(Comparator.naturalOrder())
        .orElse(300);
  }

  /// The query whose values are compared with the threshold.
  String returned() {
    return model.metrics().stream()
        .filter(query -> !Boolean.FALSE.equals(query.returnData()))
        .filter(query -> !query.id().equals(model.thresholdMetricId()))
        .map(MetricDataQuery::id)
        .findFirst()
        .orElseThrow();
  }

  String statistic() {
    return model.statistic() == null ? model.extendedStatistic() : model.statisticAsString();
  }

  /// The same in another state.
  Alarm in(StateValue state, String reason, @Nullable String data, Instant now) {
    var changed =
        model.toBuilder()
            .stateValue(state)
            .stateReason(reason)
            .stateReasonData(data)
            .stateUpdatedTimestamp(now);
    if (state != model.stateValue()) {
      changed.stateTransitionedTimestamp(now);
    }
    return new Alarm(key, changed.build());
  }

  int datapointsToAlarm() {
    return model.datapointsToAlarm() == null
        ? model.evaluationPeriods()
        : model.datapointsToAlarm();
  }

  boolean breaches(double value) {
    var threshold = model.threshold();
    var operator = model.comparisonOperator();
    if (operator == ComparisonOperator.GREATER_THAN_THRESHOLD) {
      return value > threshold;
    } else if (operator == ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD) {
      return value >= threshold;
    } else if (operator == ComparisonOperator.LESS_THAN_THRESHOLD) {
      return value < threshold;
    }
    return value <= threshold;
  }
}
