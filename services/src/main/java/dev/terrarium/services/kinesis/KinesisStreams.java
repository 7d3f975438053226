package dev.terrarium.services.kinesis;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Page;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.model.CreateStreamRequest;
import software.amazon.awssdk.services.kinesis.model.CreateStreamResponse;
import software.amazon.awssdk.services.kinesis.model.DeleteStreamRequest;
import software.amazon.awssdk.services.kinesis.model.DeleteStreamResponse;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamResponse;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamSummaryRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamSummaryResponse;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;
import software.amazon.awssdk.services.kinesis.model.EnhancedMetrics;
import software.amazon.awssdk.services.kinesis.model.ListStreamsRequest;
import software.amazon.awssdk.services.kinesis.model.ListStreamsResponse;
import software.amazon.awssdk.services.kinesis.model.StreamDescription;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;
import software.amazon.awssdk.services.kinesis.model.StreamMode;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;
import software.amazon.awssdk.services.kinesis.model.StreamSummary;
import software.amazon.awssdk.services.kinesis.model.WarmThroughputObject;

/// Streams come, are described and go.
final class KinesisStreams extends KinesisPart {
  private static final int ON_DEMAND_SHARDS = 4;
  private static final int ON_DEMAND_WARM_MIBPS = 4;
  private static final int LIST_DEFAULT = 100;

  KinesisStreams(Streams streams) {
    super(streams);
  }

  @Override
  public CreateStreamResponse createStream(CreateStreamRequest request) {
    var mode = request.streamModeDetails();
    // Who says nothing of shards gets a stream on demand.
    var onDemand =
        mode == null ? request.shardCount() == null : mode.streamMode() == StreamMode.ON_DEMAND;
    var constraints =
        new KinesisConstraints()
            .required("streamName", request.streamName())
            .name("streamName", request.streamName())
            .range("shardCount", request.shardCount(), 1, Integer.MAX_VALUE)
            .range("maxRecordSizeInKiB", request.maxRecordSizeInKiB(), 1024, 10240)
            .range("warmThroughputMiBps", request.warmThroughputMiBps(), 0, Integer.MAX_VALUE)
            .tags(request.tags());
    if (mode != null) {
      constraints
          .required("streamModeDetails.streamMode", mode.streamModeAsString())
          .oneOf(
              "streamModeDetails.streamMode",
              mode.streamModeAsString(),
              "PROVISIONED",
              "ON_DEMAND");
    }
    if (!onDemand) {
      constraints.required("shardCount", request.shardCount());
    }
    constraints.check();
    if (onDemand && request.shardCount() != null) {
      throw KinesisErrors.validation("ShardCount cannot be specified for ON_DEMAND streams.");
    }
    if (!onDemand && request.warmThroughputMiBps() != null) {
      throw KinesisErrors.validation(
          "WarmThroughputMiBps can only be specified for ON_DEMAND streams.");
    }
    var key = StreamKey.of(request.streamName());
    KinesisTags.check(key, request.tags(), Map.of());
    int count = request.shardCount() == null ? ON_DEMAND_SHARDS : request.shardCount();
    streams.defining.lock();
    try {
      if (streams.find(key) == null && !onDemand) {
        KinesisAccounts.checkShardLimit(streams, key, count);
      }
      create(key, request, onDemand, count);
    } finally {
      streams.defining.unlock();
    }
    return CreateStreamResponse.builder().build();
  }

  private void create(StreamKey key, CreateStreamRequest request, boolean onDemand, int count) {
    var now = nowMillis();
    var seconds = now / 1000;
    var warm =
        request.warmThroughputMiBps() == null
            ? Integer.valueOf(onDemand ? ON_DEMAND_WARM_MIBPS : count)
            : request.warmThroughputMiBps();
    var description =
        StreamDescriptionSummary.builder()
            .streamName(key.name())
            .streamARN(key.arn())
            .streamStatus(StreamStatus.ACTIVE)
            .streamModeDetails(
                m -> m.streamMode(onDemand ? StreamMode.ON_DEMAND : StreamMode.PROVISIONED))
            .retentionPeriodHours(StreamConfig.RETENTION_HOURS_DEFAULT)
            .streamCreationTimestamp(Instant.ofEpochSecond(seconds))
            .enhancedMonitoring(EnhancedMetrics.builder().shardLevelMetrics(List.of()).build())
            .encryptionType(EncryptionType.NONE)
            .maxRecordSizeInKiB(
                request.maxRecordSizeInKiB() == null
                    ? Integer.valueOf(StreamConfig.RECORD_KIB_DEFAULT)
                    : request.maxRecordSizeInKiB());
    if (onDemand) {
      description.warmThroughput(
          WarmThroughputObject.builder().targetMiBps(warm).currentMiBps(warm).build());
    }
    var shards = new ArrayList<ShardConfig>();
    for (int i = 0; i < count; i++) {
      var from = KinesisResharding.boundary(i, count);
      var to = KinesisResharding.boundary(i + 1, count).previous();
      shards.add(new ShardConfig(i, ShardConfig.NONE, ShardConfig.NONE, from, to, now, seconds, 0));
    }
    var config =
        new StreamConfig(
            streams.cloud.ids().unique(16),
            description.build(),
            request.tags(),
            "",
            count,
            List.of(),
            List.of());
    streams.create(key, config, shards);
  }

  @Override
  public DeleteStreamResponse deleteStream(DeleteStreamRequest request) {
    new KinesisConstraints().stream(request.streamName(), request.streamARN()).check();
    var stream = streams.get(request.streamName(), request.streamARN());
    var consumers = streams.stored.consumers.list(stream.config().storageId());
    if (!consumers.isEmpty() && !Boolean.TRUE.equals(request.enforceConsumerDeletion())) {
      throw KinesisErrors.inUse(
          "Stream "
              + stream.key.name()
              + " under account "
              + stream.key.account()
              + " has registered consumers. Deregister them first, or set EnforceConsumerDeletion.");
    }
    streams.delete(stream);
    return DeleteStreamResponse.builder().build();
  }

  @Override
  public DescribeStreamResponse describeStream(DescribeStreamRequest request) {
    new KinesisConstraints()
        .stream(request.streamName(), request.streamARN())
            .range("limit", request.limit(), 1, 10_000)
            .name("exclusiveStartShardId", request.exclusiveStartShardId())
            .check();
    var stream = streams.get(request.streamName(), request.streamARN());
    var max = request.limit() == null ? LIST_DEFAULT : Math.min(request.limit(), LIST_DEFAULT);
    var after = request.exclusiveStartShardId();
    var shards =
        stream.visible().stream()
            .filter(shard -> after == null || shard.config().id().compareTo(after) > 0)
            .toList();
    var shown = stream.config().description();
    return DescribeStreamResponse.builder()
        .streamDescription(
            StreamDescription.builder()
                .streamName(shown.streamName())
                .streamARN(shown.streamARN())
                .streamStatus(shown.streamStatus())
                .streamModeDetails(shown.streamModeDetails())
                .shards(shards.stream().limit(max).map(KinesisShards::show).toList())
                .hasMoreShards(shards.size() > max)
                .retentionPeriodHours(shown.retentionPeriodHours())
                .streamCreationTimestamp(shown.streamCreationTimestamp())
                .enhancedMonitoring(shown.enhancedMonitoring())
                .encryptionType(shown.encryptionType())
                .keyId(shown.keyId())
                .build())
        .build();
  }

  @Override
  public DescribeStreamSummaryResponse describeStreamSummary(DescribeStreamSummaryRequest request) {
    new KinesisConstraints().stream(request.streamName(), request.streamARN()).check();
    var stream = streams.get(request.streamName(), request.streamARN());
    var consumers = streams.stored.consumers.list(stream.config().storageId()).size();
    return DescribeStreamSummaryResponse.builder()
        .streamDescriptionSummary(
            stream.config().description().toBuilder()
                .openShardCount(stream.shards().open.size())
                .consumerCount(consumers)
                .build())
        .build();
  }

  @Override
  public ListStreamsResponse listStreams(ListStreamsRequest request) {
    new KinesisConstraints()
        .range("limit", request.limit(), 1, 10_000)
        .name("exclusiveStartStreamName", request.exclusiveStartStreamName())
        .length("nextToken", request.nextToken(), 1, 1_048_576)
        .check();
    var max = request.limit() == null ? LIST_DEFAULT : request.limit();
    var after = after(request.exclusiveStartStreamName(), request.nextToken());
    var found = streams.list(Call.current().scope(), after, max + 1);
    var shown = found.stream().limit(max).map(KinesisStreams::summary).toList();
    var more = found.size() > max;
    return ListStreamsResponse.builder()
        .streamNames(shown.stream().map(StreamSummary::streamName).toList())
        .streamSummaries(shown)
        .hasMoreStreams(more)
        .nextToken(more ? Page.token(shown.getLast().streamName()) : null)
        .build();
  }

  private static StreamSummary summary(Stream stream) {
    var shown = stream.config().description();
    return StreamSummary.builder()
        .streamName(shown.streamName())
        .streamARN(shown.streamARN())
        .streamStatus(shown.streamStatus())
        .streamModeDetails(shown.streamModeDetails())
        .streamCreationTimestamp(shown.streamCreationTimestamp())
        .build();
  }

  private static String after(@Nullable String name, @Nullable String token) {
    if (token == null) {
      return name == null ? "" : name;
    }
    try {
      return Page.nameIn(token);
    } catch (IllegalArgumentException e) {
      throw KinesisErrors.invalid("Invalid NextToken.");
    }
  }
}
