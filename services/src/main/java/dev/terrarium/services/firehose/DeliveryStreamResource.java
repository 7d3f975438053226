package dev.terrarium.services.firehose;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Reading;
import dev.terrarium.kernel.ResourceType.Property;
import dev.terrarium.kernel.ResourceType.Request;
import dev.terrarium.kernel.ResourceType.Resource;
import dev.terrarium.kernel.SimpleResource;
import dev.terrarium.kernel.model.JsonShapes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.firehose.model.CreateDeliveryStreamRequest;
import software.amazon.awssdk.services.firehose.model.ExtendedS3DestinationUpdate;
import software.amazon.awssdk.services.firehose.model.HttpEndpointDestinationUpdate;
import software.amazon.awssdk.services.firehose.model.S3DestinationUpdate;
import software.amazon.awssdk.services.firehose.model.Tag;

/// `AWS::KinesisFirehose::DeliveryStream`.
final class DeliveryStreamResource {
  private static final String S3 = "S3DestinationConfiguration";
  private static final String EXTENDED = "ExtendedS3DestinationConfiguration";
  private static final String ENDPOINT = "HttpEndpointDestinationConfiguration";

  private final Cloud cloud;

  DeliveryStreamResource(Cloud cloud) {
    this.cloud = cloud;
  }

  SimpleResource type() {
    return new SimpleResource(
        "AWS::KinesisFirehose::DeliveryStream",
        List.of(
            Property.of("DeliveryStreamName").replacing(),
            Property.of("DeliveryStreamType").replacing(),
            Property.of("DirectPutSourceConfiguration").replacing(),
            Property.of("KinesisStreamSourceConfiguration").replacing(),
            Property.of("DeliveryStreamEncryptionConfigurationInput"),
            Property.of(S3),
            Property.of(EXTENDED),
            Property.of(ENDPOINT),
            Property.of("Tags")),
        this::create,
        (request, current) -> update(request, current.physicalId()),
        (request, current) -> {
          firehose().deleteDeliveryStream(r -> r.deliveryStreamName(current.physicalId()));
          return current;
        },
        Reading.of(
            "DeliveryStreamName",
            name ->
                new Reading.State(
                    describe(name),
                    Json.object()
                        .put("DeliveryStreamName", name)
                        .put(
                            "DeliveryStreamType",
                            firehose()
                                .describeDeliveryStream(r -> r.deliveryStreamName(name))
                                .deliveryStreamDescription()
                                .deliveryStreamTypeAsString())),
            () -> firehose().listDeliveryStreams(l -> {}).deliveryStreamNames()));
  }

  private FirehoseClient firehose() {
    return cloud.client(FirehoseClient.class);
  }

  private Resource create(Request request) {
    var properties = request.properties().deepCopy();
    properties.remove("Tags");
    var name = properties.path("DeliveryStreamName").asText(request.generatedName(64));
    var builder =
        JsonShapes.fill(properties, CreateDeliveryStreamRequest.builder()).deliveryStreamName(name);
    var tags = tags(request);
    if (!tags.isEmpty()) {
      builder.tags(shown(tags));
    }
    firehose().createDeliveryStream(builder.build());
    return describe(name);
  }

  @SuppressWarnings("deprecation")
  private Resource update(Request request, String name) {
    var p = request.properties();
    var there =
        firehose()
            .describeDeliveryStream(r -> r.deliveryStreamName(name))
            .deliveryStreamDescription();
    firehose()
        .updateDestination(r -> {
          r.deliveryStreamName(name)
              .currentDeliveryStreamVersionId(there.versionId())
              .destinationId(there.destinations().getFirst().destinationId());
          if (p.has(EXTENDED)) {
            var copy = (com.fasterxml.jackson.databind.node.ObjectNode) p.get(EXTENDED).deepCopy();
            if (copy.has("S3BackupConfiguration")) {
              copy.set("S3BackupUpdate", copy.remove("S3BackupConfiguration"));
            }
            r.extendedS3DestinationUpdate(
                JsonShapes.fill(copy, ExtendedS3DestinationUpdate.builder()).build());
          } else if (p.has(S3)) {
            r.s3DestinationUpdate(
                JsonShapes.fill(p.get(S3), S3DestinationUpdate.builder()).build());
          } else if (p.has(ENDPOINT)) {
            var copy = (com.fasterxml.jackson.databind.node.ObjectNode) p.get(ENDPOINT).deepCopy();
            if (copy.has("S3Configuration")) {
              copy.set("S3Update", copy.remove("S3Configuration"));
            }
            r.httpEndpointDestinationUpdate(
                JsonShapes.fill(copy, HttpEndpointDestinationUpdate.builder()).build());
          }
        });
    retag(name, tags(request));
    return describe(name);
  }

  private void retag(String name, Map<String, String> wanted) {
    var gone =
        firehose().listTagsForDeliveryStream(r -> r.deliveryStreamName(name)).tags().stream()
            .map(Tag::key)
            .filter(key -> !wanted.containsKey(key))
            .toList();
    if (!gone.isEmpty()) {
      firehose().untagDeliveryStream(r -> r.deliveryStreamName(name).tagKeys(gone));
    }
    if (!wanted.isEmpty()) {
      firehose().tagDeliveryStream(r -> r.deliveryStreamName(name).tags(shown(wanted)));
    }
  }

  private Resource describe(String name) {
    var arn =
        firehose()
            .describeDeliveryStream(r -> r.deliveryStreamName(name))
            .deliveryStreamDescription()
            .deliveryStreamARN();
    return new Resource(name, Map.of("Arn", Json.tree(arn)));
  }

  private static List<Tag> shown(Map<String, String> tags) {
    return tags.entrySet().stream()
        .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
        .toList();
  }

  private static Map<String, String> tags(Request request) {
    var tags = new LinkedHashMap<>(request.tags());
    for (var tag : request.properties().path("Tags")) {
      tags.put(tag.path("Key").asText(), tag.path("Value").asText());
    }
    return tags;
  }
}
