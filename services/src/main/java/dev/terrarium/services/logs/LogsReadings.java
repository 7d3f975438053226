package dev.terrarium.services.logs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Reading;
import dev.terrarium.kernel.Reading.State;
import dev.terrarium.kernel.ResourceType.Resource;
import dev.terrarium.kernel.model.JsonShapes;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;

/// What the resource types of CloudWatch Logs can tell of what is there, but for log groups.
final class LogsReadings {
  private final Cloud cloud;

  LogsReadings(Cloud cloud) {
    this.cloud = cloud;
  }

  private CloudWatchLogsClient logs() {
    return cloud.client(CloudWatchLogsClient.class);
  }

  private static @Nullable State first(Stream<State> states) {
    return states.findFirst().orElse(null);
  }

  private static State plain(String id, ObjectNode told) {
    return new State(new Resource(id, Map.of()), told);
  }

  Reading stream() {
    return new Reading(
        List.of("LogGroupName", "LogStreamName"),
        parts -> {
          var name = parts.getOrDefault("LogStreamName", "");
          return first(
              logs()
                  .describeLogStreams(
                      d -> d.logGroupName(parts.get("LogGroupName")).logStreamNamePrefix(name))
                  .logStreams()
                  .stream()
                  .filter(stream -> stream.logStreamName().equals(name))
                  .map(stream -> plain(name, told(parts))));
        },
        List::of);
  }

  private static ObjectNode told(Map<String, String> parts) {
    var told = Json.object();
    parts.forEach(told::put);
    return told;
  }

  Reading subscription() {
    return new Reading(
        List.of("FilterName", "LogGroupName"),
        parts -> {
          var name = parts.getOrDefault("FilterName", "");
          return first(
              logs()
                  .describeSubscriptionFilters(
                      d -> d.logGroupName(parts.get("LogGroupName")).filterNamePrefix(name))
                  .subscriptionFilters()
                  .stream()
                  .filter(filter -> filter.filterName().equals(name))
                  .map(filter ->
                      plain(
                          name,
                          told(parts)
                              .setAll(
                                  JsonShapes.tree(
                                      filter,
                                      List.of(
                                          "FilterPattern",
                                          "DestinationArn",
                                          "RoleArn",
                                          "Distribution"))))));
        },
        List::of);
  }

  Reading metric() {
    return new Reading(
        List.of("LogGroupName", "FilterName"),
        parts -> {
          var name = parts.getOrDefault("FilterName", "");
          return first(
              logs()
                  .describeMetricFilters(
                      d -> d.logGroupName(parts.get("LogGroupName")).filterNamePrefix(name))
                  .metricFilters()
                  .stream()
                  .filter(filter -> filter.filterName().equals(name))
                  .map(filter -> {
                    var told = told(parts);
                    told.put("FilterPattern", filter.filterPattern());
                    var list = told.putArray("MetricTransformations");
                    filter
                        .metricTransformations()
                        .forEach(one -> list.add(transformation(JsonShapes.tree(one))));
                    return plain(name, told);
                  }));
        },
        List::of);
  }

  /// Templates have a list where the service has a map.
  private static JsonNode transformation(ObjectNode tree) {
    if (tree.get("Dimensions") instanceof ObjectNode map) {
      var list = tree.putArray("Dimensions");
      map.properties()
          .forEach(one ->
              list.addObject().put("Key", one.getKey()).put("Value", one.getValue().asText()));
    }
    return tree;
  }

  Reading policy() {
    return Reading.of(
        "PolicyName",
        name ->
            first(
                logs().describeResourcePolicies(d -> {}).resourcePolicies().stream()
                    .filter(policy -> policy.policyName().equals(name))
                    .map(policy -> {
                      var told = Json.object().put("PolicyName", name);
                      told.set("PolicyDocument", Json.parse(policy.policyDocument()));
                      return plain(name, told);
                    })),
        () ->
            logs().describeResourcePolicies(d -> {}).resourcePolicies().stream()
                .map(policy -> policy.policyName())
                .toList());
  }

  Reading query() {
    return Reading.of(
        "QueryDefinitionId",
        id ->
            first(
                logs().describeQueryDefinitions(d -> {}).queryDefinitions().stream()
                    .filter(query -> query.queryDefinitionId().equals(id))
                    .map(query ->
                        new State(
                            new Resource(id, Map.of("QueryDefinitionId", Json.tree(id))),
                            JsonShapes.tree(
                                query, List.of("Name", "QueryString", "LogGroupNames"))))),
        () ->
            logs().describeQueryDefinitions(d -> {}).queryDefinitions().stream()
                .map(query -> query.queryDefinitionId())
                .toList());
  }

  Reading destination() {
    return Reading.of(
        "DestinationName",
        name ->
            first(
                logs()
                    .describeDestinations(d -> d.destinationNamePrefix(name))
                    .destinations()
                    .stream()
                    .filter(destination -> destination.destinationName().equals(name))
                    .map(destination -> {
                      var told = Json.object().put("DestinationName", name);
                      told.put("RoleArn", destination.roleArn());
                      told.put("TargetArn", destination.targetArn());
                      told.put("DestinationPolicy", destination.accessPolicy());
                      return new State(
                          new Resource(name, Map.of("Arn", Json.tree(destination.arn()))), told);
                    })),
        () ->
            logs().describeDestinations(d -> {}).destinations().stream()
                .map(destination -> destination.destinationName())
                .toList());
  }

  Reading transformer() {
    return Reading.of(
        "LogGroupIdentifier",
        group -> {
          var now = logs().getTransformer(g -> g.logGroupIdentifier(group));
          var told = Json.object().put("LogGroupIdentifier", group);
          var list = told.putArray("TransformerConfig");
          now.transformerConfig().forEach(one -> list.add(JsonShapes.tree(one)));
          return plain(group, told);
        },
        List::of);
  }
}
