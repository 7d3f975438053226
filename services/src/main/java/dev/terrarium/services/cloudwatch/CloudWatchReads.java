package dev.terrarium.services.cloudwatch;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Errors;
import dev.terrarium.services.cloudwatch.math.MathValue.Series;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatch.model.Datapoint;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataRequest;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataResponse;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricStatisticsRequest;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricStatisticsResponse;
import software.amazon.awssdk.services.cloudwatch.model.InvalidParameterCombinationException;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataResult;
import software.amazon.awssdk.services.cloudwatch.model.ScanBy;
import software.amazon.awssdk.services.cloudwatch.model.StatusCode;

/// Metrics as they are read: single statistics, and queries with metric math.
final class CloudWatchReads implements CloudWatchPart {
  private static final int DATAPOINTS_MAX = 1440;
  private static final List<String> STATISTICS =
      List.of("SampleCount", "Average", "Sum", "Minimum", "Maximum");
  private static final int QUERIES_MAX = 500;
  private static final int DATAPOINTS_PER_PAGE = 100_800;

  private final MetricStore stored;

  CloudWatchReads(MetricStore stored) {
    this.stored = stored;
  }

  @Override
  public GetMetricStatisticsResponse getMetricStatistics(GetMetricStatisticsRequest request) {
    checkStatistics(request.statisticsAsStrings(), request.extendedStatistics());
    if (request.namespace() == null) {
      throw CloudWatchMetrics.missing("Namespace");
    } else if (request.metricName() == null) {
      throw CloudWatchMetrics.missing("MetricName");
    }
    var period = CloudWatchMetrics.period(request.period(), "Period");
    check(request.startTime(), request.endTime());
    var metric =
        Metric.of(
            Call.current().scope(),
            request.namespace(),
            request.metricName(),
            request.dimensions());
    var found =
        stored.periods(
            metric, request.startTime().toEpochMilli(), request.endTime().toEpochMilli(), period);
    var asked = Duration.between(request.startTime(), request.endTime()).toSeconds() / period;
    if (asked > DATAPOINTS_MAX) {
      throw Errors.of(
          InvalidParameterCombinationException.builder(),
          400,
          "InvalidParameterCombination",
          "You have requested up to "
              + String.format(Locale.ROOT, "%,d", asked)
              + " datapoints, which exceeds the limit of 1,440. You may reduce the datapoints"
              + " requested by increasing Period, or decreasing the time range.");
    }
    var points = new ArrayList<Datapoint>();
    found.forEach((millis, statistics) -> {
      if (request.unit() == null || request.unitAsString().equals(statistics.unit())) {
        points.add(point(request, millis, statistics));
      }
    });
    return GetMetricStatisticsResponse.builder()
        .label(request.metricName())
        .datapoints(points)
        .build();
  }

  private static void checkStatistics(List<String> statistics, List<String> extended) {
    if (statistics.isEmpty() == extended.isEmpty()) {
      throw Errors.of(
          InvalidParameterCombinationException.builder(),
          400,
          "InvalidParameterCombination",
          statistics.isEmpty()
              ? "Must specify either Statistics or ExtendedStatistics"
              : "The parameters Statistics and ExtendedStatistics are mutually exclusive and you"
                  + " have specified both.");
    }
    for (int i = 0; i < statistics.size(); i++) {
      if (!STATISTICS.contains(statistics.get(i))) {
        throw CloudWatchMetrics.invalid(
            "The parameter Statistics.member."
                + (i + 1)
                + " must be a value in the set "
                + STATISTICS
                + ".");
      }
    }
    for (int i = 0; i < extended.size(); i++) {
      CloudWatchMetrics.checkStatistic(extended.get(i), "ExtendedStatistics.member." + (i + 1));
    }
  }

  private static Datapoint point(
      GetMetricStatisticsRequest request, long millis, Statistics statistics) {
    var point = Datapoint.builder().timestamp(Instant.ofEpochMilli(millis)).unit(statistics.unit());
    for (var name : request.statisticsAsStrings()) {
      switch (name) {
        case "SampleCount" -> point.sampleCount(statistics.count());
        case "Sum" -> point.sum(statistics.sum());
        case "Minimum" -> point.minimum(statistics.min());
        case "Maximum" -> point.maximum(statistics.max());
        case "Average" -> point.average(statistics.value("Average"));
        default -> throw new IllegalStateException("Checked before: " + name);
      }
    }
    if (request.hasExtendedStatistics()) {
      var extended = new TreeMap<String, Double>();
      request.extendedStatistics().forEach(name -> extended.put(name, statistics.value(name)));
      point.extendedStatistics(extended);
    }
    return point.build();
  }

  static void check(@Nullable Instant start, @Nullable Instant end) {
    if (start == null) {
      throw CloudWatchMetrics.missing("StartTime");
    } else if (end == null) {
      throw CloudWatchMetrics.missing("EndTime");
    } else if (!start.isBefore(end)) {
      throw CloudWatchMetrics.invalid(
          "The parameter StartTime must be less than the parameter EndTime.");
    }
  }

  @Override
  public GetMetricDataResponse getMetricData(GetMetricDataRequest request) {
    var queries = request.metricDataQueries();
    if (queries.isEmpty()) {
      throw CloudWatchMetrics.missing("MetricDataQueries");
    } else if (queries.size() > QUERIES_MAX) {
      throw MetricQueries.validation(
          "The collection MetricDataQueries must not have a size greater than 500.");
    }
    check(request.startTime(), request.endTime());
    var all =
        MetricQueries.ofCall(
            stored, queries, request.startTime().toEpochMilli(), request.endTime().toEpochMilli());
    var results = new ArrayList<MetricDataResult>();
    for (var query : queries) {
      if (!Boolean.FALSE.equals(query.returnData())) {
        for (var series : all.result(query.id())) {
          results.add(result(request, query, series));
        }
      }
    }
    return page(request, results);
  }

  private static MetricDataResult result(
      GetMetricDataRequest request, MetricDataQuery query, Series series) {
    var points =
        request.scanBy() == ScanBy.TIMESTAMP_ASCENDING
            ? series.points()
            : series.points().descendingMap();
    return MetricDataResult.builder()
        .id(query.id())
        .label(Labels.of(query, series))
        .timestamps(points.keySet().stream().map(Instant::ofEpochMilli).toList())
        .values(List.copyOf(points.values()))
        .statusCode(StatusCode.COMPLETE)
        .build();
  }

  /// Cuts what is more than fits; the token counts the points that were shown before.
  private static GetMetricDataResponse page(
      GetMetricDataRequest request, List<MetricDataResult> results) {
    var max = request.maxDatapoints() == null ? DATAPOINTS_PER_PAGE : request.maxDatapoints();
    var skip = request.nextToken() == null ? 0 : CloudWatchMetrics.number(request.nextToken());
    var shown = new ArrayList<MetricDataResult>();
    int seen = 0;
    boolean more = false;
    for (var result : results) {
      var size = result.values().size();
      var from = Math.clamp(skip - seen, 0, size);
      var to = Math.clamp(skip + max - seen, 0, size);
      if (to > from || size == 0 && request.nextToken() == null) {
        shown.add(
            result.toBuilder()
                .timestamps(result.timestamps().subList(from, to))
                .values(result.values().subList(from, to))
                .statusCode(to < size ? StatusCode.PARTIAL_DATA : StatusCode.COMPLETE)
                .build());
      }
      seen += size;
      more |= to < size;
    }
    return GetMetricDataResponse.builder()
        .metricDataResults(shown)
        .messages(List.of())
        .nextToken(more ? Integer.toString(skip + max) : null)
        .build();
  }
}
