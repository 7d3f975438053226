package dev.terrarium.services.logs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Reading;
import dev.terrarium.kernel.Reading.State;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.kernel.SimpleResource;
import dev.terrarium.kernel.ResourceType.Property;
import dev.terrarium.kernel.ResourceType.Request;
import dev.terrarium.kernel.ResourceType.Resource;
import dev.terrarium.kernel.model.JsonShapes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.CreateLogGroupRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.MetricTransformation;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutSubscriptionFilterRequest;

/// CloudWatch Logs' resource types.
final class LogsResources {
  private final Cloud cloud;

  LogsResources(Cloud cloud) {
    this.cloud = cloud;
  }

  List<ResourceType> all() {
    var types = new ArrayList<>(LogsPolicyResources.all(cloud));
    types.addAll(List.of(group(), stream(), subscription(), metricFilter()));
    return types;
  }

  private CloudWatchLogsClient logs() {
    return cloud.client(CloudWatchLogsClient.class);
  }

  private SimpleResource group() {
    return new SimpleResource(
        "AWS::Logs::LogGroup",
        List.of(
            Property.of("LogGroupName").replacing(),
            Property.of("LogGroupClass").replacing(),
            Property.of("RetentionInDays"),
            Property.of("KmsKeyId"),
            Property.of("DeletionProtectionEnabled"),
            Property.of("Tags")),
        request -> {
          var p = request.properties().deepCopy();
          p.remove("Tags");
          var name = p.path("LogGroupName").asText(request.generatedName(512));
          logs()
              .createLogGroup(
                  JsonShapes.fill(p, CreateLogGroupRequest.builder())
                      .logGroupName(name)
                      .tags(tags(request))
                      .build());
          retain(name, p);
          return describe(name);
        },
        (request, current) -> {
          var p = request.properties();
          var name = current.physicalId();
          retain(name, p);
          if (p.has("KmsKeyId")) {
            logs().associateKmsKey(b -> b.logGroupName(name).kmsKeyId(text(p, "KmsKeyId")));
          } else {
            logs().disassociateKmsKey(b -> b.logGroupName(name));
          }
          logs()
              .putLogGroupDeletionProtection(b ->
                  b.logGroupIdentifier(name)
                      .deletionProtectionEnabled(p.path("DeletionProtectionEnabled").asBoolean()));
          retag(arn(name), tags(request));
          return describe(name);
        },
        (request, current) -> {
          logs().deleteLogGroup(b -> b.logGroupName(current.physicalId()));
          return current;
        },
        Reading.of(
            "LogGroupName",
            this::readGroup,
            () ->
                logs().describeLogGroupsPaginator(b -> {}).logGroups().stream()
                    .map(group -> group.logGroupName())
                    .toList()));
  }

  private @Nullable State readGroup(String name) {
    for (var group :
        logs().describeLogGroupsPaginator(b -> b.logGroupNamePrefix(name)).logGroups()) {
      if (group.logGroupName().equals(name)) {
        var properties = Json.object().put("LogGroupName", name);
        properties.put("RetentionInDays", group.retentionInDays());
        properties.put("KmsKeyId", group.kmsKeyId());
        properties.put("LogGroupClass", group.logGroupClassAsString());
        properties.put(
            "DeletionProtectionEnabled", Boolean.TRUE.equals(group.deletionProtectionEnabled()));
        return new State(describe(name), properties);
      }
    }
    return null;
  }

  private void retain(String name, JsonNode properties) {
    if (properties.has("RetentionInDays")) {
      logs()
          .putRetentionPolicy(b ->
              b.logGroupName(name).retentionInDays(properties.path("RetentionInDays").asInt()));
    } else {
      logs().deleteRetentionPolicy(b -> b.logGroupName(name));
    }
  }

  private void retag(String arn, Map<String, String> wanted) {
    var there = logs().listTagsForResource(b -> b.resourceArn(arn)).tags();
    var gone = there.keySet().stream().filter(tag -> !wanted.containsKey(tag)).toList();
    logs().untagResource(b -> b.resourceArn(arn).tagKeys(gone));
    logs().tagResource(b -> b.resourceArn(arn).tags(wanted));
  }

  private static String arn(String group) {
    return dev.terrarium.kernel.Call.current().scope().arn("logs", "log-group:" + group);
  }

  private static Resource describe(String name) {
    return new Resource(name, Map.of("Arn", Json.tree(arn(name) + ":*")));
  }

  private SimpleResource stream() {
    return new SimpleResource(
        "AWS::Logs::LogStream",
        List.of(
            Property.of("LogGroupName").mandatory().replacing(),
            Property.of("LogStreamName").replacing()),
        request -> {
          var p = request.properties();
          var name = p.path("LogStreamName").asText(request.generatedName(512));
          logs().createLogStream(b -> b.logGroupName(text(p, "LogGroupName")).logStreamName(name));
          return new Resource(name, Map.of());
        },
        (request, current) -> current,
        (request, current) -> {
          logs()
              .deleteLogStream(b ->
                  b.logGroupName(text(request.properties(), "LogGroupName"))
                      .logStreamName(current.physicalId()));
          return current;
        },
        new LogsReadings(cloud).stream());
  }

  private SimpleResource subscription() {
    return new SimpleResource(
        "AWS::Logs::SubscriptionFilter",
        List.of(
            Property.of("LogGroupName").mandatory().replacing(),
            Property.of("FilterName").replacing(),
            Property.of("FilterPattern").mandatory(),
            Property.of("DestinationArn").mandatory(),
            Property.of("RoleArn"),
            Property.of("Distribution")),
        request -> {
          var name = request.properties().path("FilterName").asText(request.generatedName(512));
          subscribe(request, name);
          return new Resource(name, Map.of());
        },
        (request, current) -> {
          subscribe(request, current.physicalId());
          return current;
        },
        (request, current) -> {
          logs()
              .deleteSubscriptionFilter(b ->
                  b.logGroupName(text(request.properties(), "LogGroupName"))
                      .filterName(current.physicalId()));
          return current;
        },
        new LogsReadings(cloud).subscription());
  }

  private void subscribe(Request request, String name) {
    logs()
        .putSubscriptionFilter(
            JsonShapes.fill(request.properties(), PutSubscriptionFilterRequest.builder())
                .filterName(name)
                .build());
  }

  private SimpleResource metricFilter() {
    return new SimpleResource(
        "AWS::Logs::MetricFilter",
        List.of(
            Property.of("LogGroupName").mandatory().replacing(),
            Property.of("FilterName").replacing(),
            Property.of("FilterPattern").mandatory(),
            Property.of("MetricTransformations").mandatory()),
        request -> {
          var name = request.properties().path("FilterName").asText(request.generatedName(512));
          measure(request, name);
          return new Resource(name, Map.of());
        },
        (request, current) -> {
          measure(request, current.physicalId());
          return current;
        },
        (request, current) -> {
          logs()
              .deleteMetricFilter(b ->
                  b.logGroupName(text(request.properties(), "LogGroupName"))
                      .filterName(current.physicalId()));
          return current;
        },
        new LogsReadings(cloud).metric());
  }

  private void measure(Request request, String name) {
    var p = request.properties();
    var transformations = new ArrayList<MetricTransformation>();
    for (var given : p.path("MetricTransformations")) {
      var copy = given.deepCopy();
      var dimensions = new LinkedHashMap<String, String>();
      given
          .path("Dimensions")
          .forEach(d -> dimensions.put(d.path("Key").asText(), d.path("Value").asText()));
      ((com.fasterxml.jackson.databind.node.ObjectNode) copy).remove("Dimensions");
      var builder = JsonShapes.fill(copy, MetricTransformation.builder());
      transformations.add(
          (dimensions.isEmpty() ? builder : builder.dimensions(dimensions)).build());
    }
    logs()
        .putMetricFilter(b ->
            b.logGroupName(text(p, "LogGroupName"))
                .filterName(name)
                .filterPattern(p.path("FilterPattern").asText(""))
                .metricTransformations(transformations));
  }

  private static Map<String, String> tags(Request request) {
    var tags = new LinkedHashMap<>(request.tags());
    for (var tag : request.properties().path("Tags")) {
      tags.put(tag.path("Key").asText(), tag.path("Value").asText());
    }
    return tags;
  }

  private static @Nullable String text(JsonNode properties, String name) {
    var value = properties.get(name);
    return value == null || value.isNull() ? null : value.asText();
  }
}
