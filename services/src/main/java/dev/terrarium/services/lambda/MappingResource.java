package dev.terrarium.services.lambda;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.ResourceType.Property;
import dev.terrarium.kernel.ResourceType.Request;
import dev.terrarium.kernel.ResourceType.Resource;
import dev.terrarium.kernel.SimpleResource;
import dev.terrarium.kernel.model.JsonShapes;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.CreateEventSourceMappingRequest;
import software.amazon.awssdk.services.lambda.model.UpdateEventSourceMappingRequest;

/// `AWS::Lambda::EventSourceMapping`.
final class MappingResource {
  private static final String TIMESTAMP = "StartingPositionTimestamp";

  private final Cloud cloud;

  MappingResource(Cloud cloud) {
    this.cloud = cloud;
  }

  SimpleResource type() {
    return new SimpleResource(
        "AWS::Lambda::EventSourceMapping",
        List.of(
            Property.of("EventSourceArn").replacing(),
            Property.of("FunctionName").mandatory(),
            Property.of("StartingPosition").replacing(),
            Property.of(TIMESTAMP).replacing(),
            Property.of("SelfManagedEventSource").replacing(),
            Property.of("AmazonManagedKafkaEventSourceConfig"),
            Property.of("BatchSize"),
            Property.of("BisectBatchOnFunctionError"),
            Property.of("DestinationConfig"),
            Property.of("DocumentDBEventSourceConfig"),
            Property.of("Enabled"),
            Property.of("FilterCriteria"),
            Property.of("FunctionResponseTypes"),
            Property.of("KmsKeyArn"),
            Property.of("MaximumBatchingWindowInSeconds"),
            Property.of("MaximumRecordAgeInSeconds"),
            Property.of("MaximumRetryAttempts"),
            Property.of("MetricsConfig"),
            Property.of("ParallelizationFactor"),
            Property.of("ProvisionedPollerConfig"),
            Property.of("Queues"),
            Property.of("ScalingConfig"),
            Property.of("SelfManagedKafkaEventSourceConfig"),
            Property.of("SourceAccessConfigurations"),
            Property.of("Tags"),
            Property.of("Topics"),
            Property.of("TumblingWindowInSeconds")),
        this::create,
        this::update,
        (request, current) -> {
          lambda().deleteEventSourceMapping(b -> b.uuid(current.physicalId()));
          return current;
        },
        new LambdaReadings(cloud).mapping());
  }

  private LambdaClient lambda() {
    return cloud.client(LambdaClient.class);
  }

  private Resource create(Request request) {
    var properties = request.properties().deepCopy();
    var timestamp = properties.remove(TIMESTAMP);
    properties.remove("Tags");
    var builder = JsonShapes.fill(properties, CreateEventSourceMappingRequest.builder());
    if (timestamp != null) {
      var millis = Math.round(timestamp.asDouble() * 1000);
      builder.startingPositionTimestamp(Instant.ofEpochMilli(millis));
    }
    var made = lambda().createEventSourceMapping(builder.tags(tags(request)).build());
    return new Resource(
        made.uuid(),
        Map.of(
            "Id",
            Json.tree(made.uuid()),
            "EventSourceMappingArn",
            Json.tree(made.eventSourceMappingArn())));
  }

  /// What a template no longer says goes back to its default.
  private Resource update(Request request, Resource current) {
    var properties = request.properties().deepCopy();
    var source = Arn.of(properties.path("EventSourceArn").asText()).orElse(null);
    for (var fixed :
        List.of(
            "EventSourceArn", "StartingPosition", TIMESTAMP, "SelfManagedEventSource", "Tags")) {
      properties.remove(fixed);
    }
    defaults(properties, source == null || MappingRules.isQueue(source));
    var updated =
        lambda()
            .updateEventSourceMapping(
                JsonShapes.fill(properties, UpdateEventSourceMappingRequest.builder())
                    .uuid(current.physicalId())
                    .build());
    retag(updated.eventSourceMappingArn(), tags(request));
    return current;
  }

  private static void defaults(ObjectNode properties, boolean queue) {
    properties.putIfAbsent("Enabled", Json.tree(true));
    properties.putIfAbsent("BatchSize", Json.tree(queue ? 10 : 100));
    properties.putIfAbsent("MaximumBatchingWindowInSeconds", Json.tree(0));
    properties.putIfAbsent("FilterCriteria", Json.object());
    properties.putIfAbsent("FunctionResponseTypes", Json.array());
    properties.putIfAbsent("MetricsConfig", Json.object());
    properties.putIfAbsent("KmsKeyArn", Json.tree(""));
    if (queue) {
      properties.putIfAbsent("ScalingConfig", Json.object());
      properties.putIfAbsent("ProvisionedPollerConfig", Json.object());
    } else {
      properties.putIfAbsent("ParallelizationFactor", Json.tree(1));
      properties.putIfAbsent("MaximumRecordAgeInSeconds", Json.tree(-1));
      properties.putIfAbsent("MaximumRetryAttempts", Json.tree(-1));
      properties.putIfAbsent("TumblingWindowInSeconds", Json.tree(0));
      properties.putIfAbsent("BisectBatchOnFunctionError", Json.tree(false));
      properties.putIfAbsent("DestinationConfig", Json.object());
    }
  }

  private void retag(String arn, Map<String, String> wanted) {
    var before = lambda().listTags(b -> b.resource(arn)).tags();
    Set<String> gone = new TreeSet<>(before.keySet());
    gone.removeAll(wanted.keySet());
    if (!gone.isEmpty()) {
      lambda().untagResource(b -> b.resource(arn).tagKeys(gone));
    }
    if (!wanted.isEmpty()) {
      lambda().tagResource(b -> b.resource(arn).tags(wanted));
    }
  }

  private static Map<String, String> tags(Request request) {
    var tags = new LinkedHashMap<>(request.tags());
    for (var tag : request.properties().path("Tags")) {
      tags.put(tag.path("Key").asText(), tag.path("Value").asText());
    }
    return tags;
  }
}
