package dev.terrarium.services.cloudwatch;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Errors;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.Datapoint;
import software.amazon.awssdk.services.cloudwatch.model.DimensionFilter;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataRequest;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataResponse;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricStatisticsRequest;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricStatisticsResponse;
import software.amazon.awssdk.services.cloudwatch.model.InvalidParameterCombinationException;
import software.amazon.awssdk.services.cloudwatch.model.InvalidParameterValueException;
import software.amazon.awssdk.services.cloudwatch.model.ListMetricsRequest;
import software.amazon.awssdk.services.cloudwatch.model.ListMetricsResponse;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataResult;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;
import software.amazon.awssdk.services.cloudwatch.model.MissingRequiredParameterException;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricDataRequest;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricDataResponse;
import software.amazon.awssdk.services.cloudwatch.model.ScanBy;
import software.amazon.awssdk.services.cloudwatch.model.StatusCode;

/// Metrics: reported, listed, read.
final class CloudWatchMetrics implements CloudWatchClient {
  private static final int PAGE = 500;
  private static final int DATUMS_MAX = 1000;
  private static final int DATAPOINTS_MAX = 1440;

  private final MetricStore stored;
  private final Evaluator evaluator;

  CloudWatchMetrics(MetricStore stored, Evaluator evaluator) {
    this.stored = stored;
    this.evaluator = evaluator;
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}

  static AwsServiceException invalid(String message) {
    return Errors.of(
        InvalidParameterValueException.builder(), 400, "InvalidParameterValue", message);
  }

  static AwsServiceException missing(String parameter) {
    return Errors.of(
        MissingRequiredParameterException.builder(),
        400,
        "MissingParameter",
        "The parameter " + parameter + " is required.");
  }

  @Override
  public PutMetricDataResponse putMetricData(PutMetricDataRequest request) {
    var namespace = request.namespace();
    if (namespace == null || namespace.isEmpty()) {
      throw missing("Namespace");
    } else if (request.metricData().size() > DATUMS_MAX) {
      throw invalid("The collection MetricData must not have a size greater than 1000.");
    }
    var now = stored.cloud.clock().millis();
    var scope = Call.current().scope();
    var reported = new ArrayList<Statistics>();
    for (var datum : request.metricData()) {
      if (datum.metricName() == null) {
        throw missing("MetricData.member.1.MetricName");
      }
      reported.add(statistics(datum));
    }
    for (int i = 0; i < reported.size(); i++) {
      var datum = request.metricData().get(i);
      var metric = Metric.of(scope, namespace, datum.metricName(), datum.dimensions());
      var at = datum.timestamp() == null ? now : datum.timestamp().toEpochMilli();
      stored.add(metric, at, reported.get(i));
      evaluator.arrived(metric);
    }
    return PutMetricDataResponse.builder().build();
  }

  private static Statistics statistics(MetricDatum datum) {
    var unit = datum.unit() == null ? "None" : datum.unitAsString();
    if (datum.value() != null) {
      var value = finite(datum.value());
      return new Statistics(1, value, value, value, Map.of(value, 1.0), unit);
    }
    var set = datum.statisticValues();
    if (set != null) {
      return new Statistics(
          finite(set.sampleCount()),
          finite(set.sum()),
          finite(set.minimum()),
          finite(set.maximum()),
          Map.of(),
          unit);
    }
    if (!datum.hasValues() || datum.values().isEmpty()) {
      throw Errors.of(
          InvalidParameterCombinationException.builder(),
          400,
          "InvalidParameterCombination",
          "At least one of the parameters must be specified: Value, Values, StatisticValues.");
    }
    var counts = datum.counts();
    if (datum.hasCounts() && counts.size() != datum.values().size()) {
      throw invalid(
          "The parameters MetricData.member.1.Values and MetricData.member.1.Counts must be of the"
              + " same size.");
    }
    var values = new TreeMap<Double, Double>();
    double count = 0;
    double sum = 0;
    for (int i = 0; i < datum.values().size(); i++) {
      var times = datum.hasCounts() ? counts.get(i) : 1.0;
      var value = finite(datum.values().get(i));
      values.merge(value, times, Double::sum);
      count += times;
      sum += value * times;
    }
    return new Statistics(count, sum, values.firstKey(), values.lastKey(), values, unit);
  }

  private static double finite(@Nullable Double value) {
    if (value == null || !Double.isFinite(value)) {
      throw invalid("The value " + value + " for parameter MetricData.member.1.Value is invalid.");
    }
    return value;
  }

  @Override
  public ListMetricsResponse listMetrics(ListMetricsRequest request) {
    var from = request.nextToken() == null ? 0 : number(request.nextToken());
    var all =
        stored.list(Call.current().scope(), request.namespace()).stream()
            .filter(m -> request.metricName() == null || m.name().equals(request.metricName()))
            .filter(m -> matches(m, request.dimensions()))
            .toList();
    var to = Math.min(all.size(), from + PAGE);
    return ListMetricsResponse.builder()
        .metrics(all.subList(Math.min(from, to), to).stream().map(CloudWatchMetrics::view).toList())
        .nextToken(to < all.size() ? Integer.toString(to) : null)
        .build();
  }

  private static int number(String token) {
    try {
      return Integer.parseInt(token);
    } catch (NumberFormatException e) {
      throw invalid("Invalid nextToken");
    }
  }

  private static boolean matches(Metric metric, List<DimensionFilter> filters) {
    return filters.stream()
        .allMatch(filter ->
            metric.dimensionList().stream()
                .anyMatch(d ->
                    d.name().equals(filter.name())
                        && (filter.value() == null || d.value().equals(filter.value()))));
  }

  private static software.amazon.awssdk.services.cloudwatch.model.Metric view(Metric metric) {
    return software.amazon.awssdk.services.cloudwatch.model.Metric.builder()
        .namespace(metric.namespace())
        .metricName(metric.name())
        .dimensions(metric.dimensionList())
        .build();
  }

  @Override
  public GetMetricStatisticsResponse getMetricStatistics(GetMetricStatisticsRequest request) {
    if (!request.hasStatistics() && !request.hasExtendedStatistics()) {
      throw Errors.of(
          InvalidParameterCombinationException.builder(),
          400,
          "InvalidParameterCombination",
          "At least one of the parameters Statistics and ExtendedStatistics must be specified");
    }
    var period = period(request.period());
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
    if (found.size() > DATAPOINTS_MAX) {
      throw Errors.of(
          InvalidParameterCombinationException.builder(),
          400,
          "InvalidParameterCombination",
          "You have requested up to "
              + found.size()
              + " datapoints, which exceeds the limit of 1,440.");
    }
    var points = new ArrayList<Datapoint>();
    found.forEach((millis, statistics) -> points.add(point(request, millis, statistics)));
    return GetMetricStatisticsResponse.builder()
        .label(request.metricName())
        .datapoints(points)
        .build();
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
        default -> throw invalid("The statistic " + name + " is not valid.");
      }
    }
    if (request.hasExtendedStatistics()) {
      var extended = new TreeMap<String, Double>();
      request.extendedStatistics().forEach(s -> extended.put(s, value(statistics, s)));
      point.extendedStatistics(extended);
    }
    return point.build();
  }

  private static double value(Statistics statistics, String name) {
    try {
      return statistics.value(name);
    } catch (IllegalArgumentException e) {
      throw invalid("The statistic " + name + " is not valid.");
    }
  }

  private static int period(@Nullable Integer seconds) {
    if (seconds == null) {
      throw missing("Period");
    } else if (seconds < 1 || seconds > 60 && seconds % 60 != 0) {
      throw invalid("The parameter Period must be a multiple of 60");
    }
    return Math.max(60, seconds);
  }

  private static void check(@Nullable Instant start, @Nullable Instant end) {
    if (start == null) {
      throw missing("StartTime");
    } else if (end == null) {
      throw missing("EndTime");
    } else if (!start.isBefore(end)) {
      throw invalid("The parameter StartTime must be less than the parameter EndTime.");
    }
  }

  @Override
  public GetMetricDataResponse getMetricData(GetMetricDataRequest request) {
    check(request.startTime(), request.endTime());
    var results = new ArrayList<MetricDataResult>();
    for (var query : request.metricDataQueries()) {
      if (query.expression() != null) {
        throw Errors.notImplemented("cloudwatch", "GetMetricData with Expression");
      }
      if (!Boolean.FALSE.equals(query.returnData())) {
        results.add(result(request, query));
      }
    }
    return GetMetricDataResponse.builder().metricDataResults(results).build();
  }

  private MetricDataResult result(GetMetricDataRequest request, MetricDataQuery query) {
    var stat = query.metricStat();
    if (stat == null) {
      throw missing("MetricDataQueries.member.1.MetricStat");
    }
    var metric =
        Metric.of(
            Call.current().scope(),
            stat.metric().namespace(),
            stat.metric().metricName(),
            stat.metric().dimensions());
    var found =
        stored.periods(
            metric,
            request.startTime().toEpochMilli(),
            request.endTime().toEpochMilli(),
            period(stat.period()));
    var ordered = request.scanBy() == ScanBy.TIMESTAMP_ASCENDING ? found : found.descendingMap();
    return MetricDataResult.builder()
        .id(query.id())
        .label(query.label() == null ? stat.metric().metricName() : query.label())
        .timestamps(ordered.keySet().stream().map(Instant::ofEpochMilli).toList())
        .values(ordered.values().stream().map(s -> value(s, stat.stat())).toList())
        .statusCode(StatusCode.COMPLETE)
        .build();
  }
}
