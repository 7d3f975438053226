package dev.terrarium.services.cloudwatch;

import dev.terrarium.kernel.Arn;
import dev.terrarium.services.cloudwatch.MetricStore.AlarmKey;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatch.model.ComparisonOperator;
import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricAlarmRequest;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;
import software.amazon.awssdk.services.cloudwatch.model.StandardUnit;
import software.amazon.awssdk.services.cloudwatch.model.Statistic;

/// Reads requests for alarms on metrics.
final class AlarmRequests {
  private static final Set<String> MISSING =
      Set.of("breaching", "notBreaching", "ignore", "missing");
  private static final Set<ComparisonOperator> OF_BANDS =
      Set.of(
          ComparisonOperator.LESS_THAN_LOWER_OR_GREATER_THAN_UPPER_THRESHOLD,
          ComparisonOperator.LESS_THAN_LOWER_THRESHOLD,
          ComparisonOperator.GREATER_THAN_UPPER_THRESHOLD);
  private static final int DAY = 86_400;
  private static final int ACTIONS_MAX = 5;

  private AlarmRequests() {}

  static void require(@Nullable Object value, String parameter) {
    if (value == null) {
      throw MetricQueries.validation(
          "1 validation error detected: Value null at '"
              + parameter
              + "' failed to satisfy constraint: Member must not be null");
    }
  }

  static void check(PutMetricAlarmRequest request) {
    require(request.alarmName(), "alarmName");
    checkName(request.alarmName());
    if (request.unit() == StandardUnit.UNKNOWN_TO_SDK_VERSION) {
      throw enumeration("unit", request.unitAsString(), StandardUnit.knownValues().toString());
    }
    require(request.comparisonOperator(), "comparisonOperator");
    require(request.evaluationPeriods(), "evaluationPeriods");
    if (request.comparisonOperator() == ComparisonOperator.UNKNOWN_TO_SDK_VERSION) {
      throw enumeration(
          "comparisonOperator",
          request.comparisonOperatorAsString(),
          "[LessThanLowerOrGreaterThanUpperThreshold, LessThanThreshold, LessThanOrEqualToThreshold,"
              + " LessThanLowerThreshold, GreaterThanUpperThreshold, GreaterThanThreshold,"
              + " GreaterThanOrEqualToThreshold]");
    } else if (request.evaluationPeriods() < 1) {
      throw MetricQueries.validation(
          "1 validation error detected: Value '"
              + request.evaluationPeriods()
              + "' at 'evaluationPeriods' failed to satisfy constraint: Member must have value"
              + " greater than or equal to 1");
    }
    if (OF_BANDS.contains(request.comparisonOperator()) || request.thresholdMetricId() != null) {
      checkBand(request);
    } else {
      require(request.threshold(), "threshold");
    }
    if (request.hasMetrics() && !request.metrics().isEmpty()) {
      checkExpression(request);
    } else {
      checkSingle(request);
    }
    var needed = request.datapointsToAlarm();
    if (needed != null && (needed < 1 || needed > request.evaluationPeriods())) {
      throw MetricQueries.validation("DatapointsToAlarm must be between 1 and EvaluationPeriods");
    }
    var treat = request.treatMissingData();
    if (treat != null && !MISSING.contains(treat)) {
      throw MetricQueries.validation(
          "Option " + treat + " for the missing data configuration not recognized.");
    }
    var low = request.evaluateLowSampleCountPercentile();
    if (low != null && !low.equals("evaluate") && !low.equals("ignore")) {
      throw MetricQueries.validation(
          "Option " + low + " is not supported for EvaluateLowSampleCountPercentile.");
    }
    checkActions(request.okActions(), request.alarmActions(), request.insufficientDataActions());
  }

  private static software.amazon.awssdk.awscore.exception.AwsServiceException enumeration(
      String member, String value, String set) {
    return MetricQueries.validation(
        "1 validation error detected: Value '"
            + value
            + "' at '"
            + member
            + "' failed to satisfy constraint: Member must satisfy enum value set: "
            + set);
  }

  private static void checkName(String name) {
    if (name.isEmpty() || name.length() > 255) {
      throw MetricQueries.validation(
          "1 validation error detected: Value '"
              + name
              + "' at 'alarmName' failed to satisfy constraint: Member must have length "
              + (name.isEmpty() ? "greater than or equal to 1" : "less than or equal to 255"));
    }
  }

  /// An alarm on a band names the query that makes it.
  private static void checkBand(PutMetricAlarmRequest request) {
    var id = request.thresholdMetricId();
    if (id == null || !OF_BANDS.contains(request.comparisonOperator())) {
      throw MetricQueries.validation(
          "ThresholdMetricId must be set if, and only if, the comparison operator is one of anomaly"
              + " detection");
    } else if (request.threshold() != null) {
      throw MetricQueries.validation("Threshold and ThresholdMetricId are mutually exclusive");
    }
    for (var query : request.metrics()) {
      if (id.equals(query.id())
          && query.expression() != null
          && query.expression().contains("ANOMALY_DETECTION_BAND")) {
        return;
      }
    }
    throw MetricQueries.validation(
        "ThresholdMetricId must be the id of an ANOMALY_DETECTION_BAND expression in Metrics");
  }

  private static void checkSingle(PutMetricAlarmRequest request) {
    require(request.metricName(), "metricName");
    require(request.namespace(), "namespace");
    require(request.period(), "period");
    if (request.statistic() == null && request.extendedStatistic() == null) {
      throw MetricQueries.validation("Statistic or ExtendedStatistic must be specified");
    } else if (request.statistic() != null && request.extendedStatistic() != null) {
      throw MetricQueries.validation(
          "Statistic and ExtendedStatistic are mutually exclusive and you have specified both");
    } else if (request.statistic() == Statistic.UNKNOWN_TO_SDK_VERSION) {
      throw enumeration(
          "statistic",
          request.statisticAsString(),
          "[Maximum, SampleCount, Sum, Minimum, Average]");
    } else if (request.extendedStatistic() != null
        && StatisticName.of(request.extendedStatistic()) == null) {
      throw MetricQueries.validation(
          "The value "
              + request.extendedStatistic()
              + " for parameter ExtendedStatistic is not supported.");
    }
    var period = request.period();
    if (period != 10 && period != 20 && period != 30 && (period < 60 || period % 60 != 0)) {
      throw MetricQueries.validation(
          "The Period parameter must be 10, 20, 30, or a multiple of 60 seconds");
    }
    checkLength(period, request.evaluationPeriods());
  }

  private static void checkExpression(PutMetricAlarmRequest request) {
    if (request.metricName() != null
        || request.namespace() != null
        || request.period() != null
        || request.statistic() != null
        || request.extendedStatistic() != null
        || !request.dimensions().isEmpty()) {
      throw MetricQueries.validation(
          "MetricName, Namespace, Dimensions, Period, Unit, Statistic, and ExtendedStatistic must"
              + " not be set if Metrics list is set");
    }
    var returned =
        request.metrics().stream()
            .filter(query -> !Boolean.FALSE.equals(query.returnData()))
            .filter(query -> !query.id().equals(request.thresholdMetricId()))
            .count();
    if (returned != 1) {
      throw MetricQueries.validation("Exactly one element of the metrics list should return data.");
    }
    for (var query : request.metrics()) {
      if (query.metricStat() != null && query.metricStat().period() != null) {
        checkLength(query.metricStat().period(), request.evaluationPeriods());
      }
    }
  }

  private static void checkLength(int period, int evaluationPeriods) {
    var limit = period < 3600 ? DAY : 7 * DAY;
    if ((long) period * evaluationPeriods > limit) {
      throw MetricQueries.validation(
          "Metrics cannot be checked across more than "
              + (limit == DAY ? "a day" : "seven days")
              + " (EvaluationPeriods * Period must be <= "
              + limit
              + ").");
    }
  }

  @SafeVarargs
  static void checkActions(List<String>... lists) {
    for (var list : lists) {
      if (list.size() > ACTIONS_MAX) {
        throw MetricQueries.validation("No more than 5 actions can be given for a state");
      }
      for (var action : list) {
        if (Arn.of(action).isEmpty()) {
          throw MetricQueries.validation("Invalid arn syntax: " + action);
        }
      }
    }
  }

  /// The alarm that is asked for, in the state that the one of that name has.
  static MetricAlarm model(
      PutMetricAlarmRequest request, AlarmKey key, @Nullable Alarm there, Instant now) {
    var model =
        MetricAlarm.builder()
            .alarmName(request.alarmName())
            .alarmArn(key.arn())
            .alarmDescription(request.alarmDescription())
            .alarmConfigurationUpdatedTimestamp(now)
            .actionsEnabled(request.actionsEnabled() == null || request.actionsEnabled())
            .okActions(request.okActions())
            .alarmActions(request.alarmActions())
            .insufficientDataActions(request.insufficientDataActions())
            .metricName(request.metricName())
            .namespace(request.namespace())
            .statistic(request.statisticAsString())
            .extendedStatistic(request.extendedStatistic())
            .dimensions(request.dimensions())
            .period(request.period())
            .unit(request.unitAsString())
            .evaluationPeriods(request.evaluationPeriods())
            .datapointsToAlarm(request.datapointsToAlarm())
            .threshold(request.threshold())
            .thresholdMetricId(request.thresholdMetricId())
            .comparisonOperator(request.comparisonOperatorAsString())
            .evaluateLowSampleCountPercentile(request.evaluateLowSampleCountPercentile())
            .treatMissingData(request.treatMissingData());
    if (request.hasMetrics() && !request.metrics().isEmpty()) {
      model.metrics(request.metrics());
    }
    if (there == null) {
      return model
          .stateValue(StateValue.INSUFFICIENT_DATA)
          .stateReason("Unchecked: Initial alarm creation")
          .stateUpdatedTimestamp(now)
          .stateTransitionedTimestamp(now)
          .build();
    }
    return model
        .stateValue(there.model().stateValue())
        .stateReason(there.model().stateReason())
        .stateReasonData(there.model().stateReasonData())
        .stateUpdatedTimestamp(there.model().stateUpdatedTimestamp())
        .stateTransitionedTimestamp(there.model().stateTransitionedTimestamp())
        .build();
  }
}
