package dev.terrarium.services.cloudwatch;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.services.cloudwatch.MetricStore.AlarmKey;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatch.model.AlarmType;
import software.amazon.awssdk.services.cloudwatch.model.CompositeAlarm;
import software.amazon.awssdk.services.cloudwatch.model.DeleteAlarmsRequest;
import software.amazon.awssdk.services.cloudwatch.model.DeleteAlarmsResponse;
import software.amazon.awssdk.services.cloudwatch.model.DisableAlarmActionsRequest;
import software.amazon.awssdk.services.cloudwatch.model.DisableAlarmActionsResponse;
import software.amazon.awssdk.services.cloudwatch.model.EnableAlarmActionsRequest;
import software.amazon.awssdk.services.cloudwatch.model.EnableAlarmActionsResponse;
import software.amazon.awssdk.services.cloudwatch.model.InvalidFormatException;
import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;
import software.amazon.awssdk.services.cloudwatch.model.PutCompositeAlarmRequest;
import software.amazon.awssdk.services.cloudwatch.model.PutCompositeAlarmResponse;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricAlarmRequest;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricAlarmResponse;
import software.amazon.awssdk.services.cloudwatch.model.ResourceNotFoundException;
import software.amazon.awssdk.services.cloudwatch.model.SetAlarmStateRequest;
import software.amazon.awssdk.services.cloudwatch.model.SetAlarmStateResponse;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;

/// Alarms on metrics and on other alarms: made, switched, forced, deleted.
final class CloudWatchAlarms implements CloudWatchPart {
  private static final int DELETED_AT_ONCE = 100;

  private final MetricStore stored;
  private final Evaluator evaluator;
  private final Composites composites;
  private final AlarmHistory history;
  private final CloudWatchTags tags;

  CloudWatchAlarms(
      MetricStore stored,
      Evaluator evaluator,
      Composites composites,
      AlarmHistory history,
      CloudWatchTags tags) {
    this.stored = stored;
    this.evaluator = evaluator;
    this.composites = composites;
    this.history = history;
    this.tags = tags;
  }

  static AlarmKey key(String name) {
    var scope = Call.current().scope();
    return new AlarmKey(scope.account(), scope.region(), name);
  }

  @Override
  public PutMetricAlarmResponse putMetricAlarm(PutMetricAlarmRequest request) {
    AlarmRequests.check(request);
    var key = key(request.alarmName());
    if (stored.composites.contains(key)) {
      throw MetricQueries.validation(
          "An alarm of a different type already exists with the name " + key.name());
    }
    if (request.hasMetrics() && !request.metrics().isEmpty()) {
      var now = stored.cloud.clock().millis();
      // Whatever is wrong with the queries is told here.
      var _ = new MetricQueries(stored, key.scope(), request.metrics(), now - 60_000, now);
    }
    var there = stored.alarms.get(key);
    var alarm =
        new Alarm(key, AlarmRequests.model(request, key, there, stored.cloud.clock().now()));
    var batch = new Batch();
    stored.alarms.put(batch, key, alarm);
    if (there == null) {
      tags.create(batch, key.arn(), request.tags());
    }
    history.configured(batch, key, AlarmType.METRIC_ALARM, there == null ? "Create" : "Update");
    stored.cloud.store().commit(batch);
    evaluator.tickFromNowOn();
    return PutMetricAlarmResponse.builder().build();
  }

  @Override
  public PutCompositeAlarmResponse putCompositeAlarm(PutCompositeAlarmRequest request) {
    AlarmRequests.require(request.alarmName(), "alarmName");
    AlarmRequests.require(request.alarmRule(), "alarmRule");
    AlarmRequests.checkActions(
        request.okActions(), request.alarmActions(), request.insufficientDataActions());
    var key = key(request.alarmName());
    if (stored.alarms.contains(key)) {
      throw MetricQueries.validation(
          "An alarm of a different type already exists with the name " + key.name());
    }
    var rule = rule(key, request.alarmRule());
    checkSuppressor(request);
    var there = stored.composites.get(key);
    var now = stored.cloud.clock().now();
    var model =
        CompositeAlarm.builder()
            .alarmName(key.name())
            .alarmArn(key.arn())
            .alarmDescription(request.alarmDescription())
            .alarmRule(request.alarmRule())
            .alarmConfigurationUpdatedTimestamp(now)
            .actionsEnabled(request.actionsEnabled() == null || request.actionsEnabled())
            .okActions(request.okActions())
            .alarmActions(request.alarmActions())
            .insufficientDataActions(request.insufficientDataActions())
            .actionsSuppressor(request.actionsSuppressor())
            .actionsSuppressorWaitPeriod(request.actionsSuppressorWaitPeriod())
            .actionsSuppressorExtensionPeriod(request.actionsSuppressorExtensionPeriod())
            .stateValue(there == null ? StateValue.INSUFFICIENT_DATA : there.model().stateValue())
            .stateReason(
                there == null ? "Unchecked: Initial alarm creation" : there.model().stateReason())
            .stateUpdatedTimestamp(there == null ? now : there.model().stateUpdatedTimestamp())
            .stateTransitionedTimestamp(
                there == null ? now : there.model().stateTransitionedTimestamp());
    if (composites.isCircular(key, rule)) {
      throw MetricQueries.validation(
          "The alarm rule of " + key.name() + " is circular: it depends on the alarm itself");
    }
    var batch = new Batch();
    stored.composites.put(batch, key, new Composite(key, model.build()));
    if (there == null) {
      tags.create(batch, key.arn(), request.tags());
    }
    history.configured(batch, key, AlarmType.COMPOSITE_ALARM, there == null ? "Create" : "Update");
    stored.cloud.store().commit(batch);
    composites.evaluate(key, null, 0);
    return PutCompositeAlarmResponse.builder().build();
  }

  private AlarmRule rule(AlarmKey key, String text) {
    AlarmRule rule;
    try {
      rule = AlarmRule.parse(text);
    } catch (IllegalArgumentException e) {
      throw MetricQueries.validation("Invalid AlarmRule: " + e.getMessage());
    }
    for (var name : rule.names()) {
      if (composites.state(new AlarmKey(key.account(), key.region(), name)) == null) {
        throw MetricQueries.validation(
            "Could not save the composite alarm as alarms ["
                + name
                + "] in the alarm rule do not exist");
      }
    }
    return rule;
  }

  private static void checkSuppressor(PutCompositeAlarmRequest request) {
    if (request.actionsSuppressor() == null) {
      if (request.actionsSuppressorWaitPeriod() != null
          || request.actionsSuppressorExtensionPeriod() != null) {
        throw MetricQueries.validation(
            "ActionsSuppressorWaitPeriod and ActionsSuppressorExtensionPeriod can only be set if"
                + " ActionsSuppressor is set");
      }
    } else if (request.actionsSuppressorWaitPeriod() == null
        || request.actionsSuppressorExtensionPeriod() == null) {
      throw MetricQueries.validation(
          "ActionsSuppressorWaitPeriod and ActionsSuppressorExtensionPeriod must be set if"
              + " ActionsSuppressor is set");
    }
  }

  @Override
  public DeleteAlarmsResponse deleteAlarms(DeleteAlarmsRequest request) {
    var names = request.alarmNames();
    if (names.size() > DELETED_AT_ONCE) {
      throw MetricQueries.validation(
          "1 validation error detected: Value at 'alarmNames' failed to satisfy constraint: Member"
              + " must have length less than or equal to 100");
    }
    var batch = new Batch();
    int composite = 0;
    for (var name : names) {
      var key = key(name);
      if (stored.composites.contains(key)) {
        if (++composite > 1) {
          throw MetricQueries.validation("Only one composite alarm can be deleted at once");
        }
        stored.composites.delete(batch, key);
        history.configured(batch, key, AlarmType.COMPOSITE_ALARM, "Delete");
      } else if (stored.alarms.contains(key)) {
        stored.alarms.delete(batch, key);
        history.configured(batch, key, AlarmType.METRIC_ALARM, "Delete");
      }
      tags.delete(batch, key.arn());
    }
    stored.cloud.store().commit(batch);
    return DeleteAlarmsResponse.builder().build();
  }

  @Override
  public SetAlarmStateResponse setAlarmState(SetAlarmStateRequest request) {
    AlarmRequests.require(request.alarmName(), "alarmName");
    AlarmRequests.require(request.stateValue(), "stateValue");
    AlarmRequests.require(request.stateReason(), "stateReason");
    if (request.stateValue() == StateValue.UNKNOWN_TO_SDK_VERSION) {
      throw MetricQueries.validation(
          "1 validation error detected: Value '"
              + request.stateValueAsString()
              + "' at 'stateValue' failed to satisfy constraint: Member must satisfy enum value"
              + " set: [INSUFFICIENT_DATA, ALARM, OK]");
    }
    checkData(request.stateReasonData());
    var key = key(request.alarmName());
    var alarm = stored.alarms.get(key);
    var composite = stored.composites.get(key);
    if (alarm != null) {
      evaluator.force(
          alarm, request.stateValue(), request.stateReason(), request.stateReasonData());
    } else if (composite != null) {
      composites.force(
          composite, request.stateValue(), request.stateReason(), request.stateReasonData());
    } else {
      throw Errors.of(
          ResourceNotFoundException.builder(), 404, "ResourceNotFound", "Unknown alarm");
    }
    return SetAlarmStateResponse.builder().build();
  }

  private static void checkData(@Nullable String data) {
    if (data != null) {
      try {
        var _ = Json.parse(data);
      } catch (IllegalArgumentException e) {
        throw Errors.of(
            InvalidFormatException.builder(),
            400,
            "InvalidFormat",
            "StateReasonData was not valid JSON");
      }
    }
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
    var batch = new Batch();
    for (var name : new ArrayList<>(names)) {
      var key = key(name);
      var alarm = stored.alarms.get(key);
      var composite = stored.composites.get(key);
      if (alarm != null) {
        MetricAlarm changed = alarm.model().toBuilder().actionsEnabled(enabled).build();
        stored.alarms.put(batch, key, new Alarm(key, changed));
      } else if (composite != null) {
        var changed = composite.model().toBuilder().actionsEnabled(enabled).build();
        stored.composites.put(batch, key, new Composite(key, changed));
      }
    }
    stored.cloud.store().commit(batch);
  }
}
