package dev.terrarium.services.cloudwatch;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.services.cloudwatch.MetricStore.AlarmKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.DeleteAlarmsRequest;
import software.amazon.awssdk.services.cloudwatch.model.DeleteAlarmsResponse;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmsForMetricRequest;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmsForMetricResponse;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmsRequest;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmsResponse;
import software.amazon.awssdk.services.cloudwatch.model.DisableAlarmActionsRequest;
import software.amazon.awssdk.services.cloudwatch.model.DisableAlarmActionsResponse;
import software.amazon.awssdk.services.cloudwatch.model.EnableAlarmActionsRequest;
import software.amazon.awssdk.services.cloudwatch.model.EnableAlarmActionsResponse;
import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricAlarmRequest;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricAlarmResponse;
import software.amazon.awssdk.services.cloudwatch.model.ResourceNotFoundException;
import software.amazon.awssdk.services.cloudwatch.model.SetAlarmStateRequest;
import software.amazon.awssdk.services.cloudwatch.model.SetAlarmStateResponse;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;

/// Alarms on single metrics: made, described, switched, deleted.
final class CloudWatchAlarms implements CloudWatchClient {
  private static final Set<String> MISSING =
      Set.of("breaching", "notBreaching", "ignore", "missing");

  private final MetricStore stored;
  private final Evaluator evaluator;
  private final AlarmHistory history;

  CloudWatchAlarms(MetricStore stored, Evaluator evaluator, AlarmHistory history) {
    this.stored = stored;
    this.history = history;
    this.evaluator = evaluator;
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}

  @Override
  public PutMetricAlarmResponse putMetricAlarm(PutMetricAlarmRequest request) {
    check(request);
    var key = key(request.alarmName());
    var there = stored.alarms.get(key);
    var now = stored.cloud.clock().now();
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
            .comparisonOperator(request.comparisonOperatorAsString())
            .treatMissingData(request.treatMissingData());
    if (there == null) {
      model
          .stateValue(StateValue.INSUFFICIENT_DATA)
          .stateReason("Unchecked: Initial alarm creation")
          .stateUpdatedTimestamp(now)
          .stateTransitionedTimestamp(now);
    } else {
      model
          .stateValue(there.model().stateValue())
          .stateReason(there.model().stateReason())
          .stateUpdatedTimestamp(there.model().stateUpdatedTimestamp())
          .stateTransitionedTimestamp(there.model().stateTransitionedTimestamp());
    }
    var alarm = new Alarm(key, model.build());
    var batch = new Batch();
    stored.alarms.put(batch, key, alarm);
    history.configured(batch, alarm, there == null);
    stored.cloud.store().commit(batch);
    evaluator.tickFromNowOn();
    return PutMetricAlarmResponse.builder().build();
  }

  private static void check(PutMetricAlarmRequest request) {
    if (request.hasMetrics() && !request.metrics().isEmpty()) {
      throw Errors.notImplemented("cloudwatch", "PutMetricAlarm with Metrics");
    }
    require(request.alarmName(), "AlarmName");
    require(request.comparisonOperator(), "ComparisonOperator");
    require(request.evaluationPeriods(), "EvaluationPeriods");
    require(request.metricName(), "MetricName");
    require(request.namespace(), "Namespace");
    require(request.period(), "Period");
    require(request.threshold(), "Threshold");
    if (request.statistic() == null && request.extendedStatistic() == null) {
      throw CloudWatchMetrics.missing("Statistic");
    } else if (request.period() % 60 != 0) {
      throw CloudWatchMetrics.invalid("Period must be a multiple of 60");
    } else if (request.evaluationPeriods() < 1) {
      throw CloudWatchMetrics.invalid("EvaluationPeriods must be at least 1");
    }
    var treat = request.treatMissingData();
    if (treat != null && !MISSING.contains(treat)) {
      throw CloudWatchMetrics.invalid("TreatMissingData: " + treat);
    }
  }

  private static void require(@Nullable Object value, String parameter) {
    if (value == null) {
      throw CloudWatchMetrics.missing(parameter);
    }
  }

  private static AlarmKey key(String name) {
    var scope = Call.current().scope();
    return new AlarmKey(scope.account(), scope.region(), name);
  }

  @Override
  public DescribeAlarmsResponse describeAlarms(DescribeAlarmsRequest request) {
    var max = request.maxRecords() == null ? 50 : request.maxRecords();
    var after = request.nextToken() == null ? "" : request.nextToken();
    var found =
        all().stream()
            .filter(a -> !request.hasAlarmNames() || request.alarmNames().contains(a.alarmName()))
            .filter(a ->
                request.alarmNamePrefix() == null
                    || a.alarmName().startsWith(request.alarmNamePrefix()))
            .filter(a -> request.stateValue() == null || a.stateValue() == request.stateValue())
            .filter(a ->
                request.actionPrefix() == null
                    || a.alarmActions().stream()
                        .anyMatch(action -> action.startsWith(request.actionPrefix())))
            .filter(a -> a.alarmName().compareTo(after) > 0)
            .toList();
    var page = found.subList(0, Math.min(max, found.size()));
    return DescribeAlarmsResponse.builder()
        .metricAlarms(page)
        .compositeAlarms(List.of())
        .nextToken(found.size() > max ? page.getLast().alarmName() : null)
        .build();
  }

  private List<MetricAlarm> all() {
    var scope = Call.current().scope();
    return stored.alarms.list(scope.account(), scope.region()).stream().map(Alarm::model).toList();
  }

  @Override
  public DescribeAlarmsForMetricResponse describeAlarmsForMetric(
      DescribeAlarmsForMetricRequest request) {
    var metric =
        Metric.of(
            Call.current().scope(),
            request.namespace(),
            request.metricName(),
            request.dimensions());
    var scope = Call.current().scope();
    var found =
        stored.alarms.list(scope.account(), scope.region()).stream()
            .filter(alarm -> alarm.metric().equals(metric))
            .map(Alarm::model)
            .toList();
    return DescribeAlarmsForMetricResponse.builder().metricAlarms(found).build();
  }

  @Override
  public DeleteAlarmsResponse deleteAlarms(DeleteAlarmsRequest request) {
    var names = request.alarmNames();
    for (var name : names) {
      stored.alarms.delete(key(name));
    }
    return DeleteAlarmsResponse.builder().build();
  }

  @Override
  public SetAlarmStateResponse setAlarmState(SetAlarmStateRequest request) {
    if (request.alarmName() == null) {
      throw Errors.of(
          400,
          "ValidationError",
          "1 validation error detected: Value null at 'alarmName' failed to satisfy constraint:"
              + " Member must not be null");
    }
    var alarm = stored.alarms.get(key(request.alarmName()));
    if (alarm == null) {
      throw Errors.of(
          ResourceNotFoundException.builder(), 404, "ResourceNotFound", "No alarm of that name");
    }
    evaluator.force(alarm, request.stateValue(), request.stateReason());
    return SetAlarmStateResponse.builder().build();
  }

  @Override
  public EnableAlarmActionsResponse enableAlarmActions(EnableAlarmActionsRequest request) {
    switchActions(request.alarmNames(), true);
    return EnableAlarmActionsResponse.builder().build();
  }

  @Override
  public DisableAlarmActionsResponse disableAlarmActions(DisableAlarmActionsRequest request) {
    switchActions(request.alarmNames(), false);
    return DisableAlarmActionsResponse.builder().build();
  }

  private void switchActions(List<String> names, boolean enabled) {
    for (var name : new ArrayList<>(names)) {
      var alarm = stored.alarms.get(key(name));
      if (alarm != null) {
        var changed = alarm.model().toBuilder().actionsEnabled(enabled).build();
        stored.alarms.put(alarm.key(), new Alarm(alarm.key(), changed));
      }
    }
  }
}
