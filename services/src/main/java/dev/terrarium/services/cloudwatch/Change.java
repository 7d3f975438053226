package dev.terrarium.services.cloudwatch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import dev.terrarium.services.cloudwatch.MetricStore.AlarmKey;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatch.model.AlarmType;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;

/// A state of an alarm that has changed.
///
/// @param actions what to do about it
/// @param message what actions are told
record Change(
    AlarmKey key,
    AlarmType type,
    StateValue before,
    StateValue state,
    String reason,
    Instant at,
    List<String> actions,
    String message) {
  Change {
    actions = List.copyOf(actions);
  }

  /// The change of an alarm on metrics.
  static Change of(Alarm alarm, StateValue before) {
    var model = alarm.model();
    var message =
        common(
            alarm.key(),
            model.alarmDescription(),
            model.alarmConfigurationUpdatedTimestamp(),
            before,
            model.stateValue(),
            model.stateReason(),
            model.stateUpdatedTimestamp());
    list(message, "OKActions", model.okActions());
    list(message, "AlarmActions", model.alarmActions());
    list(message, "InsufficientDataActions", model.insufficientDataActions());
    message.set("Trigger", trigger(alarm));
    return new Change(
        alarm.key(),
        AlarmType.METRIC_ALARM,
        before,
        model.stateValue(),
        model.stateReason(),
        model.stateUpdatedTimestamp(),
        actions(
            model.actionsEnabled(),
            model.stateValue(),
            model.okActions(),
            model.alarmActions(),
            model.insufficientDataActions()),
        Json.write(message));
  }

  /// The change of an alarm on alarms.
  static Change of(Composite alarm, StateValue before) {
    var model = alarm.model();
    var message =
        common(
            alarm.key(),
            model.alarmDescription(),
            model.alarmConfigurationUpdatedTimestamp(),
            before,
            model.stateValue(),
            model.stateReason(),
            model.stateUpdatedTimestamp());
    list(message, "OKActions", model.okActions());
    list(message, "AlarmActions", model.alarmActions());
    list(message, "InsufficientDataActions", model.insufficientDataActions());
    message.put("AlarmRule", model.alarmRule());
    var data = Json.parse(model.stateReasonData() == null ? "{}" : model.stateReasonData());
    message.set("TriggeringChildren", data.withArray("triggeringAlarms"));
    return new Change(
        alarm.key(),
        AlarmType.COMPOSITE_ALARM,
        before,
        model.stateValue(),
        model.stateReason(),
        model.stateUpdatedTimestamp(),
        actions(
            model.actionsEnabled(),
            model.stateValue(),
            model.okActions(),
            model.alarmActions(),
            model.insufficientDataActions()),
        Json.write(message));
  }

  /// What functions and buses are told, made of what topics are told.
  static ObjectNode alarmData(JsonNode message) {
    var data = Json.object().put("alarmName", message.path("AlarmName").asText());
    data.putObject("state")
        .put("value", message.path("NewStateValue").asText())
        .put("reason", message.path("NewStateReason").asText())
        .put("timestamp", message.path("StateChangeTime").asText());
    data.putObject("previousState").put("value", message.path("OldStateValue").asText());
    var configuration = data.putObject("configuration");
    configuration.put("description", message.path("AlarmDescription").asText(""));
    if (message.has("AlarmRule")) {
      configuration.put("alarmRule", message.path("AlarmRule").asText());
      return data;
    }
    var trigger = message.path("Trigger");
    var metrics = configuration.putArray("metrics");
    if (trigger.has("Metrics")) {
      for (var query : trigger.path("Metrics")) {
        var one = metrics.addObject().put("id", query.path("Id").asText());
        if (query.has("Expression")) {
          one.put("expression", query.path("Expression").asText());
        } else {
          one.set("metricStat", stat(query.path("MetricStat"), query.at("/MetricStat/Metric")));
        }
        one.put("returnData", query.path("ReturnData").asBoolean());
      }
    } else {
      metrics
          .addObject()
          .put("id", "m1")
          .put("returnData", true)
          .set("metricStat", stat(trigger, trigger));
    }
    return data;
  }

  private static ObjectNode stat(JsonNode stat, JsonNode metric) {
    var node = Json.object();
    var named =
        node.putObject("metric")
            .put("namespace", metric.path("Namespace").asText())
            .put("name", metric.path("MetricName").asText());
    var dimensions = named.putObject("dimensions");
    for (var dimension : metric.path("Dimensions")) {
      dimensions.put(dimension.path("name").asText(), dimension.path("value").asText());
    }
    var statistic = stat.path("Statistic").asText("");
    var name =
        stat.has("Stat")
            ? stat.path("Stat").asText()
            : statistic.isEmpty()
                ? stat.path("ExtendedStatistic").asText()
                : statistic.charAt(0) + statistic.substring(1).toLowerCase(Locale.ROOT);
    return node.put("period", stat.path("Period").asInt()).put("stat", name);
  }

  private static List<String> actions(
      @Nullable Boolean enabled,
      StateValue state,
      List<String> ok,
      List<String> alarm,
      List<String> insufficient) {
    if (!Boolean.TRUE.equals(enabled)) {
      return List.of();
    }
    return switch (state) {
      case ALARM -> alarm;
      case OK -> ok;
      default -> insufficient;
    };
  }

  private static ObjectNode common(
      AlarmKey key,
      @Nullable String description,
      Instant configured,
      StateValue before,
      StateValue state,
      String reason,
      Instant at) {
    return Json.object()
        .put("AlarmName", key.name())
        .put("AlarmDescription", description)
        .put("AWSAccountId", key.account())
        .put("AlarmConfigurationUpdatedTimestamp", time(configured))
        .put("NewStateValue", state.toString())
        .put("NewStateReason", reason)
        .put("StateChangeTime", time(at))
        .put("Region", key.region())
        .put("AlarmArn", key.arn())
        .put("OldStateValue", before.toString());
  }

  private static ObjectNode trigger(Alarm alarm) {
    var model = alarm.model();
    var trigger = Json.object();
    if (alarm.isOfExpression()) {
      trigger.put("Period", alarm.period());
    } else {
      trigger.put("MetricName", model.metricName()).put("Namespace", model.namespace());
      trigger.put("StatisticType", model.statistic() == null ? "ExtendedStatistic" : "Statistic");
      trigger.put(
          model.statistic() == null ? "ExtendedStatistic" : "Statistic",
          model.statistic() == null
              ? alarm.statistic()
              : alarm.statistic().toUpperCase(Locale.ROOT));
      trigger.put("Unit", model.unitAsString());
      dimensions(trigger, model.dimensions());
      trigger.put("Period", model.period());
    }
    trigger.put("EvaluationPeriods", model.evaluationPeriods());
    if (model.datapointsToAlarm() != null) {
      trigger.put("DatapointsToAlarm", model.datapointsToAlarm());
    }
    trigger.put("ComparisonOperator", model.comparisonOperatorAsString());
    trigger.put("Threshold", model.threshold());
    trigger.put(
        "TreatMissingData", model.treatMissingData() == null ? "" : model.treatMissingData());
    trigger.put(
        "EvaluateLowSampleCountPercentile",
        model.evaluateLowSampleCountPercentile() == null
            ? ""
            : model.evaluateLowSampleCountPercentile());
    if (alarm.isOfExpression()) {
      var metrics = trigger.putArray("Metrics");
      model.metrics().forEach(query -> metrics.add(query(query)));
    }
    return trigger;
  }

  private static void dimensions(
      ObjectNode node, List<software.amazon.awssdk.services.cloudwatch.model.Dimension> list) {
    var dimensions = node.putArray("Dimensions");
    for (var dimension : list) {
      dimensions.addObject().put("value", dimension.value()).put("name", dimension.name());
    }
  }

  private static ObjectNode query(MetricDataQuery query) {
    var node = Json.object();
    if (query.expression() != null) {
      node.put("Expression", query.expression());
    }
    node.put("Id", query.id());
    if (query.label() != null) {
      node.put("Label", query.label());
    }
    var stat = query.metricStat();
    if (stat != null) {
      var inner = node.putObject("MetricStat");
      var metric = inner.putObject("Metric");
      dimensions(metric, stat.metric().dimensions());
      metric.put("MetricName", stat.metric().metricName());
      metric.put("Namespace", stat.metric().namespace());
      inner.put("Period", stat.period()).put("Stat", stat.stat());
    }
    node.put("ReturnData", !Boolean.FALSE.equals(query.returnData()));
    return node;
  }

  private static void list(ObjectNode node, String name, List<String> values) {
    var list = node.putArray(name);
    values.forEach(list::add);
  }

  private static String time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.MILLIS).toString().replace("Z", "+0000");
  }
}
