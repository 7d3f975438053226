package dev.terrarium.services.logs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.kernel.ResourceType.Property;
import dev.terrarium.kernel.ResourceType.Request;
import dev.terrarium.kernel.ResourceType.Resource;
import dev.terrarium.kernel.SimpleResource;
import dev.terrarium.kernel.model.JsonShapes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.Destination;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutTransformerRequest;

/// `AWS::Logs::ResourcePolicy`, `AWS::Logs::QueryDefinition`, `AWS::Logs::Destination` and
/// `AWS::Logs::Transformer`.
final class LogsPolicyResources {
  private final Cloud cloud;

  private LogsPolicyResources(Cloud cloud) {
    this.cloud = cloud;
  }

  static List<ResourceType> all(Cloud cloud) {
    var resources = new LogsPolicyResources(cloud);
    return List.of(
        resources.policy(), resources.query(), resources.destination(), resources.transformer());
  }

  private CloudWatchLogsClient logs() {
    return cloud.client(CloudWatchLogsClient.class);
  }

  private ResourceType policy() {
    return new SimpleResource(
        "AWS::Logs::ResourcePolicy",
        List.of(
            Property.of("PolicyName").mandatory().replacing(),
            Property.of("PolicyDocument").mandatory()),
        this::putPolicy,
        (request, current) -> putPolicy(request),
        (request, current) -> {
          logs().deleteResourcePolicy(d -> d.policyName(current.physicalId()));
          return current;
        },
        new LogsReadings(cloud).policy());
  }

  private Resource putPolicy(Request request) {
    var name = request.properties().path("PolicyName").asText();
    var document = request.properties().path("PolicyDocument");
    logs()
        .putResourcePolicy(p ->
            p.policyName(name)
                .policyDocument(document.isTextual() ? document.asText() : Json.write(document)));
    return new Resource(name, Map.of());
  }

  private ResourceType query() {
    return new SimpleResource(
        "AWS::Logs::QueryDefinition",
        List.of(
            Property.of("Name").mandatory(),
            Property.of("QueryString").mandatory(),
            Property.of("LogGroupNames")),
        request -> putQuery(request, null),
        (request, current) -> putQuery(request, current.physicalId()),
        (request, current) -> {
          logs().deleteQueryDefinition(d -> d.queryDefinitionId(current.physicalId()));
          return current;
        },
        new LogsReadings(cloud).query());
  }

  private Resource putQuery(Request request, @Nullable String there) {
    var p = request.properties();
    var names = new ArrayList<String>();
    p.path("LogGroupNames").forEach(name -> names.add(name.asText()));
    var id =
        logs()
            .putQueryDefinition(q ->
                q.queryDefinitionId(there)
                    .name(p.path("Name").asText())
                    .queryString(p.path("QueryString").asText())
                    .logGroupNames(names))
            .queryDefinitionId();
    return new Resource(id, Map.of("QueryDefinitionId", Json.tree(id)));
  }

  private ResourceType destination() {
    return new SimpleResource(
        "AWS::Logs::Destination",
        List.of(
            Property.of("DestinationName").mandatory().replacing(),
            Property.of("DestinationPolicy"),
            Property.of("RoleArn").mandatory(),
            Property.of("TargetArn").mandatory()),
        this::putDestination,
        (request, current) -> putDestination(request),
        (request, current) -> {
          logs().deleteDestination(d -> d.destinationName(current.physicalId()));
          return current;
        },
        new LogsReadings(cloud).destination());
  }

  private Resource putDestination(Request request) {
    JsonNode p = request.properties();
    var name = p.path("DestinationName").asText();
    Destination made =
        logs()
            .putDestination(d ->
                d.destinationName(name)
                    .roleArn(p.path("RoleArn").asText())
                    .targetArn(p.path("TargetArn").asText()))
            .destination();
    if (p.has("DestinationPolicy")) {
      logs()
          .putDestinationPolicy(
              d -> d.destinationName(name).accessPolicy(p.path("DestinationPolicy").asText()));
    }
    return new Resource(name, Map.of("Arn", Json.tree(made.arn())));
  }

  private ResourceType transformer() {
    return new SimpleResource(
        "AWS::Logs::Transformer",
        List.of(
            Property.of("LogGroupIdentifier").mandatory().replacing(),
            Property.of("TransformerConfig").mandatory()),
        this::putTransformer,
        (request, current) -> putTransformer(request),
        (request, current) -> {
          logs().deleteTransformer(d -> d.logGroupIdentifier(current.physicalId()));
          return current;
        },
        new LogsReadings(cloud).transformer());
  }

  private Resource putTransformer(Request request) {
    logs()
        .putTransformer(
            JsonShapes.fill(request.properties(), PutTransformerRequest.builder()).build());
    return new Resource(request.properties().path("LogGroupIdentifier").asText(), Map.of());
  }
}
