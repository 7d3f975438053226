package dev.terrarium.services.cloudwatch;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Errors;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatch.model.AlarmType;
import software.amazon.awssdk.services.cloudwatch.model.CompositeAlarm;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmsForMetricRequest;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmsForMetricResponse;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmsRequest;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmsResponse;
import software.amazon.awssdk.services.cloudwatch.model.InvalidNextTokenException;
import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;

/// Alarms as they are described.
final class AlarmQueries implements CloudWatchPart {
  private static final int PAGE_MAX = 100;

  private final MetricStore stored;

  AlarmQueries(MetricStore stored) {
    this.stored = stored;
  }

  /// What both kinds have in common.
  private record Shown(
      String name,
      @Nullable StateValue state,
      List<String> actions,
      @Nullable MetricAlarm metric,
      @Nullable CompositeAlarm composite) {
    static Shown of(Alarm alarm) {
      var m = alarm.model();
      return new Shown(m.alarmName(), m.stateValue(), m.alarmActions(), m, null);
    }

    static Shown of(Composite alarm) {
      var m = alarm.model();
      return new Shown(m.alarmName(), m.stateValue(), m.alarmActions(), null, m);
    }
  }

  @Override
  public DescribeAlarmsResponse describeAlarms(DescribeAlarmsRequest request) {
    var max = request.maxRecords() == null ? 50 : request.maxRecords();
    if (max < 1 || max > PAGE_MAX) {
      throw MetricQueries.validation(
          "1 validation error detected: Value '"
              + max
              + "' at 'maxRecords' failed to satisfy constraint: Member must have value "
              + (max < 1 ? "greater than or equal to 1" : "less than or equal to 100"));
    } else if (request.alarmNamePrefix() != null && !request.alarmNames().isEmpty()) {
      throw MetricQueries.validation(
          "AlarmNamePrefix and AlarmNames are mutually exclusive and you have specified both");
    }
    if (request.stateValue() == StateValue.UNKNOWN_TO_SDK_VERSION) {
      throw MetricQueries.validation(
          "1 validation error detected: Value '"
              + request.stateValueAsString()
              + "' at 'stateValue' failed to satisfy constraint: Member must satisfy enum value"
              + " set: [INSUFFICIENT_DATA, ALARM, OK]");
    }
    var after = request.nextToken() == null ? "" : request.nextToken();
    var wanted = wanted(request);
    var found = new ArrayList<Shown>();
    var scope = Call.current().scope();
    var types = Set.copyOf(request.alarmTypes());
    if (types.isEmpty() || types.contains(AlarmType.METRIC_ALARM)) {
      stored.alarms.list(scope.account(), scope.region()).forEach(a -> found.add(Shown.of(a)));
    }
    if (types.contains(AlarmType.COMPOSITE_ALARM) || types.isEmpty() && isOfFamily(request)) {
      stored.composites.list(scope.account(), scope.region()).forEach(a -> found.add(Shown.of(a)));
    }
    var page = found.stream().filter(wanted).sorted(Comparator.comparing(Shown::name)).toList();
    if (!after.isEmpty() && page.stream().noneMatch(shown -> shown.name.equals(after))) {
      throw Errors.of(
          InvalidNextTokenException.builder(), 400, "InvalidNextToken", "Invalid NextToken");
    }
    var rest = page.stream().filter(shown -> shown.name.compareTo(after) > 0).toList();
    var cut = rest.subList(0, Math.min(max, rest.size()));
    var metrics = new ArrayList<MetricAlarm>();
    var composites = new ArrayList<CompositeAlarm>();
    for (var shown : cut) {
      if (shown.metric != null) {
        metrics.add(shown.metric);
      } else {
        composites.add(shown.composite);
      }
    }
    return DescribeAlarmsResponse.builder()
        .metricAlarms(metrics)
        .compositeAlarms(composites)
        .nextToken(rest.size() > max ? cut.getLast().name : null)
        .build();
  }

  private static boolean isOfFamily(DescribeAlarmsRequest request) {
    return request.childrenOfAlarmName() != null || request.parentsOfAlarmName() != null;
  }

  private Predicate<Shown> wanted(DescribeAlarmsRequest request) {
    Predicate<Shown> wanted = shown -> true;
    if (!request.alarmNames().isEmpty()) {
      wanted = wanted.and(shown -> request.alarmNames().contains(shown.name));
    }
    if (request.alarmNamePrefix() != null) {
      wanted = wanted.and(shown -> shown.name.startsWith(request.alarmNamePrefix()));
    }
    if (request.stateValue() != null) {
      wanted = wanted.and(shown -> shown.state == request.stateValue());
    }
    if (request.actionPrefix() != null) {
      wanted =
          wanted.and(
              shown -> shown.actions.stream().anyMatch(a -> a.startsWith(request.actionPrefix())));
    }
    if (request.childrenOfAlarmName() != null) {
      var parent = stored.composites.get(CloudWatchAlarms.key(request.childrenOfAlarmName()));
      var names = parent == null ? Set.<String>of() : parent.rule().names();
      wanted = wanted.and(shown -> names.contains(shown.name));
    }
    if (request.parentsOfAlarmName() != null) {
      wanted =
          wanted.and(shown ->
              shown.composite != null
                  && AlarmRule.parse(shown.composite.alarmRule())
                      .names()
                      .contains(request.parentsOfAlarmName()));
    }
    return wanted;
  }

  @Override
  public DescribeAlarmsForMetricResponse describeAlarmsForMetric(
      DescribeAlarmsForMetricRequest request) {
    AlarmRequests.require(request.metricName(), "metricName");
    AlarmRequests.require(request.namespace(), "namespace");
    var scope = Call.current().scope();
    var metric = Metric.of(scope, request.namespace(), request.metricName(), request.dimensions());
    var found =
        stored.alarms.list(scope.account(), scope.region()).stream()
            .filter(alarm -> !alarm.isOfExpression() && alarm.metric().equals(metric))
            .map(Alarm::model)
            .filter(model ->
                (request.statistic() == null || request.statistic() == model.statistic())
                    && (request.extendedStatistic() == null
                        || request.extendedStatistic().equals(model.extendedStatistic()))
                    && (request.period() == null || request.period().equals(model.period()))
                    && (request.unit() == null || request.unit() == model.unit()))
            .toList();
    return DescribeAlarmsForMetricResponse.builder().metricAlarms(found).build();
  }
}
