package dev.terrarium.services.logs;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.services.logs.LogTags.Tagged;
import dev.terrarium.services.logs.LogsState.GroupKey;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatchlogs.model.*;

/// Log anomaly detectors: kept, switched and described. None is ever trained, so none finds
/// anything.
final class LogDetectors implements LogsPart {
  private final Cloud cloud;
  private final LogsState state;
  private final Kept<AnomalyDetector> detectors;

  LogDetectors(Cloud cloud, LogsState state) {
    this.cloud = cloud;
    this.state = state;
    this.detectors = new Kept<>(cloud.store(), "logs.detectors", AnomalyDetector::builder);
    state.tagged.put(
        "anomaly-detector",
        Tagged.beside(
            state.tags,
            state.locks,
            id ->
                detector(Call.current().scope().arn("logs", "anomaly-detector:" + id))
                    .anomalyDetectorArn()));
  }

  @Override
  public CreateLogAnomalyDetectorResponse createLogAnomalyDetector(
      CreateLogAnomalyDetectorRequest request) {
    if (request.logGroupArnList().isEmpty()) {
      throw LogsErrors.missing("logGroupArnList");
    }
    var scope = Call.current().scope();
    for (var arn : request.logGroupArnList()) {
      var _ = state.requireGroup(new GroupKey(scope, LogsState.groupName(null, arn)));
    }
    var _ = FilterPattern.parse(request.filterPattern());
    var id = cloud.ids().uuid();
    var arn = scope.arn("logs", "anomaly-detector:" + id);
    var now = cloud.clock().millis();
    detectors.put(
        arn,
        AnomalyDetector.builder()
            .anomalyDetectorArn(arn)
            .detectorName(request.detectorName())
            .logGroupArnList(request.logGroupArnList())
            .evaluationFrequency(request.evaluationFrequency())
            .filterPattern(request.filterPattern())
            .anomalyDetectorStatus(AnomalyDetectorStatus.INITIALIZING)
            .kmsKeyId(request.kmsKeyId())
            .creationTimeStamp(now)
            .lastModifiedTimeStamp(now)
            .anomalyVisibilityTime(
                request.anomalyVisibilityTime() == null ? 21L : request.anomalyVisibilityTime())
            .build());
    if (request.hasTags() && !request.tags().isEmpty()) {
      state.tags.put(arn, ListTagsForResourceResponse.builder().tags(request.tags()).build());
    }
    return CreateLogAnomalyDetectorResponse.builder().anomalyDetectorArn(arn).build();
  }

  private AnomalyDetector detector(@Nullable String arn) {
    if (arn == null || Arn.of(arn).isEmpty()) {
      throw LogsErrors.missing("anomalyDetectorArn");
    }
    return detectors.get(
        arn, () -> LogsErrors.notFound("The specified anomaly detector does not exist."));
  }

  @Override
  public GetLogAnomalyDetectorResponse getLogAnomalyDetector(GetLogAnomalyDetectorRequest request) {
    var detector = detector(request.anomalyDetectorArn());
    return GetLogAnomalyDetectorResponse.builder()
        .detectorName(detector.detectorName())
        .logGroupArnList(detector.logGroupArnList())
        .evaluationFrequency(detector.evaluationFrequency())
        .filterPattern(detector.filterPattern())
        .anomalyDetectorStatus(detector.anomalyDetectorStatus())
        .kmsKeyId(detector.kmsKeyId())
        .creationTimeStamp(detector.creationTimeStamp())
        .lastModifiedTimeStamp(detector.lastModifiedTimeStamp())
        .anomalyVisibilityTime(detector.anomalyVisibilityTime())
        .build();
  }

  @Override
  public UpdateLogAnomalyDetectorResponse updateLogAnomalyDetector(
      UpdateLogAnomalyDetectorRequest request) {
    var changed =
        detector(request.anomalyDetectorArn()).toBuilder()
            .lastModifiedTimeStamp(cloud.clock().millis())
            .anomalyDetectorStatus(
                Boolean.TRUE.equals(request.enabled())
                    ? AnomalyDetectorStatus.INITIALIZING
                    : AnomalyDetectorStatus.PAUSED);
    if (request.evaluationFrequency() != null) {
      changed.evaluationFrequency(request.evaluationFrequency());
    }
    if (request.filterPattern() != null) {
      var _ = FilterPattern.parse(request.filterPattern());
      changed.filterPattern(request.filterPattern());
    }
    if (request.anomalyVisibilityTime() != null) {
      changed.anomalyVisibilityTime(request.anomalyVisibilityTime());
    }
    detectors.put(request.anomalyDetectorArn(), changed.build());
    return UpdateLogAnomalyDetectorResponse.builder().build();
  }

  @Override
  public DeleteLogAnomalyDetectorResponse deleteLogAnomalyDetector(
      DeleteLogAnomalyDetectorRequest request) {
    var arn = detector(request.anomalyDetectorArn()).anomalyDetectorArn();
    detectors.delete(arn);
    state.tags.delete(arn);
    return DeleteLogAnomalyDetectorResponse.builder().build();
  }

  @Override
  public ListLogAnomalyDetectorsResponse listLogAnomalyDetectors(
      ListLogAnomalyDetectorsRequest request) {
    var group = request.filterLogGroupArn();
    var found =
        detectors.list().stream()
            .filter(detector -> group == null || detector.logGroupArnList().contains(group))
            .toList();
    var page = Pages.of(found, request.nextToken(), request.limit(), 50);
    return ListLogAnomalyDetectorsResponse.builder()
        .anomalyDetectors(page.items())
        .nextToken(page.next())
        .build();
  }

  @Override
  public ListAnomaliesResponse listAnomalies(ListAnomaliesRequest request) {
    if (request.anomalyDetectorArn() != null) {
      var _ = detector(request.anomalyDetectorArn());
    }
    return ListAnomaliesResponse.builder().anomalies(List.of()).build();
  }
}
