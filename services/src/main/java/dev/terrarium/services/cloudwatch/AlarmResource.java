package dev.terrarium.services.cloudwatch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Reading;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.kernel.model.JsonShapes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.Tag;

/// `AWS::CloudWatch::Alarm`.
final class AlarmResource implements ResourceType {
  private static final List<String> TOLD =
      List.of(
          "ActionsEnabled",
          "AlarmActions",
          "AlarmDescription",
          "ComparisonOperator",
          "DatapointsToAlarm",
          "Dimensions",
          "EvaluationPeriods",
          "ExtendedStatistic",
          "InsufficientDataActions",
          "MetricName",
          "Namespace",
          "OKActions",
          "Period",
          "Statistic",
          "Threshold",
          "TreatMissingData",
          "Unit");

  /// Properties that are set and not told.
  private static final List<String> UNTOLD =
      List.of("EvaluateLowSampleCountPercentile", "Metrics", "Tags");

  private static final Set<String> MANDATORY = Set.of("ComparisonOperator", "EvaluationPeriods");

  private final Cloud cloud;

  AlarmResource(Cloud cloud) {
    this.cloud = cloud;
  }

  @Override
  public String name() {
    return "AWS::CloudWatch::Alarm";
  }

  @Override
  public List<Property> properties() {
    return Stream.concat(
            Stream.concat(TOLD.stream(), UNTOLD.stream())
                .map(name ->
                    MANDATORY.contains(name) ? Property.of(name).mandatory() : Property.of(name)),
            Stream.of(Property.of("AlarmName").replacing()))
        .toList();
  }

  @Override
  public Resource create(Request request) {
    var name = request.properties().path("AlarmName").asText(request.generatedName(255));
    put(name, request.properties());
    var arn =
        cloudWatch().describeAlarms(r -> r.alarmNames(name)).metricAlarms().getFirst().alarmArn();
    return new Resource(name, Map.of("Arn", Json.tree(arn)));
  }

  @Override
  public Resource update(Request request, Resource current, ObjectNode previous) {
    put(current.physicalId(), request.properties());
    return current;
  }

  @Override
  public Reading reading() {
    return Reading.of(
        "AlarmName",
        name -> {
          var found = cloudWatch().describeAlarms(r -> r.alarmNames(name)).metricAlarms();
          if (found.isEmpty()) {
            return null;
          }
          var now = found.getFirst();
          var told = JsonShapes.tree(now, TOLD).put("AlarmName", name);
          return new Reading.State(
              new Resource(name, Map.of("Arn", Json.tree(now.alarmArn()))), told);
        },
        () ->
            cloudWatch()
                .describeAlarms(r -> r.alarmTypesWithStrings("MetricAlarm"))
                .metricAlarms()
                .stream()
                .map(alarm -> alarm.alarmName())
                .toList());
  }

  @Override
  public void delete(Request request, Resource current) {
    cloudWatch().deleteAlarms(r -> r.alarmNames(current.physicalId()));
  }

  private void put(String name, ObjectNode p) {
    cloudWatch()
        .putMetricAlarm(r ->
            r.alarmName(name)
                .actionsEnabled(p.path("ActionsEnabled").asBoolean(true))
                .alarmActions(texts(p.path("AlarmActions")))
                .okActions(texts(p.path("OKActions")))
                .insufficientDataActions(texts(p.path("InsufficientDataActions")))
                .alarmDescription(text(p, "AlarmDescription"))
                .comparisonOperator(text(p, "ComparisonOperator"))
                .evaluationPeriods(number(p, "EvaluationPeriods"))
                .datapointsToAlarm(number(p, "DatapointsToAlarm"))
                .metricName(text(p, "MetricName"))
                .namespace(text(p, "Namespace"))
                .statistic(text(p, "Statistic"))
                .extendedStatistic(text(p, "ExtendedStatistic"))
                .period(number(p, "Period"))
                .threshold(p.has("Threshold") ? p.get("Threshold").asDouble() : null)
                .treatMissingData(text(p, "TreatMissingData"))
                .evaluateLowSampleCountPercentile(text(p, "EvaluateLowSampleCountPercentile"))
                .metrics(queries(p.path("Metrics")))
                .tags(tags(p.path("Tags")))
                .unit(text(p, "Unit"))
                .dimensions(dimensions(p.path("Dimensions"))));
  }

  private static List<MetricDataQuery> queries(JsonNode list) {
    var queries = new ArrayList<MetricDataQuery>();
    for (var one : list) {
      var query =
          MetricDataQuery.builder()
              .id(one.path("Id").asText())
              .expression(text(one, "Expression"))
              .label(text(one, "Label"))
              .period(number(one, "Period"))
              .returnData(one.has("ReturnData") ? one.get("ReturnData").asBoolean() : null);
      var stat = one.path("MetricStat");
      if (stat.isObject()) {
        query.metricStat(m ->
            m.period(stat.path("Period").asInt())
                .stat(stat.path("Stat").asText())
                .unit(text(stat, "Unit"))
                .metric(metric ->
                    metric
                        .namespace(stat.at("/Metric/Namespace").asText())
                        .metricName(stat.at("/Metric/MetricName").asText())
                        .dimensions(dimensions(stat.at("/Metric/Dimensions")))));
      }
      queries.add(query.build());
    }
    return queries;
  }

  static List<Tag> tags(JsonNode list) {
    var tags = new ArrayList<Tag>();
    for (var one : list) {
      tags.add(
          Tag.builder().key(one.path("Key").asText()).value(one.path("Value").asText()).build());
    }
    return tags;
  }

  private static List<Dimension> dimensions(JsonNode list) {
    var dimensions = new ArrayList<Dimension>();
    for (var one : list) {
      dimensions.add(
          Dimension.builder()
              .name(one.path("Name").asText())
              .value(one.path("Value").asText())
              .build());
    }
    return dimensions;
  }

  static List<String> texts(JsonNode list) {
    var texts = new ArrayList<String>();
    list.forEach(one -> texts.add(one.asText()));
    return texts;
  }

  static @Nullable String text(JsonNode node, String name) {
    return node.has(name) ? node.get(name).asText() : null;
  }

  static @Nullable Integer number(JsonNode node, String name) {
    return node.has(name) ? (Integer) node.get(name).asInt() : null;
  }

  private CloudWatchClient cloudWatch() {
    return cloud.client(CloudWatchClient.class);
  }
}
