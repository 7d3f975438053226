package dev.terrarium.services.kinesis;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.kernel.ResourceType.Property;
import dev.terrarium.kernel.ResourceType.Request;
import dev.terrarium.kernel.ResourceType.Resource;
import dev.terrarium.kernel.SimpleResource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;
import software.amazon.awssdk.services.kinesis.model.ScalingType;
import software.amazon.awssdk.services.kinesis.model.StreamMode;

/// Kinesis' resource types.
final class KinesisResources {
  private final Cloud cloud;

  KinesisResources(Cloud cloud) {
    this.cloud = cloud;
  }

  List<ResourceType> all() {
    return List.of(stream(), consumer(), policy());
  }

  private KinesisClient kinesis() {
    return cloud.client(KinesisClient.class);
  }

  private SimpleResource stream() {
    return new SimpleResource(
        "AWS::Kinesis::Stream",
        List.of(
            Property.of("Name").replacing(),
            Property.of("ShardCount"),
            Property.of("RetentionPeriodHours"),
            Property.of("StreamModeDetails"),
            Property.of("StreamEncryption"),
            Property.of("DesiredShardLevelMetrics"),
            Property.of("MaxRecordSizeInKiB"),
            Property.of("WarmThroughputMiBps"),
            Property.of("Tags")),
        request -> {
          var name = request.properties().path("Name").asText(request.generatedName(128));
          create(request, name);
          settle(request.properties(), name);
          return describe(name);
        },
        (request, current) -> {
          var name = current.physicalId();
          var p = request.properties();
          changeMode(p, name);
          if (p.has("ShardCount")) {
            scale(name, p.path("ShardCount").asInt());
          }
          settle(p, name);
          retag(request, name);
          return describe(name);
        },
        (request, current) -> {
          kinesis()
              .deleteStream(r -> r.streamName(current.physicalId()).enforceConsumerDeletion(true));
          return current;
        },
        new KinesisReadings(cloud).stream());
  }

  private static StreamMode mode(JsonNode properties) {
    var given = properties.path("StreamModeDetails").path("StreamMode").asText("PROVISIONED");
    return StreamMode.fromValue(given);
  }

  private void create(Request request, String name) {
    var p = request.properties();
    kinesis()
        .createStream(r -> {
          r.streamName(name).streamModeDetails(m -> m.streamMode(mode(p)));
          if (p.has("ShardCount")) {
            r.shardCount(p.path("ShardCount").asInt());
          } else if (mode(p) == StreamMode.PROVISIONED) {
            r.shardCount(1);
          }
          if (p.has("MaxRecordSizeInKiB")) {
            r.maxRecordSizeInKiB(p.path("MaxRecordSizeInKiB").asInt());
          }
          if (p.has("WarmThroughputMiBps")) {
            r.warmThroughputMiBps(p.path("WarmThroughputMiBps").asInt());
          }
          var tags = tags(request);
          if (!tags.isEmpty()) {
            r.tags(tags);
          }
        });
  }

  private void changeMode(JsonNode properties, String name) {
    var there = kinesis().describeStreamSummary(r -> r.streamName(name)).streamDescriptionSummary();
    if (there.streamModeDetails().streamMode() != mode(properties)) {
      kinesis()
          .updateStreamMode(r ->
              r.streamARN(there.streamARN())
                  .streamModeDetails(m -> m.streamMode(mode(properties))));
    }
  }

  private void scale(String name, int target) {
    var open =
        kinesis()
            .describeStreamSummary(r -> r.streamName(name))
            .streamDescriptionSummary()
            .openShardCount();
    if (open != target) {
      kinesis()
          .updateShardCount(r ->
              r.streamName(name).targetShardCount(target).scalingType(ScalingType.UNIFORM_SCALING));
    }
  }

  /// Brings about everything that is set after a stream was made.
  private void settle(JsonNode p, String name) {
    var there = kinesis().describeStreamSummary(r -> r.streamName(name)).streamDescriptionSummary();
    int hours = p.path("RetentionPeriodHours").asInt(StreamConfig.RETENTION_HOURS_DEFAULT);
    if (hours > there.retentionPeriodHours()) {
      kinesis().increaseStreamRetentionPeriod(r -> r.streamName(name).retentionPeriodHours(hours));
    } else if (hours < there.retentionPeriodHours()) {
      kinesis().decreaseStreamRetentionPeriod(r -> r.streamName(name).retentionPeriodHours(hours));
    }
    int size = p.path("MaxRecordSizeInKiB").asInt(StreamConfig.RECORD_KIB_DEFAULT);
    if (size != there.maxRecordSizeInKiB()) {
      kinesis().updateMaxRecordSize(r -> r.streamARN(there.streamARN()).maxRecordSizeInKiB(size));
    }
    var encryption = p.path("StreamEncryption");
    var keyId = encryption.path("KeyId").asText("");
    if (!keyId.isEmpty() && !keyId.equals(there.keyId())) {
      kinesis()
          .startStreamEncryption(r ->
              r.streamName(name)
                  .encryptionType(encryption.path("EncryptionType").asText("KMS"))
                  .keyId(keyId));
    } else if (keyId.isEmpty() && there.encryptionType() == EncryptionType.KMS) {
      kinesis()
          .stopStreamEncryption(
              r -> r.streamName(name).encryptionType(EncryptionType.KMS).keyId(there.keyId()));
    }
    monitor(p, name, there.enhancedMonitoring().getFirst().shardLevelMetricsAsStrings());
  }

  private void monitor(JsonNode p, String name, List<String> there) {
    var wanted = new ArrayList<String>();
    p.path("DesiredShardLevelMetrics").forEach(metric -> wanted.add(metric.asText()));
    var gone = new HashSet<>(there);
    wanted.forEach(gone::remove);
    if (!gone.isEmpty() && !wanted.contains("ALL")) {
      kinesis()
          .disableEnhancedMonitoring(r -> r.streamName(name).shardLevelMetricsWithStrings(gone));
    }
    if (!wanted.isEmpty()) {
      kinesis()
          .enableEnhancedMonitoring(r -> r.streamName(name).shardLevelMetricsWithStrings(wanted));
    }
  }

  private void retag(Request request, String name) {
    var wanted = tags(request);
    var there = kinesis().listTagsForStream(r -> r.streamName(name)).tags();
    var gone =
        there.stream().map(tag -> tag.key()).filter(tag -> !wanted.containsKey(tag)).toList();
    if (!gone.isEmpty()) {
      kinesis().removeTagsFromStream(r -> r.streamName(name).tagKeys(gone));
    }
    if (!wanted.isEmpty()) {
      kinesis().addTagsToStream(r -> r.streamName(name).tags(wanted));
    }
  }

  private Resource describe(String name) {
    var arn =
        kinesis()
            .describeStreamSummary(r -> r.streamName(name))
            .streamDescriptionSummary()
            .streamARN();
    return new Resource(name, Map.of("Arn", Json.tree(arn)));
  }

  private SimpleResource consumer() {
    return new SimpleResource(
        "AWS::Kinesis::StreamConsumer",
        List.of(
            Property.of("ConsumerName").mandatory().replacing(),
            Property.of("StreamARN").mandatory().replacing(),
            Property.of("Tags")),
        request -> {
          var p = request.properties();
          var made =
              kinesis()
                  .registerStreamConsumer(r -> {
                    r.consumerName(p.path("ConsumerName").asText())
                        .streamARN(p.path("StreamARN").asText());
                    var tags = tags(request);
                    if (!tags.isEmpty()) {
                      r.tags(tags);
                    }
                  })
                  .consumer();
          return new Resource(
              made.consumerARN(),
              Map.of(
                  "ConsumerARN",
                  Json.tree(made.consumerARN()),
                  "ConsumerCreationTimestamp",
                  Json.tree(Long.toString(made.consumerCreationTimestamp().getEpochSecond())),
                  "ConsumerName",
                  Json.tree(made.consumerName()),
                  "ConsumerStatus",
                  Json.tree("ACTIVE"),
                  "StreamARN",
                  Json.tree(p.path("StreamARN").asText())));
        },
        (request, current) -> {
          var arn = current.physicalId();
          var wanted = tags(request);
          var gone =
              kinesis().listTagsForResource(r -> r.resourceARN(arn)).tags().stream()
                  .map(tag -> tag.key())
                  .filter(tag -> !wanted.containsKey(tag))
                  .toList();
          if (!gone.isEmpty()) {
            kinesis().untagResource(r -> r.resourceARN(arn).tagKeys(gone));
          }
          if (!wanted.isEmpty()) {
            kinesis().tagResource(r -> r.resourceARN(arn).tags(wanted));
          }
          return current;
        },
        (request, current) -> {
          kinesis().deregisterStreamConsumer(r -> r.consumerARN(current.physicalId()));
          return current;
        },
        new KinesisReadings(cloud).consumer());
  }

  private SimpleResource policy() {
    return new SimpleResource(
        "AWS::Kinesis::ResourcePolicy",
        List.of(
            Property.of("ResourceArn").mandatory().replacing(),
            Property.of("ResourcePolicy").mandatory()),
        this::putPolicy,
        (request, current) -> putPolicy(request),
        (request, current) -> {
          kinesis().deleteResourcePolicy(r -> r.resourceARN(current.physicalId()));
          return current;
        },
        new KinesisReadings(cloud).resourcePolicy());
  }

  private Resource putPolicy(Request request) {
    var arn = request.properties().path("ResourceArn").asText();
    var policy = request.properties().path("ResourcePolicy");
    kinesis()
        .putResourcePolicy(r ->
            r.resourceARN(arn).policy(policy.isTextual() ? policy.asText() : Json.write(policy)));
    return new Resource(arn, Map.of());
  }

  private static Map<String, String> tags(Request request) {
    var tags = new LinkedHashMap<>(request.tags());
    for (var tag : request.properties().path("Tags")) {
      tags.put(tag.path("Key").asText(), tag.path("Value").asText());
    }
    return tags;
  }
}
