package dev.terrarium.services.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;
import software.amazon.awssdk.services.kinesis.model.ScalingType;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.StreamMode;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

final class StreamsTest extends KinesisFixture {
  @Test
  void aStreamIsDescribed() {
    stream("s", 3);
    var description = kinesis.describeStream(r -> r.streamName("s")).streamDescription();
    assertThat(description.streamARN()).isEqualTo(ARN + "s");
    assertThat(description.streamStatus()).isEqualTo(StreamStatus.ACTIVE);
    assertThat(description.retentionPeriodHours()).isEqualTo(24);
    assertThat(description.encryptionType()).isEqualTo(EncryptionType.NONE);
    assertThat(description.streamCreationTimestamp()).isEqualTo(START);
    assertThat(description.hasMoreShards()).isFalse();
    assertThat(description.enhancedMonitoring().getFirst().shardLevelMetrics()).isEmpty();
    assertThat(description.shards())
        .extracting(shard -> shard.hashKeyRange().startingHashKey())
        .containsExactly(
            "0",
            "113427455640312821154458202477256070485",
            "226854911280625642308916404954512140970");
    assertThat(description.shards().getLast().hashKeyRange().endingHashKey())
        .isEqualTo("340282366920938463463374607431768211455");
    var summary =
        kinesis.describeStreamSummary(r -> r.streamARN(ARN + "s")).streamDescriptionSummary();
    assertThat(summary.openShardCount()).isEqualTo(3);
    assertThat(summary.consumerCount()).isZero();
    assertThat(summary.maxRecordSizeInKiB()).isEqualTo(1024);
    assertThat(summary.streamModeDetails().streamMode()).isEqualTo(StreamMode.PROVISIONED);
  }

  @Test
  void streamsAreListedPageByPage() {
    for (var name : List.of("c", "a", "b")) {
      stream(name, 1);
    }
    var first = kinesis.listStreams(r -> r.limit(2));
    assertThat(first.streamNames()).containsExactly("a", "b");
    assertThat(first.hasMoreStreams()).isTrue();
    var second = kinesis.listStreams(r -> r.nextToken(first.nextToken()));
    assertThat(second.streamNames()).containsExactly("c");
    assertThat(second.hasMoreStreams()).isFalse();
    assertThat(second.nextToken()).isNull();
    assertThat(second.streamSummaries().getFirst().streamARN()).isEqualTo(ARN + "c");
  }

  @Test
  void whatIsNotThereOrThereAlreadyIsRefused() {
    stream("s", 1);
    assertThat(error(() -> stream("s", 1)))
        .isEqualTo("ResourceInUseException: Stream s under account 000000000000 already exists.");
    assertThat(error(() -> kinesis.describeStream(r -> r.streamName("t"))))
        .isEqualTo("ResourceNotFoundException: Stream t under account 000000000000 not found.");
    assertThat(error(() -> kinesis.createStream(r -> r.streamName("?").shardCount(0))))
        .isEqualTo(
            "ValidationException: 2 validation errors detected: Value '?' at 'streamName' failed to"
                + " satisfy constraint: Member must satisfy regular expression pattern:"
                + " [a-zA-Z0-9_.-]+; Value '0' at 'shardCount' failed to satisfy constraint: Member"
                + " must have value greater than or equal to 1");
    assertThat(error(() -> stream("many", 20_001)))
        .startsWith("LimitExceededException: This request would exceed the shard limit");
    kinesis.deleteStream(r -> r.streamName("s"));
    assertThat(error(() -> kinesis.deleteStream(r -> r.streamName("s"))))
        .startsWith("ResourceNotFoundException");
  }

  @Test
  void aStreamMadeAnewIsEmpty() {
    stream("s", 1);
    put("s", "k", "old");
    var iterator = iterator("s", 0, "TRIM_HORIZON");
    kinesis.deleteStream(r -> r.streamName("s"));
    stream("s", 1);
    assertThat(all("s", 0)).isEmpty();
    assertThat(error(() -> read(iterator))).startsWith("ResourceNotFoundException");
  }

  @Test
  void aShardIsSplitAndItsChildrenGoOn() {
    stream("s", 1);
    put("s", "a", "before");
    kinesis.splitShard(r ->
        r.streamName("s")
            .shardToSplit(id(0))
            .newStartingHashKey(BigInteger.ONE.shiftLeft(127).toString()));
    assertThat(put("s", "a", "after").shardId()).isEqualTo(id(1));
    assertThat(put("s", "b", "after").shardId()).isEqualTo(id(2));
    var end = read(iterator("s", 0, "TRIM_HORIZON"));
    assertThat(texts(end.records())).containsExactly("before");
    assertThat(end.nextShardIterator()).isNull();
    assertThat(end.childShards())
        .extracting(child -> child.shardId())
        .containsExactly(id(1), id(2));
    assertThat(end.childShards().getFirst().parentShards()).containsExactly(id(0));
    var shards = shards("s");
    assertThat(shards).extracting(Shard::parentShardId).containsExactly(null, id(0), id(0));
    assertThat(shards.getFirst().sequenceNumberRange().endingSequenceNumber()).isNotNull();
    assertThat(new BigInteger(shards.get(1).sequenceNumberRange().startingSequenceNumber()))
        .isGreaterThan(
            new BigInteger(shards.getFirst().sequenceNumberRange().endingSequenceNumber()));
    assertThat(
            error(() ->
                kinesis.splitShard(
                    r -> r.streamName("s").shardToSplit(id(0)).newStartingHashKey("5"))))
        .isEqualTo(
            "InvalidArgumentException: Shard shardId-000000000000 in stream s under account"
                + " 000000000000 has already been merged or split, and thus is not eligible for"
                + " merging or splitting.");
    assertThat(
            error(() ->
                kinesis.splitShard(
                    r -> r.streamName("s").shardToSplit(id(1)).newStartingHashKey("1"))))
        .startsWith("InvalidArgumentException: NewStartingHashKey 1 used in SplitShard() on shard");
  }

  @Test
  void adjacentShardsAreMerged() {
    stream("s", 3);
    assertThat(
            error(() ->
                kinesis.mergeShards(
                    r -> r.streamName("s").shardToMerge(id(0)).adjacentShardToMerge(id(2)))))
        .isEqualTo(
            "InvalidArgumentException: Shards shardId-000000000000 and shardId-000000000002 in"
                + " stream s under account 000000000000 are not an adjacent pair of shards eligible"
                + " for merging.");
    kinesis.mergeShards(r -> r.streamName("s").shardToMerge(id(1)).adjacentShardToMerge(id(0)));
    var merged = shards("s").getLast();
    assertThat(merged.parentShardId()).isEqualTo(id(1));
    assertThat(merged.adjacentParentShardId()).isEqualTo(id(0));
    assertThat(merged.hashKeyRange().startingHashKey()).isEqualTo("0");
    assertThat(putAt("s", "0", "x").shardId()).isEqualTo(id(3));
  }

  @Test
  void shardsAreFilteredByTime() {
    stream("s", 1);
    pass(Duration.ofHours(1));
    kinesis.splitShard(r -> r.streamName("s").shardToSplit(id(0)).newStartingHashKey("1000"));
    pass(Duration.ofHours(1));
    assertThat(shardIds("s", null, null)).containsExactly(id(0), id(1), id(2));
    assertThat(shardIds("s", "AT_LATEST", null)).containsExactly(id(1), id(2));
    assertThat(shardIds("s", "AT_TRIM_HORIZON", null)).containsExactly(id(0));
    assertThat(shardIds("s", "FROM_TRIM_HORIZON", null)).hasSize(3);
    assertThat(shardIds("s", "AT_TIMESTAMP", START.plusSeconds(60))).containsExactly(id(0));
    assertThat(shardIds("s", "AT_TIMESTAMP", START.plusSeconds(3600)))
        .containsExactly(id(1), id(2));
    assertThat(shardIds("s", "FROM_TIMESTAMP", START.plusSeconds(60))).hasSize(3);
    assertThat(shardIds("s", "FROM_TIMESTAMP", START.plusSeconds(4000)))
        .containsExactly(id(1), id(2));
    assertThat(
            kinesis
                .listShards(r ->
                    r.streamName("s").shardFilter(f -> f.type("AFTER_SHARD_ID").shardId(id(1))))
                .shards())
        .extracting(Shard::shardId)
        .containsExactly(id(2));
    pass(Duration.ofHours(24));
    assertThat(shardIds("s", null, null)).containsExactly(id(1), id(2));
    assertThat(shardIds("s", "AT_TRIM_HORIZON", null)).containsExactly(id(1), id(2));
  }

  @Test
  void shardsAreListedPageByPage() {
    stream("s", 5);
    var first = kinesis.listShards(r -> r.streamName("s").maxResults(3));
    assertThat(first.shards()).hasSize(3);
    var second = kinesis.listShards(r -> r.nextToken(first.nextToken()));
    assertThat(second.shards()).extracting(Shard::shardId).containsExactly(id(3), id(4));
    assertThat(second.nextToken()).isNull();
    assertThat(error(() -> kinesis.listShards(r -> r.streamName("s").nextToken(first.nextToken()))))
        .isEqualTo(
            "InvalidArgumentException: NextToken and StreamName cannot be provided together.");
    pass(Duration.ofMinutes(6));
    assertThat(error(() -> kinesis.listShards(r -> r.nextToken(first.nextToken()))))
        .startsWith("ExpiredNextTokenException: ");
  }

  @Test
  void theNumberOfShardsIsScaledUniformly() {
    stream("s", 2);
    var answer =
        kinesis.updateShardCount(
            r -> r.streamName("s").targetShardCount(3).scalingType(ScalingType.UNIFORM_SCALING));
    assertThat(answer.currentShardCount()).isEqualTo(2);
    assertThat(answer.targetShardCount()).isEqualTo(3);
    assertThat(open("s"))
        .extracting(shard -> shard.hashKeyRange().startingHashKey())
        .containsExactlyInAnyOrder(
            "0",
            "113427455640312821154458202477256070485",
            "226854911280625642308916404954512140970");
    assertThat(shardIds("s", "AT_LATEST", null)).hasSize(3);
    kinesis.updateShardCount(
        r -> r.streamName("s").targetShardCount(6).scalingType(ScalingType.UNIFORM_SCALING));
    assertThat(open("s")).hasSize(6);
    kinesis.updateShardCount(
        r -> r.streamName("s").targetShardCount(3).scalingType(ScalingType.UNIFORM_SCALING));
    assertThat(open("s")).hasSize(3);
    assertThat(
            error(() ->
                kinesis.updateShardCount(r ->
                    r.streamName("s")
                        .targetShardCount(7)
                        .scalingType(ScalingType.UNIFORM_SCALING))))
        .isEqualTo(
            "InvalidArgumentException: UpdateShardCount cannot scale up over double your current"
                + " open shard count. Current open shard count: 3 Target shard count: 7");
  }

  private List<Shard> open(String stream) {
    return shards(stream).stream()
        .filter(shard -> shard.sequenceNumberRange().endingSequenceNumber() == null)
        .toList();
  }

  @Test
  void retentionHasLimits() {
    stream("s", 1);
    assertThat(
            error(() ->
                kinesis.increaseStreamRetentionPeriod(
                    r -> r.streamName("s").retentionPeriodHours(8761))))
        .isEqualTo(
            "InvalidArgumentException: Maximum allowed retention period is 8760 hours. Requested"
                + " retention period (8761 hours) is too long.");
    assertThat(
            error(() ->
                kinesis.decreaseStreamRetentionPeriod(
                    r -> r.streamName("s").retentionPeriodHours(48))))
        .isEqualTo(
            "InvalidArgumentException: Requested retention period (48 hours) for stream s can not"
                + " be longer than existing retention period (24 hours). Use"
                + " IncreaseRetentionPeriod API.");
  }

  @Test
  void anOnDemandStreamHasFourShards() {
    kinesis.createStream(
        r -> r.streamName("s").streamModeDetails(m -> m.streamMode(StreamMode.ON_DEMAND)));
    assertThat(shards("s")).hasSize(4);
    var limits = kinesis.describeLimits();
    assertThat(limits.onDemandStreamCount()).isEqualTo(1);
    assertThat(limits.openShardCount()).isZero();
    kinesis.updateStreamMode(
        r -> r.streamARN(ARN + "s").streamModeDetails(m -> m.streamMode(StreamMode.PROVISIONED)));
    assertThat(kinesis.describeLimits().openShardCount()).isEqualTo(4);
    kinesis.createStream(r -> r.streamName("t"));
    assertThat(kinesis.describeLimits().onDemandStreamCount()).isEqualTo(1);
    assertThat(
            error(() ->
                kinesis.createStream(r ->
                    r.streamName("u")
                        .streamModeDetails(m -> m.streamMode(StreamMode.PROVISIONED)))))
        .isEqualTo(
            "ValidationException: 1 validation error detected: Value null at 'shardCount' failed to"
                + " satisfy constraint: Member must not be null");
  }

  @Test
  void consumersComeAndGo() {
    stream("s", 1);
    var made =
        kinesis.registerStreamConsumer(r -> r.streamARN(ARN + "s").consumerName("c")).consumer();
    assertThat(made.consumerARN()).isEqualTo(ARN + "s/consumer/c:" + START.getEpochSecond());
    assertThat(made.consumerStatusAsString()).isEqualTo("CREATING");
    assertThat(
            kinesis
                .describeStreamConsumer(r -> r.consumerARN(made.consumerARN()))
                .consumerDescription()
                .consumerStatusAsString())
        .isEqualTo("ACTIVE");
    assertThat(
            error(() ->
                kinesis.registerStreamConsumer(r -> r.streamARN(ARN + "s").consumerName("c"))))
        .startsWith("ResourceInUseException: ");
    assertThat(error(() -> kinesis.deleteStream(r -> r.streamName("s"))))
        .startsWith("ResourceInUseException: ");
    assertThat(kinesis.listStreamConsumers(r -> r.streamARN(ARN + "s")).consumers()).hasSize(1);
    kinesis.deregisterStreamConsumer(r -> r.streamARN(ARN + "s").consumerName("c"));
    assertThat(error(() -> kinesis.describeStreamConsumer(r -> r.consumerARN(made.consumerARN()))))
        .startsWith("ResourceNotFoundException: ");
  }

  @Test
  void streamsAndConsumersBearTags() {
    stream("s", 1);
    kinesis.addTagsToStream(r -> r.streamName("s").tags(Map.of("b", "2", "a", "1")));
    var page = kinesis.listTagsForStream(r -> r.streamName("s").limit(1));
    assertThat(page.tags()).extracting(tag -> tag.key()).containsExactly("a");
    assertThat(page.hasMoreTags()).isTrue();
    kinesis.untagResource(r -> r.resourceARN(ARN + "s").tagKeys("a"));
    assertThat(kinesis.listTagsForResource(r -> r.resourceARN(ARN + "s")).tags())
        .extracting(tag -> tag.key())
        .containsExactly("b");
    var consumer =
        kinesis
            .registerStreamConsumer(r -> r.streamARN(ARN + "s").consumerName("c"))
            .consumer()
            .consumerARN();
    kinesis.tagResource(r -> r.resourceARN(consumer).tags(Map.of("x", "y")));
    assertThat(kinesis.listTagsForResource(r -> r.resourceARN(consumer)).tags()).hasSize(1);
    kinesis.putResourcePolicy(r -> r.resourceARN(consumer).policy("{\"Statement\":[]}"));
    assertThat(kinesis.getResourcePolicy(r -> r.resourceARN(consumer)).policy())
        .isEqualTo("{\"Statement\":[]}");
    assertThat(kinesis.getResourcePolicy(r -> r.resourceARN(ARN + "s")).policy()).isEmpty();
  }

  @Test
  void metricsOfShardsAreChosen() {
    stream("s", 1);
    var enabled =
        kinesis.enableEnhancedMonitoring(
            r -> r.streamName("s").shardLevelMetricsWithStrings("IncomingBytes", "OutgoingBytes"));
    assertThat(enabled.currentShardLevelMetrics()).isEmpty();
    assertThat(enabled.desiredShardLevelMetricsAsStrings())
        .containsExactly("IncomingBytes", "OutgoingBytes");
    kinesis.disableEnhancedMonitoring(
        r -> r.streamName("s").shardLevelMetricsWithStrings("IncomingBytes"));
    assertThat(
            kinesis
                .describeStreamSummary(r -> r.streamName("s"))
                .streamDescriptionSummary()
                .enhancedMonitoring()
                .getFirst()
                .shardLevelMetricsAsStrings())
        .containsExactly("OutgoingBytes");
  }
}
