package dev.terrarium.services.kinesis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.model.DecreaseStreamRetentionPeriodRequest;
import software.amazon.awssdk.services.kinesis.model.DecreaseStreamRetentionPeriodResponse;
import software.amazon.awssdk.services.kinesis.model.DisableEnhancedMonitoringRequest;
import software.amazon.awssdk.services.kinesis.model.DisableEnhancedMonitoringResponse;
import software.amazon.awssdk.services.kinesis.model.EnableEnhancedMonitoringRequest;
import software.amazon.awssdk.services.kinesis.model.EnableEnhancedMonitoringResponse;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;
import software.amazon.awssdk.services.kinesis.model.EnhancedMetrics;
import software.amazon.awssdk.services.kinesis.model.IncreaseStreamRetentionPeriodRequest;
import software.amazon.awssdk.services.kinesis.model.IncreaseStreamRetentionPeriodResponse;
import software.amazon.awssdk.services.kinesis.model.StartStreamEncryptionRequest;
import software.amazon.awssdk.services.kinesis.model.StartStreamEncryptionResponse;
import software.amazon.awssdk.services.kinesis.model.StopStreamEncryptionRequest;
import software.amazon.awssdk.services.kinesis.model.StopStreamEncryptionResponse;
import software.amazon.awssdk.services.kinesis.model.StreamMode;
import software.amazon.awssdk.services.kinesis.model.UpdateMaxRecordSizeRequest;
import software.amazon.awssdk.services.kinesis.model.UpdateMaxRecordSizeResponse;
import software.amazon.awssdk.services.kinesis.model.UpdateStreamModeRequest;
import software.amazon.awssdk.services.kinesis.model.UpdateStreamModeResponse;
import software.amazon.awssdk.services.kinesis.model.UpdateStreamWarmThroughputRequest;
import software.amazon.awssdk.services.kinesis.model.UpdateStreamWarmThroughputResponse;
import software.amazon.awssdk.services.kinesis.model.WarmThroughputObject;

/// What can be changed about a stream: retention, mode, sizes, encryption, monitoring.
final class KinesisSettings extends KinesisPart {
  private static final int HOURS_MIN = 24;
  private static final int HOURS_MAX = 8760;
  private static final int MODE_CHANGES_MAX = 2;
  private static final List<String> METRICS =
      List.of(
          "IncomingBytes",
          "IncomingRecords",
          "OutgoingBytes",
          "OutgoingRecords",
          "WriteProvisionedThroughputExceeded",
          "ReadProvisionedThroughputExceeded",
          "IteratorAgeMilliseconds");
  private static final List<String> WORDS =
      java.util.stream.Stream.concat(METRICS.stream(), java.util.stream.Stream.of("ALL")).toList();

  KinesisSettings(Streams streams) {
    super(streams);
  }

  @Override
  public IncreaseStreamRetentionPeriodResponse increaseStreamRetentionPeriod(
      IncreaseStreamRetentionPeriodRequest request) {
    new KinesisConstraints()
        .stream(request.streamName(), request.streamARN())
            .required("retentionPeriodHours", request.retentionPeriodHours())
            .check();
    var hours = request.retentionPeriodHours();
    var stream = retaining(request.streamName(), request.streamARN(), hours);
    stream.change(config -> {
      if (config.retentionHours() > hours) {
        throw KinesisErrors.invalid(
            requested(hours, stream)
                + " can not be shorter than existing retention period ("
                + config.retentionHours()
                + " hours). Use DecreaseRetentionPeriod API.");
      }
      return config.described(d -> d.retentionPeriodHours(hours));
    });
    return IncreaseStreamRetentionPeriodResponse.builder().build();
  }

  @Override
  public DecreaseStreamRetentionPeriodResponse decreaseStreamRetentionPeriod(
      DecreaseStreamRetentionPeriodRequest request) {
    new KinesisConstraints()
        .stream(request.streamName(), request.streamARN())
            .required("retentionPeriodHours", request.retentionPeriodHours())
            .check();
    var hours = request.retentionPeriodHours();
    var stream = retaining(request.streamName(), request.streamARN(), hours);
    stream.change(config -> {
      if (config.retentionHours() < hours) {
        throw KinesisErrors.invalid(
            requested(hours, stream)
                + " can not be longer than existing retention period ("
                + config.retentionHours()
                + " hours). Use IncreaseRetentionPeriod API.");
      }
      return config.described(d -> d.retentionPeriodHours(hours));
    });
    return DecreaseStreamRetentionPeriodResponse.builder().build();
  }

  private Stream retaining(@Nullable String name, @Nullable String arn, int hours) {
    if (hours < HOURS_MIN || hours > HOURS_MAX) {
      var low = hours < HOURS_MIN;
      throw KinesisErrors.invalid(
          (low ? "Minimum" : "Maximum")
              + " allowed retention period is "
              + (low ? HOURS_MIN : HOURS_MAX)
              + " hours. Requested retention period ("
              + hours
              + " hours) is too "
              + (low ? "short." : "long."));
    }
    return streams.get(name, arn);
  }

  private static String requested(int hours, Stream stream) {
    return "Requested retention period (" + hours + " hours) for stream " + stream.key.name();
  }

  @Override
  public UpdateStreamModeResponse updateStreamMode(UpdateStreamModeRequest request) {
    var mode = request.streamModeDetails();
    new KinesisConstraints()
        .required("streamARN", request.streamARN()).stream(null, request.streamARN())
            .required("streamModeDetails", mode)
            .oneOf(
                "streamModeDetails.streamMode",
                mode == null ? null : mode.streamModeAsString(),
                "PROVISIONED",
                "ON_DEMAND")
            .check();
    var stream = streams.get(null, request.streamARN());
    var onDemand = mode.streamMode() == StreamMode.ON_DEMAND;
    var now = nowMillis();
    stream.change(config -> {
      var changes = recent(config.modeChanges(), now);
      if (changes.size() >= MODE_CHANGES_MAX) {
        throw KinesisErrors.limit(
            "Stream mode for stream "
                + stream.key.name()
                + " under account "
                + stream.key.account()
                + " can be updated at most "
                + MODE_CHANGES_MAX
                + " times in a rolling 24-hour window.");
      }
      changes.add(now);
      var warm =
          request.warmThroughputMiBps() == null
              ? stream.shards().open.size()
              : request.warmThroughputMiBps();
      return config
          .described(d -> d.streamModeDetails(mode).warmThroughput(onDemand ? warm(warm) : null))
          .withModeChanges(changes);
    });
    return UpdateStreamModeResponse.builder().build();
  }

  /// Those moments that lie less than a day back.
  static List<Long> recent(List<Long> moments, long nowMillis) {
    var oldest = nowMillis - Duration.ofDays(1).toMillis();
    return new ArrayList<>(moments.stream().filter(moment -> moment > oldest).toList());
  }

  @Override
  public UpdateStreamWarmThroughputResponse updateStreamWarmThroughput(
      UpdateStreamWarmThroughputRequest request) {
    new KinesisConstraints()
        .stream(request.streamName(), request.streamARN())
            .required("warmThroughputMiBps", request.warmThroughputMiBps())
            .range("warmThroughputMiBps", request.warmThroughputMiBps(), 0, Integer.MAX_VALUE)
            .check();
    var stream = streams.get(request.streamName(), request.streamARN());
    var warm = warm(request.warmThroughputMiBps());
    stream.change(config -> {
      if (!config.isOnDemand()) {
        throw KinesisErrors.validation(
            "Warm throughput can only be set for streams in the ON_DEMAND mode.");
      }
      return config.described(d -> d.warmThroughput(warm));
    });
    return UpdateStreamWarmThroughputResponse.builder()
        .streamARN(stream.arn)
        .streamName(stream.key.name())
        .warmThroughput(warm)
        .build();
  }

  private static WarmThroughputObject warm(int mibps) {
    return WarmThroughputObject.builder().targetMiBps(mibps).currentMiBps(mibps).build();
  }

  @Override
  public UpdateMaxRecordSizeResponse updateMaxRecordSize(UpdateMaxRecordSizeRequest request) {
    new KinesisConstraints()
        .stream(null, request.streamARN())
            .required("maxRecordSizeInKiB", request.maxRecordSizeInKiB())
            .range("maxRecordSizeInKiB", request.maxRecordSizeInKiB(), 1024, 10240)
            .check();
    streams
        .get(null, request.streamARN())
        .change(
            config -> config.described(d -> d.maxRecordSizeInKiB(request.maxRecordSizeInKiB())));
    return UpdateMaxRecordSizeResponse.builder().build();
  }

  @Override
  public StartStreamEncryptionResponse startStreamEncryption(StartStreamEncryptionRequest request) {
    encryption(
        request.streamName(),
        request.streamARN(),
        request.encryptionTypeAsString(),
        request.keyId());
    streams
        .get(request.streamName(), request.streamARN())
        .change(config ->
            config.described(d -> d.encryptionType(EncryptionType.KMS).keyId(request.keyId())));
    return StartStreamEncryptionResponse.builder().build();
  }

  @Override
  public StopStreamEncryptionResponse stopStreamEncryption(StopStreamEncryptionRequest request) {
    encryption(
        request.streamName(),
        request.streamARN(),
        request.encryptionTypeAsString(),
        request.keyId());
    streams
        .get(request.streamName(), request.streamARN())
        .change(config -> config.described(d -> d.encryptionType(EncryptionType.NONE).keyId(null)));
    return StopStreamEncryptionResponse.builder().build();
  }

  private static void encryption(
      @Nullable String name, @Nullable String arn, @Nullable String type, @Nullable String keyId) {
    new KinesisConstraints()
        .stream(name, arn)
            .required("encryptionType", type)
            .oneOf("encryptionType", type, "NONE", "KMS")
            .required("keyId", keyId)
            .length("keyId", keyId, 1, 2048)
            .check();
    if ("NONE".equals(type)) {
      throw KinesisErrors.invalid("EncryptionType must be KMS.");
    }
  }

  private record Monitoring(Stream stream, List<String> before, List<String> after) {}

  @Override
  public EnableEnhancedMonitoringResponse enableEnhancedMonitoring(
      EnableEnhancedMonitoringRequest request) {
    var done =
        monitor(
            request.streamName(),
            request.streamARN(),
            request.shardLevelMetricsAsStrings(),
            Set::addAll);
    return EnableEnhancedMonitoringResponse.builder()
        .streamName(done.stream.key.name())
        .streamARN(done.stream.arn)
        .currentShardLevelMetricsWithStrings(done.before)
        .desiredShardLevelMetricsWithStrings(done.after)
        .build();
  }

  @Override
  public DisableEnhancedMonitoringResponse disableEnhancedMonitoring(
      DisableEnhancedMonitoringRequest request) {
    var done =
        monitor(
            request.streamName(),
            request.streamARN(),
            request.shardLevelMetricsAsStrings(),
            Set::removeAll);
    return DisableEnhancedMonitoringResponse.builder()
        .streamName(done.stream.key.name())
        .streamARN(done.stream.arn)
        .currentShardLevelMetricsWithStrings(done.before)
        .desiredShardLevelMetricsWithStrings(done.after)
        .build();
  }

  private Monitoring monitor(
      @Nullable String name,
      @Nullable String arn,
      List<String> given,
      BiConsumer<Set<String>, List<String>> change) {
    var constraints =
        new KinesisConstraints().stream(name, arn).count("shardLevelMetrics", given, 1, 7);
    if (!WORDS.containsAll(given)) {
      constraints.refuse(
          given,
          "shardLevelMetrics",
          "Member must satisfy constraint: [Member must satisfy enum value set: " + WORDS + "]");
    }
    constraints.check();
    var stream = streams.get(name, arn);
    var before = new ArrayList<String>();
    var after = new ArrayList<String>();
    stream.change(config -> {
      before.addAll(config.shardMetrics());
      var metrics = new LinkedHashSet<>(before);
      change.accept(metrics, given.contains("ALL") ? METRICS : given);
      after.addAll(metrics);
      return config.described(d ->
          d.enhancedMonitoring(
              EnhancedMetrics.builder().shardLevelMetricsWithStrings(after).build()));
    });
    return new Monitoring(stream, before, after);
  }
}
