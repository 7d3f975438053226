package dev.terrarium.services.cloudwatch;

import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.PojoCodec;
import dev.terrarium.services.cloudwatch.MetricStore.AlarmKey;
import software.amazon.awssdk.services.cloudwatch.model.ComparisonOperator;
import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;

/// An alarm on one metric.
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

  Metric metric() {
    return Metric.of(key.scope(), model.namespace(), model.metricName(), model.dimensions());
  }

  String statistic() {
    return model.statistic() == null ? model.extendedStatistic() : model.statisticAsString();
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
