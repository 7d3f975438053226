package dev.terrarium.services.eventbridge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Reading;
import dev.terrarium.kernel.Reading.State;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.kernel.ResourceType.Property;
import dev.terrarium.kernel.ResourceType.Request;
import dev.terrarium.kernel.ResourceType.Resource;
import dev.terrarium.kernel.model.JsonShapes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.CreateApiDestinationRequest;
import software.amazon.awssdk.services.eventbridge.model.CreateArchiveRequest;
import software.amazon.awssdk.services.eventbridge.model.CreateConnectionRequest;
import software.amazon.awssdk.services.eventbridge.model.CreateEndpointRequest;
import software.amazon.awssdk.services.eventbridge.model.Tag;
import software.amazon.awssdk.services.eventbridge.model.UpdateApiDestinationRequest;
import software.amazon.awssdk.services.eventbridge.model.UpdateArchiveRequest;
import software.amazon.awssdk.services.eventbridge.model.UpdateConnectionRequest;
import software.amazon.awssdk.services.eventbridge.model.UpdateEndpointRequest;

/// `AWS::Events::Archive`, `Connection`, `ApiDestination` and `Endpoint`; buses and rules are
/// [BusResources]' and [RuleResource]'s.
final class EventResources {
  static final String NAMESPACE = "AWS::Events::";

  private final Cloud cloud;

  EventResources(Cloud cloud) {
    this.cloud = cloud;
  }

  List<ResourceType> all() {
    return Stream.concat(
            Stream.of(archive(), connection(), apiDestination(), endpoint()),
            Stream.concat(
                new BusResources(cloud).all().stream(), Stream.of(new RuleResource(cloud).type())))
        .toList();
  }

  private EventBridgeClient events() {
    return cloud.client(EventBridgeClient.class);
  }

  /// The name that a template gives, or one that is made.
  static Function<Request, String> named(String property, int lengthMax) {
    return request -> request.properties().path(property).asText(request.generatedName(lengthMax));
  }

  static List<Property> properties(String... names) {
    return Stream.of(names).map(Property::of).toList();
  }

  static List<Property> properties(List<Property> first, String... names) {
    return Stream.concat(first.stream(), Stream.of(names).map(Property::of)).toList();
  }

  /// The tags of the template and of the stack.
  static List<Tag> tags(Request request) {
    var tags = new LinkedHashMap<>(request.tags());
    for (var tag : request.properties().path("Tags")) {
      tags.put(tag.path("Key").asText(), tag.path("Value").asText());
    }
    return tags.entrySet().stream()
        .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
        .toList();
  }

  /// Gives something the tags that a template wants, and no others.
  static void retag(EventBridgeClient events, String arn, Request request) {
    var wanted = tags(request);
    var keys = wanted.stream().map(Tag::key).toList();
    var gone =
        events.listTagsForResource(l -> l.resourceARN(arn)).tags().stream()
            .map(Tag::key)
            .filter(key -> !keys.contains(key))
            .toList();
    if (!gone.isEmpty()) {
      events.untagResource(u -> u.resourceARN(arn).tagKeys(gone));
    }
    if (!wanted.isEmpty()) {
      events.tagResource(t -> t.resourceARN(arn).tags(wanted));
    }
  }

  private static Map<String, JsonNode> attributes(SdkPojo described, String... names) {
    var all = JsonShapes.tree(described);
    var some = new LinkedHashMap<String, JsonNode>();
    for (var name : names) {
      some.put(name, all.path(name).isMissingNode() ? Json.tree("") : all.get(name));
    }
    return some;
  }

  private static State state(Resource resource, SdkPojo described, List<Property> properties) {
    return new State(
        resource, JsonShapes.tree(described, properties.stream().map(Property::name).toList()));
  }

  private ResourceType archive() {
    var properties =
        properties(
            List.of(
                Property.of("ArchiveName").replacing(),
                Property.of("SourceArn").mandatory().replacing()),
            "Description",
            "EventPattern",
            "KmsKeyIdentifier",
            "RetentionDays");
    EventType.Find find =
        name -> {
          var now = events().describeArchive(d -> d.archiveName(name));
          return new Resource(
              name, Map.of("Arn", Json.tree(now.archiveArn()), "ArchiveName", Json.tree(name)));
        };
    return new EventType(
        NAMESPACE + "Archive",
        properties,
        named("ArchiveName", 48),
        (request, name) ->
            events()
                .createArchive(
                    JsonShapes.fill(request.properties(), CreateArchiveRequest.builder())
                        .archiveName(name)
                        .eventSourceArn(request.properties().path("SourceArn").asText())
                        .build()),
        find,
        (request, name, previous) -> {
          var now = request.properties().deepCopy();
          orEmpty(now, "Description", "EventPattern", "KmsKeyIdentifier");
          if (!now.has("RetentionDays")) {
            now.put("RetentionDays", 0);
          }
          events()
              .updateArchive(
                  JsonShapes.fill(now, UpdateArchiveRequest.builder()).archiveName(name).build());
        },
        name -> events().deleteArchive(d -> d.archiveName(name)),
        Reading.of(
            "ArchiveName",
            name -> {
              var now = events().describeArchive(d -> d.archiveName(name));
              var state = state(find.apply(name), now, properties);
              state.properties().put("SourceArn", now.eventSourceArn());
              var pattern = now.eventPattern();
              state.properties().set("EventPattern", pattern == null ? null : Json.parse(pattern));
              return state;
            },
            () ->
                events().listArchives(l -> {}).archives().stream()
                    .map(archive -> archive.archiveName())
                    .toList()));
  }

  /// What a template does not name any more is as if it had never done so.
  static void orEmpty(ObjectNode properties, String... names) {
    for (var name : names) {
      if (!properties.has(name)) {
        properties.put(name, "");
      }
    }
  }

  private ResourceType connection() {
    var properties =
        properties(
            List.of(Property.of("Name").replacing()),
            "AuthorizationType",
            "AuthParameters",
            "Description",
            "InvocationConnectivityParameters",
            "KmsKeyIdentifier");
    EventType.Find find =
        name -> {
          var now = events().describeConnection(d -> d.name(name));
          var all = attributes(now, "SecretArn");
          all.put("Arn", Json.tree(now.connectionArn()));
          all.put("ArnForPolicy", Json.tree(now.connectionArn().replaceFirst("/[^/]*$", "")));
          return new Resource(name, all);
        };
    return new EventType(
        NAMESPACE + "Connection",
        properties,
        named("Name", 64),
        (request, name) ->
            events()
                .createConnection(
                    JsonShapes.fill(request.properties(), CreateConnectionRequest.builder())
                        .name(name)
                        .build()),
        find,
        (request, name, previous) -> {
          var now = request.properties().deepCopy();
          orEmpty(now, "Description", "KmsKeyIdentifier");
          events()
              .updateConnection(
                  JsonShapes.fill(now, UpdateConnectionRequest.builder()).name(name).build());
        },
        name -> events().deleteConnection(d -> d.name(name)),
        Reading.of(
            "Name",
            name -> {
              var now = events().describeConnection(d -> d.name(name));
              var told = properties("Name", "AuthorizationType", "Description");
              return state(find.apply(name), now, told);
            },
            () ->
                events().listConnections(l -> {}).connections().stream()
                    .map(connection -> connection.name())
                    .toList()));
  }

  private ResourceType apiDestination() {
    var properties =
        properties(
            List.of(
                Property.of("Name").replacing(),
                Property.of("ConnectionArn").mandatory(),
                Property.of("HttpMethod").mandatory(),
                Property.of("InvocationEndpoint").mandatory()),
            "Description",
            "InvocationRateLimitPerSecond");
    EventType.Find find =
        name -> {
          var arn = events().describeApiDestination(d -> d.name(name)).apiDestinationArn();
          return new Resource(
              name,
              Map.of(
                  "Arn",
                  Json.tree(arn),
                  "ArnForPolicy",
                  Json.tree(arn.replaceFirst("/[^/]*$", ""))));
        };
    return new EventType(
        NAMESPACE + "ApiDestination",
        properties,
        named("Name", 64),
        (request, name) ->
            events()
                .createApiDestination(
                    JsonShapes.fill(request.properties(), CreateApiDestinationRequest.builder())
                        .name(name)
                        .build()),
        find,
        (request, name, previous) -> {
          var now = request.properties().deepCopy();
          orEmpty(now, "Description");
          if (!now.has("InvocationRateLimitPerSecond")) {
            now.put("InvocationRateLimitPerSecond", 300);
          }
          events()
              .updateApiDestination(
                  JsonShapes.fill(now, UpdateApiDestinationRequest.builder()).name(name).build());
        },
        name -> events().deleteApiDestination(d -> d.name(name)),
        Reading.of(
            "Name",
            name ->
                state(
                    find.apply(name),
                    events().describeApiDestination(d -> d.name(name)),
                    properties),
            () ->
                events().listApiDestinations(l -> {}).apiDestinations().stream()
                    .map(destination -> destination.name())
                    .toList()));
  }

  private ResourceType endpoint() {
    var properties =
        properties(
            List.of(
                Property.of("Name").replacing(),
                Property.of("EventBuses").mandatory(),
                Property.of("RoutingConfig").mandatory()),
            "Description",
            "ReplicationConfig",
            "RoleArn");
    EventType.Find find =
        name ->
            new Resource(
                name,
                attributes(
                    events().describeEndpoint(d -> d.name(name)),
                    "Arn",
                    "EndpointId",
                    "EndpointUrl",
                    "State",
                    "StateReason"));
    return new EventType(
        NAMESPACE + "Endpoint",
        properties,
        named("Name", 64),
        (request, name) ->
            events()
                .createEndpoint(
                    JsonShapes.fill(request.properties(), CreateEndpointRequest.builder())
                        .name(name)
                        .build()),
        find,
        (request, name, previous) -> {
          var now = request.properties().deepCopy();
          orEmpty(now, "Description");
          events()
              .updateEndpoint(
                  JsonShapes.fill(now, UpdateEndpointRequest.builder()).name(name).build());
        },
        name -> events().deleteEndpoint(d -> d.name(name)),
        Reading.of(
            "Name",
            name ->
                state(find.apply(name), events().describeEndpoint(d -> d.name(name)), properties),
            () ->
                events().listEndpoints(l -> {}).endpoints().stream()
                    .map(endpoint -> endpoint.name())
                    .toList()));
  }
}
