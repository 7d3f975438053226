package dev.terrarium.services.kinesis;

import dev.terrarium.kernel.store.BinaryReader;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.PojoCodec;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;
import software.amazon.awssdk.services.kinesis.model.EnhancedMetrics;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;
import software.amazon.awssdk.services.kinesis.model.StreamMode;

/// What a stream is, beside its shards.
///
/// @param storageId under which its shards, records and consumers are stored: another for each
///   stream that ever had the name
/// @param description as it is shown, without what is counted
/// @param policy who else may use it, or empty
/// @param nextShard the number of the next shard
/// @param scalings when UpdateShardCount was called in the last 24 hours
/// @param modeChanges when UpdateStreamMode was
record StreamConfig(
    String storageId,
    StreamDescriptionSummary description,
    Map<String, String> tags,
    String policy,
    int nextShard,
    List<Long> scalings,
    List<Long> modeChanges) {
  private static final PojoCodec<StreamDescriptionSummary> DESCRIPTION =
      new PojoCodec<>(StreamDescriptionSummary::builder);

  static final Codec<StreamConfig> CODEC =
      Codec.of(
          1,
          (stream, writer) -> {
            writer.string(stream.storageId);
            DESCRIPTION.write(writer, stream.description);
            writer
                .strings(stream.tags)
                .string(stream.policy)
                .number(stream.nextShard)
                .list(stream.scalings, (w, millis) -> w.number(millis))
                .list(stream.modeChanges, (w, millis) -> w.number(millis));
          },
          reader ->
              new StreamConfig(
                  reader.string(),
                  DESCRIPTION.read(reader),
                  reader.strings(),
                  reader.string(),
                  reader.integer(),
                  reader.list(BinaryReader::number),
                  reader.list(BinaryReader::number)));

  static final int RETENTION_HOURS_DEFAULT = 24;
  static final int RECORD_KIB_DEFAULT = 1024;
  private static final String THROTTLING_TAG = "terrarium:throttling";
  private static final long HOUR_MILLIS = 3_600_000L;

  StreamConfig {
    tags = Map.copyOf(tags);
    scalings = List.copyOf(scalings);
    modeChanges = List.copyOf(modeChanges);
  }

  boolean isEncrypted() {
    return description.encryptionType() == EncryptionType.KMS;
  }

  boolean isOnDemand() {
    return description.streamModeDetails().streamMode() == StreamMode.ON_DEMAND;
  }

  /// Whether its shards refuse what AWS's would for lack of throughput.
  boolean isThrottled() {
    return "on".equals(tags.get(THROTTLING_TAG));
  }

  long createdMillis() {
    return description.streamCreationTimestamp().toEpochMilli();
  }

  int retentionHours() {
    return description.retentionPeriodHours();
  }

  long retentionMillis() {
    return retentionHours() * HOUR_MILLIS;
  }

  int recordBytesMax() {
    return description.maxRecordSizeInKiB() * 1024;
  }

  /// The metrics of shards that CloudWatch is given.
  List<String> shardMetrics() {
    return description.enhancedMonitoring().stream()
        .map(EnhancedMetrics::shardLevelMetricsAsStrings)
        .findFirst()
        .orElse(List.of());
  }

  /// The same, described anew.
  StreamConfig described(Consumer<StreamDescriptionSummary.Builder> change) {
    var builder = description.toBuilder();
    change.accept(builder);
    return new StreamConfig(
        storageId, builder.build(), tags, policy, nextShard, scalings, modeChanges);
  }

  StreamConfig withTags(Map<String, String> replacement) {
    return new StreamConfig(
        storageId, description, replacement, policy, nextShard, scalings, modeChanges);
  }

  StreamConfig withPolicy(String replacement) {
    return new StreamConfig(
        storageId, description, tags, replacement, nextShard, scalings, modeChanges);
  }

  StreamConfig withNextShard(int replacement) {
    return new StreamConfig(
        storageId, description, tags, policy, replacement, scalings, modeChanges);
  }

  StreamConfig withScalings(List<Long> replacement) {
    return new StreamConfig(
        storageId, description, tags, policy, nextShard, replacement, modeChanges);
  }

  StreamConfig withModeChanges(List<Long> replacement) {
    return new StreamConfig(storageId, description, tags, policy, nextShard, scalings, replacement);
  }
}
