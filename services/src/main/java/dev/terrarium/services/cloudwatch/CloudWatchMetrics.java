package dev.terrarium.services.cloudwatch;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Errors;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.cloudwatch.model.DimensionFilter;
import software.amazon.awssdk.services.cloudwatch.model.InvalidParameterValueException;
import software.amazon.awssdk.services.cloudwatch.model.ListMetricsRequest;
import software.amazon.awssdk.services.cloudwatch.model.ListMetricsResponse;
import software.amazon.awssdk.services.cloudwatch.model.MissingRequiredParameterException;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricDataRequest;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricDataResponse;
import software.amazon.awssdk.services.cloudwatch.model.RecentlyActive;

/// Metrics: reported, listed, read.
final class CloudWatchMetrics implements CloudWatchPart {
  private static final int PAGE = 500;
  private static final int DATUMS_MAX = 1000;
  private static final Set<Integer> PERIODS = Set.of(1, 5, 10, 20, 30);
  private static final Set<String> STATISTICS =
      Set.of("SampleCount", "Sum", "Minimum", "Maximum", "Average");

  private final MetricStore stored;
  private final Evaluator evaluator;

  CloudWatchMetrics(MetricStore stored, Evaluator evaluator) {
    this.stored = stored;
    this.evaluator = evaluator;
  }

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
    }
    Data.checkNamespace(namespace);
    var data = new ArrayList<>(request.metricData());
    request.entityMetricData().forEach(entity -> data.addAll(entity.metricData()));
    if (data.isEmpty()) {
      throw missing("MetricData");
    } else if (data.size() > DATUMS_MAX) {
      throw invalid("The collection MetricData must not have a size greater than 1000.");
    }
    var now = stored.cloud.clock().millis();
    var scope = Call.current().scope();
    var reported = new ArrayList<Statistics>();
    for (int i = 0; i < data.size(); i++) {
      reported.add(Data.statistics(data.get(i), "MetricData.member." + (i + 1), now));
    }
    for (int i = 0; i < reported.size(); i++) {
      var datum = data.get(i);
      var metric = Metric.of(scope, namespace, datum.metricName(), datum.dimensions());
      var at = datum.timestamp() == null ? now : datum.timestamp().toEpochMilli();
      var fine = datum.storageResolution() != null && datum.storageResolution() == 1;
      stored.add(metric, at, reported.get(i), fine);
      evaluator.arrived(metric);
    }
    return PutMetricDataResponse.builder().build();
  }

  @Override
  public ListMetricsResponse listMetrics(ListMetricsRequest request) {
    if (request.recentlyActive() == RecentlyActive.UNKNOWN_TO_SDK_VERSION) {
      throw invalid(
          "The value "
              + request.recentlyActiveAsString()
              + " for parameter RecentlyActive is invalid.");
    }
    var from = request.nextToken() == null ? 0 : number(request.nextToken());
    var all =
        stored.list(Call.current().scope(), request.namespace()).stream()
            .filter(m -> request.metricName() == null || m.name().equals(request.metricName()))
            .filter(m -> matches(m, request.dimensions()))
            .filter(m -> request.recentlyActive() == null || isRecentlyActive(m))
            .toList();
    var to = Math.min(all.size(), from + PAGE);
    return ListMetricsResponse.builder()
        .metrics(all.subList(Math.min(from, to), to).stream().map(CloudWatchMetrics::view).toList())
        .nextToken(to < all.size() ? Integer.toString(to) : null)
        .build();
  }

  private boolean isRecentlyActive(Metric metric) {
    var since = Math.floorDiv(stored.cloud.clock().millis(), 60_000L) - 180;
    var found = new boolean[1];
    stored.minutes.scanFrom(
        new Metric.Minute(metric, since),
        (key, statistics) -> {
          found[0] = true;
          return false;
        },
        metric.keyParts());
    return found[0];
  }

  static int number(String token) {
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

  /// Checks and returns a period.
  static int period(@Nullable Integer seconds, String parameter) {
    if (seconds == null) {
      throw missing(parameter);
    } else if (seconds < 1) {
      throw invalid("The parameter " + parameter + " must be greater than or equal to 1.");
    } else if (!PERIODS.contains(seconds) && seconds % 60 != 0) {
      throw invalid("The parameter " + parameter + " must be a multiple of 60.");
    }
    return seconds;
  }

  /// Checks the name of a statistic.
  static void checkStatistic(String name, String parameter) {
    if (!STATISTICS.contains(name) && StatisticName.of(name) == null) {
      throw invalid("The value " + name + " for parameter " + parameter + " is not supported.");
    }
  }

  private static software.amazon.awssdk.services.cloudwatch.model.Metric view(Metric metric) {
    return software.amazon.awssdk.services.cloudwatch.model.Metric.builder()
        .namespace(metric.namespace())
        .metricName(metric.name())
        .dimensions(metric.dimensionList())
        .build();
  }
}
