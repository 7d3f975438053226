package dev.terrarium.services.kinesis;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Reading;
import dev.terrarium.kernel.Reading.State;
import dev.terrarium.kernel.ResourceType.Resource;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;
import software.amazon.awssdk.services.kinesis.model.StreamMode;

/// What Kinesis' resource types can tell of what is there.
final class KinesisReadings {
  private final Cloud cloud;

  KinesisReadings(Cloud cloud) {
    this.cloud = cloud;
  }

  private KinesisClient kinesis() {
    return cloud.client(KinesisClient.class);
  }

  Reading stream() {
    return Reading.of(
        "Name",
        name -> {
          var now =
              kinesis().describeStreamSummary(r -> r.streamName(name)).streamDescriptionSummary();
          var told = Json.object().put("Name", name);
          told.put("RetentionPeriodHours", now.retentionPeriodHours());
          told.put("MaxRecordSizeInKiB", now.maxRecordSizeInKiB());
          var mode = now.streamModeDetails().streamMode();
          told.putObject("StreamModeDetails").put("StreamMode", mode.toString());
          if (mode == StreamMode.PROVISIONED) {
            told.put("ShardCount", now.openShardCount());
          }
          if (now.encryptionType() == EncryptionType.KMS) {
            told.putObject("StreamEncryption")
                .put("EncryptionType", "KMS")
                .put("KeyId", now.keyId());
          } else {
            told.putNull("StreamEncryption");
          }
          return new State(new Resource(name, Map.of("Arn", Json.tree(now.streamARN()))), told);
        },
        () -> kinesis().listStreamsPaginator().streamNames().stream().toList());
  }

  Reading consumer() {
    return Reading.of(
        "ConsumerARN",
        arn -> {
          var now = kinesis().describeStreamConsumer(r -> r.consumerARN(arn)).consumerDescription();
          var told = Json.object().put("ConsumerName", now.consumerName());
          told.put("StreamARN", now.streamARN());
          return new State(
              new Resource(
                  arn,
                  Map.of(
                      "ConsumerARN",
                      Json.tree(arn),
                      "ConsumerName",
                      Json.tree(now.consumerName()),
                      "ConsumerStatus",
                      Json.tree(now.consumerStatusAsString()),
                      "StreamARN",
                      Json.tree(now.streamARN()))),
              told);
        },
        List::of);
  }

  Reading resourcePolicy() {
    return Reading.of(
        "ResourceArn",
        arn -> {
          var policy = kinesis().getResourcePolicy(g -> g.resourceARN(arn)).policy();
          if (policy == null || policy.equals("{}") || policy.isEmpty()) {
            return null;
          }
          var told = Json.object().put("ResourceArn", arn);
          told.set("ResourcePolicy", Json.parse(policy));
          return new State(new Resource(arn, Map.of()), told);
        },
        List::of);
  }
}
