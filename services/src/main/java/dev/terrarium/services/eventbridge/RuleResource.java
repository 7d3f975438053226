package dev.terrarium.services.eventbridge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Reading;
import dev.terrarium.kernel.Reading.State;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.kernel.ResourceType.Property;
import dev.terrarium.kernel.ResourceType.Request;
import dev.terrarium.kernel.ResourceType.Resource;
import dev.terrarium.kernel.SimpleResource;
import dev.terrarium.kernel.model.JsonShapes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutRuleRequest;
import software.amazon.awssdk.services.eventbridge.model.Target;

/// `AWS::Events::Rule`: a rule and its targets. Its physical id is its name, on a bus of one's own
/// `<bus>|<name>`.
final class RuleResource {
  private static final int NAME_LENGTH_MAX = 64;

  private final Cloud cloud;

  RuleResource(Cloud cloud) {
    this.cloud = cloud;
  }

  private EventBridgeClient events() {
    return cloud.client(EventBridgeClient.class);
  }

  ResourceType type() {
    return new SimpleResource(
            EventResources.NAMESPACE + "Rule",
            EventResources.properties(
                List.of(Property.of("Name").replacing(), Property.of("EventBusName").replacing()),
                "Description",
                "EventPattern",
                "RoleArn",
                "ScheduleExpression",
                "State",
                "Tags",
                "Targets"),
            request -> {
              var name = EventResources.named("Name", NAME_LENGTH_MAX).apply(request);
              var bus = request.properties().path("EventBusName").asText("");
              var key = new RuleKey(BusKey.of(Call.current().scope(), bus), name);
              put(key, request);
              return resource(key);
            },
            (request, current) -> {
              var key = key(current.physicalId());
              put(key, request);
              EventResources.retag(events(), key.arn(), request);
              return resource(key);
            },
            (request, current) -> {
              delete(key(current.physicalId()));
              return current;
            })
        .reading(
            Reading.of(
                "Arn",
                arn -> {
                  var key = RuleKey.of(arn).orElseGet(() -> key(arn));
                  return new State(resource(key), read(key));
                },
                this::list));
  }

  private static Resource resource(RuleKey key) {
    var id = key.bus().isDefault() ? key.name() : key.bus().name() + "|" + key.name();
    return new Resource(id, Map.of("Arn", Json.tree(key.arn())));
  }

  private static RuleKey key(String physicalId) {
    var bar = physicalId.indexOf('|');
    var bus = bar < 0 ? BusKey.DEFAULT : physicalId.substring(0, bar);
    return new RuleKey(new BusKey(Call.current().scope(), bus), physicalId.substring(bar + 1));
  }

  /// Makes the rule and its targets what a template says; as often as one likes.
  private void put(RuleKey key, Request request) {
    var p = request.properties();
    var bus = key.bus().name();
    events()
        .putRule(
            JsonShapes.fill(p, PutRuleRequest.builder())
                .name(key.name())
                .eventBusName(bus)
                .tags(EventResources.tags(request))
                .build());
    var wanted = new ArrayList<Target>();
    for (var target : p.path("Targets")) {
      wanted.add(JsonShapes.fill(target, Target.builder()).build());
    }
    var ids = wanted.stream().map(Target::id).toList();
    var gone = targets(key).stream().map(Target::id).filter(id -> !ids.contains(id)).toList();
    if (!gone.isEmpty()) {
      events().removeTargets(r -> r.rule(key.name()).eventBusName(bus).ids(gone));
    }
    if (!wanted.isEmpty()) {
      var answer = events().putTargets(r -> r.rule(key.name()).eventBusName(bus).targets(wanted));
      for (var failed : answer.failedEntries()) {
        throw Errors.of(400, failed.errorCode(), failed.errorMessage());
      }
    }
  }

  private List<Target> targets(RuleKey key) {
    return events()
        .listTargetsByRule(l -> l.rule(key.name()).eventBusName(key.bus().name()))
        .targets();
  }

  private void delete(RuleKey key) {
    var bus = key.bus().name();
    var ids = targets(key).stream().map(Target::id).toList();
    if (!ids.isEmpty()) {
      events().removeTargets(r -> r.rule(key.name()).eventBusName(bus).ids(ids));
    }
    events().deleteRule(d -> d.name(key.name()).eventBusName(bus));
  }

  private ObjectNode read(RuleKey key) {
    var bus = key.bus().name();
    var rule = events().describeRule(d -> d.name(key.name()).eventBusName(bus));
    var properties =
        JsonShapes.tree(
            rule,
            List.of(
                "Name", "EventBusName", "Description", "RoleArn", "ScheduleExpression", "State"));
    var pattern = rule.eventPattern();
    properties.set("EventPattern", pattern == null ? null : Json.parse(pattern));
    var targets = properties.putArray("Targets");
    targets(key).forEach(target -> targets.add(JsonShapes.tree(target)));
    return properties;
  }

  private List<String> list() {
    var arns = new ArrayList<String>();
    for (var bus : events().listEventBuses(l -> {}).eventBuses()) {
      events()
          .listRules(l -> l.eventBusName(bus.name()))
          .rules()
          .forEach(rule -> arns.add(rule.arn()));
    }
    return arns;
  }
}
