package dev.terrarium.services.logs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;

/// Metrics that programs write into their logs, in CloudWatch's embedded metric format: a JSON
/// object whose member `_aws` says which of the others are metrics and which dimensions.
///
/// See *Specification: Embedded metric format* in the CloudWatch user guide.
final class EmbeddedMetrics {
  private static final int METRICS_MAX = 100;
  private static final int DIMENSIONS_MAX = 30;

  private EmbeddedMetrics() {}

  /// Whether it is worth reading a message; asked for every one, so only a glance.
  static boolean mayBeIn(String message) {
    return message.startsWith("{") && message.contains("\"_aws\"");
  }

  /// The metrics in a message, by namespace; none if it is not of the format.
  ///
  /// @param otherwise the time of metrics that have none of their own, in milliseconds
  static Map<String, List<MetricDatum>> of(String message, long otherwise) {
    JsonNode root;
    try {
      root = Json.parse(message);
    } catch (IllegalArgumentException e) {
      return Map.of(); // Only looks like it.
    }
    var about = root.path("_aws");
    var at = Instant.ofEpochMilli(about.path("Timestamp").asLong(otherwise));
    var found = new LinkedHashMap<String, List<MetricDatum>>();
    for (var directive : about.path("CloudWatchMetrics")) {
      var namespace = directive.path("Namespace").asText("");
      if (!namespace.isEmpty()) {
        var data = found.computeIfAbsent(namespace, n -> new ArrayList<>());
        for (var dimensions : dimensionSets(directive, root)) {
          add(data, directive, root, dimensions, at);
        }
      }
    }
    return found;
  }

  private static List<List<Dimension>> dimensionSets(JsonNode directive, JsonNode root) {
    var sets = new ArrayList<List<Dimension>>();
    for (var names : directive.path("Dimensions")) {
      var set = new ArrayList<Dimension>();
      for (var name : names) {
        var value = root.path(name.asText());
        if (value.isValueNode() && set.size() < DIMENSIONS_MAX) {
          set.add(Dimension.builder().name(name.asText()).value(value.asText()).build());
        }
      }
      sets.add(set);
    }
    return sets.isEmpty() ? List.of(List.of()) : sets;
  }

  private static void add(
      List<MetricDatum> data,
      JsonNode directive,
      JsonNode root,
      List<Dimension> dimensions,
      Instant at) {
    int count = 0;
    for (var metric : directive.path("Metrics")) {
      var name = metric.path("Name").asText("");
      var values = numbers(root.path(name));
      if (name.isEmpty() || values.isEmpty() || ++count > METRICS_MAX) {
        continue;
      }
      var datum =
          MetricDatum.builder()
              .metricName(name)
              .timestamp(at)
              .unit(metric.path("Unit").asText("None"))
              .dimensions(dimensions)
              .storageResolution(metric.path("StorageResolution").asInt(60));
      data.add(
          (values.size() == 1 ? datum.value(values.getFirst()) : datum.values(values)).build());
    }
  }

  private static List<Double> numbers(JsonNode value) {
    var numbers = new ArrayList<Double>();
    if (value.isNumber()) {
      numbers.add(value.asDouble());
    } else if (value.isArray()) {
      value.forEach(each -> {
        if (each.isNumber()) {
          numbers.add(each.asDouble());
        }
      });
    }
    return numbers;
  }
}
