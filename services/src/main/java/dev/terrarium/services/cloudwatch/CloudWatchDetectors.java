package dev.terrarium.services.cloudwatch;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.kernel.store.PojoCodec;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatch.model.AnomalyDetector;
import software.amazon.awssdk.services.cloudwatch.model.AnomalyDetectorStateValue;
import software.amazon.awssdk.services.cloudwatch.model.AnomalyDetectorType;
import software.amazon.awssdk.services.cloudwatch.model.DeleteAnomalyDetectorRequest;
import software.amazon.awssdk.services.cloudwatch.model.DeleteAnomalyDetectorResponse;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAnomalyDetectorsRequest;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAnomalyDetectorsResponse;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.MetricMathAnomalyDetector;
import software.amazon.awssdk.services.cloudwatch.model.PutAnomalyDetectorRequest;
import software.amazon.awssdk.services.cloudwatch.model.PutAnomalyDetectorResponse;
import software.amazon.awssdk.services.cloudwatch.model.ResourceNotFoundException;
import software.amazon.awssdk.services.cloudwatch.model.SingleMetricAnomalyDetector;

/// Anomaly detectors: kept and described. Bands need none: they are computed from the data.
final class CloudWatchDetectors implements CloudWatchPart {
  private record DetectorKey(String account, String region, String what) {
    static final KeyCodec<DetectorKey> CODEC =
        KeyCodec.of(
            (key, writer) -> writer.string(key.account).string(key.region).string(key.what),
            reader -> new DetectorKey(reader.string(), reader.string(), reader.string()));
  }

  private final Keyspace<DetectorKey, AnomalyDetector> detectors;

  CloudWatchDetectors(Cloud cloud) {
    this.detectors =
        new Keyspace<>(
            cloud.store(),
            "cloudwatch.detectors",
            DetectorKey.CODEC,
            new PojoCodec<>(AnomalyDetector::builder));
  }

  private static DetectorKey key(
      @Nullable SingleMetricAnomalyDetector single, @Nullable MetricMathAnomalyDetector math) {
    Scope scope = Call.current().scope();
    if (math != null) {
      var queries = math.metricDataQueries();
      if (queries.isEmpty()) {
        throw CloudWatchMetrics.missing("MetricMathAnomalyDetector.MetricDataQueries");
      }
      return new DetectorKey(scope.account(), scope.region(), "math\n" + queries);
    } else if (single == null || single.namespace() == null) {
      throw CloudWatchMetrics.missing("Namespace");
    } else if (single.metricName() == null) {
      throw CloudWatchMetrics.missing("MetricName");
    } else if (single.stat() == null) {
      throw CloudWatchMetrics.missing("Stat");
    }
    var dimensions =
        single.dimensions().stream()
            .map(d -> d.name() + "=" + d.value())
            .sorted()
            .collect(Collectors.joining(","));
    return new DetectorKey(
        scope.account(),
        scope.region(),
        String.join(
            "\n", "single", single.namespace(), single.metricName(), single.stat(), dimensions));
  }

  @SuppressWarnings("deprecation")
  private static SingleMetricAnomalyDetector single(
      @Nullable SingleMetricAnomalyDetector given,
      @Nullable String namespace,
      @Nullable String name,
      java.util.List<Dimension> dimensions,
      @Nullable String stat) {
    return given != null
        ? given
        : SingleMetricAnomalyDetector.builder()
            .namespace(namespace)
            .metricName(name)
            .dimensions(dimensions)
            .stat(stat)
            .build();
  }

  @Override
  @SuppressWarnings("deprecation")
  public PutAnomalyDetectorResponse putAnomalyDetector(PutAnomalyDetectorRequest request) {
    var math = request.metricMathAnomalyDetector();
    var single =
        math != null
            ? null
            : single(
                request.singleMetricAnomalyDetector(),
                request.namespace(),
                request.metricName(),
                request.dimensions(),
                request.stat());
    var detector =
        AnomalyDetector.builder()
            .configuration(request.configuration())
            .metricCharacteristics(request.metricCharacteristics())
            .stateValue(AnomalyDetectorStateValue.PENDING_TRAINING)
            .metricMathAnomalyDetector(math)
            .singleMetricAnomalyDetector(single);
    if (single != null) {
      detector
          .namespace(single.namespace())
          .metricName(single.metricName())
          .dimensions(single.dimensions())
          .stat(single.stat());
    }
    detectors.put(key(single, math), detector.build());
    return PutAnomalyDetectorResponse.builder().build();
  }

  @Override
  @SuppressWarnings("deprecation")
  public DeleteAnomalyDetectorResponse deleteAnomalyDetector(DeleteAnomalyDetectorRequest request) {
    var math = request.metricMathAnomalyDetector();
    var key =
        key(
            math != null
                ? null
                : single(
                    request.singleMetricAnomalyDetector(),
                    request.namespace(),
                    request.metricName(),
                    request.dimensions(),
                    request.stat()),
            math);
    if (!detectors.contains(key)) {
      throw Errors.of(
          ResourceNotFoundException.builder(),
          404,
          "ResourceNotFoundException",
          "Anomaly detector does not exist");
    }
    detectors.delete(key);
    return DeleteAnomalyDetectorResponse.builder().build();
  }

  @Override
  @SuppressWarnings("deprecation")
  public DescribeAnomalyDetectorsResponse describeAnomalyDetectors(
      DescribeAnomalyDetectorsRequest request) {
    var scope = Call.current().scope();
    var types = request.anomalyDetectorTypes();
    var found =
        detectors.list(scope.account(), scope.region()).stream()
            .filter(d ->
                (d.metricMathAnomalyDetector() != null
                        ? types.contains(AnomalyDetectorType.METRIC_MATH)
                        : types.isEmpty() || types.contains(AnomalyDetectorType.SINGLE_METRIC))
                    && (request.namespace() == null || request.namespace().equals(d.namespace()))
                    && (request.metricName() == null || request.metricName().equals(d.metricName()))
                    && (request.dimensions().isEmpty()
                        || d.dimensions().containsAll(request.dimensions())))
            .toList();
    var from = request.nextToken() == null ? 0 : CloudWatchMetrics.number(request.nextToken());
    var max = request.maxResults() == null ? 50 : request.maxResults();
    var to = Math.min(found.size(), from + max);
    return DescribeAnomalyDetectorsResponse.builder()
        .anomalyDetectors(found.subList(Math.min(from, to), to))
        .nextToken(to < found.size() ? Integer.toString(to) : null)
        .build();
  }
}
