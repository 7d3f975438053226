package dev.terrarium.services.cloudwatch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.services.cloudwatch.model.GetInsightRuleReportRequest;
import software.amazon.awssdk.services.cloudwatch.model.GetInsightRuleReportResponse;
import software.amazon.awssdk.services.cloudwatch.model.InsightRuleContributor;
import software.amazon.awssdk.services.cloudwatch.model.InsightRuleContributorDatapoint;
import software.amazon.awssdk.services.cloudwatch.model.InsightRuleMetricDatapoint;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;

/// Who contributed how much to what, by the log events of a window.
///
/// See *Contributor Insights rule syntax* in the user guide. Nothing is counted in advance: a
/// report reads the logs.
final class InsightReport {
  private static final int CONTRIBUTORS_DEFAULT = 10;

  private final Cloud cloud;
  private final JsonNode rule;
  private final GetInsightRuleReportRequest request;
  private final long length;

  /// What contributors brought, by period.
  private final Map<List<String>, TreeMap<Long, Double>> contributions = new HashMap<>();

  InsightReport(Cloud cloud, JsonNode rule, GetInsightRuleReportRequest request, int period) {
    this.cloud = cloud;
    this.rule = rule;
    this.request = request;
    this.length = period * 1000L;
  }

  GetInsightRuleReportResponse make() {
    for (var group : rule.path("LogGroupNames")) {
      read(group.asText());
    }
    var sums = new HashMap<List<String>, Double>();
    contributions.forEach(
        (keys, points) -> sums.put(keys, points.values().stream().mapToDouble(v -> v).sum()));
    var byMaximum = request.orderBy() != null && request.orderBy().equals("Maximum");
    var order =
        Comparator.<List<String>>comparingDouble(
                keys -> byMaximum ? maximum(keys) : sums.getOrDefault(keys, 0.0))
            .reversed();
    var max =
        request.maxContributorCount() == null
            ? CONTRIBUTORS_DEFAULT
            : request.maxContributorCount();
    var contributors = new ArrayList<InsightRuleContributor>();
    for (var keys : contributions.keySet().stream().sorted(order).limit(max).toList()) {
      contributors.add(contributor(keys, sums.getOrDefault(keys, 0.0)));
    }
    var labels = new ArrayList<String>();
    rule.path("Contribution").path("Keys").forEach(key -> labels.add(key.asText()));
    return GetInsightRuleReportResponse.builder()
        .keyLabels(labels)
        .aggregationStatistic(isSum() ? "Sum" : "SampleCount")
        .aggregateValue(sums.values().stream().mapToDouble(v -> v).sum())
        .approximateUniqueCount((long) sums.size())
        .contributors(contributors)
        .metricDatapoints(request.metrics().isEmpty() ? List.of() : datapoints())
        .build();
  }

  private double maximum(List<String> keys) {
    return contributions.getOrDefault(keys, new TreeMap<>()).values().stream()
        .mapToDouble(v -> v)
        .max()
        .orElse(0);
  }

  private boolean isSum() {
    return rule.path("AggregateOn").asText("Count").equals("Sum");
  }

  private InsightRuleContributor contributor(List<String> keys, double sum) {
    var points = new ArrayList<InsightRuleContributorDatapoint>();
    contributions
        .getOrDefault(keys, new TreeMap<>())
        .forEach((at, value) ->
            points.add(
                InsightRuleContributorDatapoint.builder()
                    .timestamp(Instant.ofEpochMilli(at))
                    .approximateValue(value)
                    .build()));
    return InsightRuleContributor.builder()
        .keys(keys)
        .approximateAggregateValue(sum)
        .datapoints(points)
        .build();
  }

  private List<InsightRuleMetricDatapoint> datapoints() {
    var periods = new TreeMap<Long, List<Double>>();
    contributions
        .values()
        .forEach(points ->
            points.forEach(
                (at, value) -> periods.computeIfAbsent(at, a -> new ArrayList<>()).add(value)));
    var list = new ArrayList<InsightRuleMetricDatapoint>();
    var wanted = request.metrics();
    periods.forEach((at, values) -> {
      var statistics = values.stream().mapToDouble(v -> v).summaryStatistics();
      var point = InsightRuleMetricDatapoint.builder().timestamp(Instant.ofEpochMilli(at));
      if (wanted.contains("UniqueContributors")) {
        point.uniqueContributors((double) values.size());
      }
      if (wanted.contains("MaxContributorValue")) {
        point.maxContributorValue(statistics.getMax());
      }
      if (wanted.contains("SampleCount")) {
        point.sampleCount((double) statistics.getCount());
      }
      if (wanted.contains("Sum")) {
        point.sum(statistics.getSum());
      }
      if (wanted.contains("Minimum")) {
        point.minimum(statistics.getMin());
      }
      if (wanted.contains("Maximum")) {
        point.maximum(statistics.getMax());
      }
      if (wanted.contains("Average")) {
        point.average(statistics.getAverage());
      }
      list.add(point.build());
    });
    return list;
  }

  private void read(String group) {
    cloud
        .client(CloudWatchLogsClient.class)
        .filterLogEventsPaginator(f ->
            f.logGroupName(group)
                .startTime(request.startTime().toEpochMilli())
                .endTime(request.endTime().toEpochMilli() - 1))
        .events()
        .forEach(event -> {
          if (event.message().startsWith("{")) {
            count(event.timestamp(), event.message());
          }
        });
  }

  private void count(long at, String message) {
    JsonNode event;
    try {
      event = Json.parse(message);
    } catch (IllegalArgumentException e) {
      return; // No JSON contributes nothing.
    }
    var contribution = rule.path("Contribution");
    for (var filter : contribution.path("Filters")) {
      if (!passes(filter, event)) {
        return;
      }
    }
    var keys = new ArrayList<String>();
    for (var key : contribution.path("Keys")) {
      var value = field(event, key.asText());
      if (value.isMissingNode()) {
        return;
      }
      keys.add(value.isValueNode() ? value.asText() : Json.write(value));
    }
    var amount = isSum() ? field(event, contribution.path("ValueOf").asText()).asDouble() : 1;
    var start = Math.floorDiv(at, length) * length;
    contributions
        .computeIfAbsent(List.copyOf(keys), k -> new TreeMap<>())
        .merge(start, amount, Double::sum);
  }

  private static JsonNode field(JsonNode event, String path) {
    var node = event;
    for (var part : path.replaceFirst("^\\$\\.?", "").split("\\.")) {
      node = part.isEmpty() ? MissingNode.getInstance() : node.path(part);
    }
    return node;
  }

  private static boolean passes(JsonNode filter, JsonNode event) {
    var value = field(event, filter.path("Match").asText());
    for (var condition : filter.properties()) {
      var wanted = condition.getValue();
      var holds =
          switch (condition.getKey()) {
            case "Match" -> true;
            case "In" -> contains(wanted, value);
            case "NotIn" -> !contains(wanted, value);
            case "StartsWith" -> startsWith(wanted, value);
            case "GreaterThan" -> value.isNumber() && value.asDouble() > wanted.asDouble();
            case "LessThan" -> value.isNumber() && value.asDouble() < wanted.asDouble();
            case "EqualTo" -> value.isNumber() && value.asDouble() == wanted.asDouble();
            case "NotEqualTo" -> value.isNumber() && value.asDouble() != wanted.asDouble();
            case "IsPresent" -> wanted.asBoolean() != value.isMissingNode();
            default -> false;
          };
      if (!holds) {
        return false;
      }
    }
    return true;
  }

  private static boolean contains(JsonNode list, JsonNode value) {
    for (var one : list) {
      if (one.asText().equals(value.asText()) && !value.isMissingNode()) {
        return true;
      }
    }
    return false;
  }

  private static boolean startsWith(JsonNode list, JsonNode value) {
    for (var one : list) {
      if (value.asText().startsWith(one.asText()) && !value.isMissingNode()) {
        return true;
      }
    }
    return false;
  }
}
