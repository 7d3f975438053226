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
import dev.terrarium.kernel.SimpleResource;
import dev.terrarium.kernel.model.JsonShapes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.CreateEventBusRequest;
import software.amazon.awssdk.services.eventbridge.model.UpdateEventBusRequest;

/// `AWS::Events::EventBus` and `EventBusPolicy`.
final class BusResources {
  private final Cloud cloud;

  BusResources(Cloud cloud) {
    this.cloud = cloud;
  }

  private EventBridgeClient events() {
    return cloud.client(EventBridgeClient.class);
  }

  List<ResourceType> all() {
    return List.of(bus(), policy());
  }

  private ResourceType bus() {
    return new EventType(
        EventResources.NAMESPACE + "EventBus",
        EventResources.properties(
            List.of(
                Property.of("Name").mandatory().replacing(),
                Property.of("EventSourceName").replacing()),
            "DeadLetterConfig",
            "Description",
            "KmsKeyIdentifier",
            "LogConfig",
            "Policy",
            "Tags"),
        request -> request.properties().path("Name").asText(),
        (request, name) -> {
          events()
              .createEventBus(
                  JsonShapes.fill(request.properties(), CreateEventBusRequest.builder())
                      .tags(EventResources.tags(request))
                      .build());
          put(name, request.properties().path("Policy"));
        },
        this::find,
        (request, name, previous) -> {
          var now = request.properties().deepCopy();
          EventResources.orEmpty(now, "Description", "KmsKeyIdentifier");
          events()
              .updateEventBus(
                  JsonShapes.fill(now, UpdateEventBusRequest.builder()).name(name).build());
          if (previous.has("Policy") && !now.has("Policy")) {
            events().removePermission(r -> r.eventBusName(name).removeAllPermissions(true));
          }
          put(name, now.path("Policy"));
          EventResources.retag(
              events(), events().describeEventBus(d -> d.name(name)).arn(), request);
        },
        name -> events().deleteEventBus(d -> d.name(name)),
        Reading.of(
            "Name",
            name -> {
              var now = events().describeEventBus(d -> d.name(name));
              var properties =
                  JsonShapes.tree(
                      now,
                      List.of(
                          "Name",
                          "Description",
                          "KmsKeyIdentifier",
                          "DeadLetterConfig",
                          "LogConfig"));
              properties.set("Policy", now.policy() == null ? null : Json.parse(now.policy()));
              return new State(find(name), properties);
            },
            () ->
                events().listEventBuses(l -> {}).eventBuses().stream()
                    .map(bus -> bus.name())
                    .toList()));
  }

  private Resource find(String name) {
    var now = events().describeEventBus(d -> d.name(name));
    var attributes = new LinkedHashMap<String, JsonNode>();
    attributes.put("Arn", Json.tree(now.arn()));
    attributes.put("Name", Json.tree(now.name()));
    attributes.put("Policy", Json.tree(now.policy() == null ? "" : now.policy()));
    return new Resource(name, attributes);
  }

  private void put(String bus, JsonNode policy) {
    if (!policy.isMissingNode()) {
      var text = policy.isTextual() ? policy.asText() : Json.write(policy);
      events().putPermission(p -> p.eventBusName(bus).policy(text));
    }
  }

  private ResourceType policy() {
    return new SimpleResource(
        EventResources.NAMESPACE + "EventBusPolicy",
        EventResources.properties(
            List.of(
                Property.of("EventBusName").replacing(),
                Property.of("StatementId").mandatory().replacing()),
            "Action",
            "Condition",
            "Principal",
            "Statement"),
        request -> {
          allow(request);
          var id = bus(request) + "|" + statement(request);
          return new Resource(id, Map.of());
        },
        (request, current) -> {
          allow(request);
          return current;
        },
        (request, current) -> {
          events()
              .removePermission(r -> r.eventBusName(bus(request)).statementId(statement(request)));
          return current;
        });
  }

  private static String bus(Request request) {
    return request.properties().path("EventBusName").asText(BusKey.DEFAULT);
  }

  private static String statement(Request request) {
    return request.properties().path("StatementId").asText();
  }

  private void allow(Request request) {
    var p = request.properties();
    if (p.has("Statement")) {
      var statement = Json.object().put("Sid", statement(request));
      statement.setAll((ObjectNode) p.get("Statement").deepCopy());
      statement.put("Sid", statement(request));
      var before = events().describeEventBus(d -> d.name(bus(request))).policy();
      put(bus(request), BusPolicies.with(before, statement));
      return;
    }
    var condition = p.path("Condition");
    events()
        .putPermission(r -> {
          r.eventBusName(bus(request))
              .statementId(statement(request))
              .action(p.path("Action").asText())
              .principal(p.path("Principal").asText());
          if (!condition.isMissingNode()) {
            r.condition(c ->
                c.type(condition.path("Type").asText())
                    .key(condition.path("Key").asText())
                    .value(condition.path("Value").asText()));
          }
        });
  }
}
