package dev.terrarium.services.eventbridge;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Guard;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Need;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.model.Operation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequest;
import software.amazon.awssdk.services.eventbridge.model.PutTargetsRequest;

/// What requests to EventBridge need permission for, with the policies of buses.
///
/// Condition keys: `events:source` and `events:detail-type` of entries, `events:eventBusInvocation`
/// and `events:TargetArn`, beside tags.
final class EventsGuard implements Guard {
  private final EventStore store;

  EventsGuard(EventStore store) {
    this.store = store;
  }

  @Override
  public List<Need> needs(Call call, Operation operation, SdkPojo request) {
    var action = "events:" + operation.name();
    if (request instanceof PutEventsRequest events) {
      return putEvents(call, action, events);
    }
    var given = new HashMap<String, String>();
    for (var field : request.sdkFields()) {
      if (field.getValueOrDefault(request) instanceof String text) {
        given.put(field.memberName(), text);
      }
    }
    var arn = arn(call.scope(), operation.name(), given);
    var keys = new HashMap<String, List<String>>(tags(arn));
    if (request instanceof PutTargetsRequest targets) {
      keys.put(
          "events:targetarn",
          targets.targets().stream().map(t -> String.valueOf(t.arn())).toList());
    }
    var owner = Arn.of(arn).map(Arn::account).filter(a -> !a.isEmpty()).orElse(call.account());
    return List.of(under(Need.of(action, arn, owner), arn).with(keys));
  }

  private List<Need> putEvents(Call call, String action, PutEventsRequest request) {
    var needs = new ArrayList<Need>();
    var seen = new LinkedHashSet<List<String>>();
    for (var entry : request.entries()) {
      var bus = BusKey.of(call.scope(), entry.eventBusName());
      var source = String.valueOf(entry.source());
      var type = String.valueOf(entry.detailType());
      if (seen.add(List.of(bus.arn(), source, type))) {
        var need = under(Need.of(action, bus.arn(), bus.scope().account()), bus.arn());
        var keys = new HashMap<String, List<String>>(tags(bus.arn()));
        keys.put("events:source", List.of(source));
        keys.put("events:detail-type", List.of(type));
        keys.put("events:eventbusinvocation", List.of("false"));
        needs.add(need.with(keys));
      }
    }
    return needs;
  }

  private Need under(Need need, String arn) {
    if (!arn.contains(":event-bus/")) {
      return need;
    }
    var bus = store.find(BusKey.of(Arn.of(arn).orElseThrow().scope(), arn));
    return bus == null || bus.policy() == null ? need : need.under(Json.parse(bus.policy()));
  }

  private static String arn(Scope scope, String operation, Map<String, String> given) {
    var arn = given.get("ResourceARN");
    if (arn != null) {
      return arn;
    }
    var name = given.getOrDefault("Name", "");
    var kind = kind(operation);
    return switch (kind) {
      case "rule" -> {
        var rule = given.getOrDefault("Rule", name);
        yield new RuleKey(BusKey.of(scope, given.get("EventBusName")), rule).arn();
      }
      case "event-bus" -> BusKey.of(scope, name.isEmpty() ? given.get("EventBusName") : name).arn();
      case "archive" -> scope.arn("events", "archive/" + given.getOrDefault("ArchiveName", "*"));
      case "replay" -> scope.arn("events", "replay/" + given.getOrDefault("ReplayName", "*"));
      case "connection", "api-destination" -> scope.arn("events", kind + "/" + name + "/*");
      case "endpoint" -> scope.arn("events", "endpoint/" + name);
      default -> "*";
    };
  }

  private static String kind(String operation) {
    return switch (operation) {
      case "PutRule",
          "DescribeRule",
          "DeleteRule",
          "EnableRule",
          "DisableRule",
          "PutTargets",
          "RemoveTargets",
          "ListTargetsByRule" ->
          "rule";
      case "CreateEventBus",
          "DescribeEventBus",
          "UpdateEventBus",
          "DeleteEventBus",
          "PutPermission",
          "RemovePermission" ->
          "event-bus";
      case "CreateArchive", "DescribeArchive", "UpdateArchive", "DeleteArchive" -> "archive";
      case "StartReplay", "DescribeReplay", "CancelReplay" -> "replay";
      case "CreateConnection",
          "DescribeConnection",
          "UpdateConnection",
          "DeleteConnection",
          "DeauthorizeConnection" ->
          "connection";
      case "CreateApiDestination",
          "DescribeApiDestination",
          "UpdateApiDestination",
          "DeleteApiDestination" ->
          "api-destination";
      case "CreateEndpoint", "DescribeEndpoint", "UpdateEndpoint", "DeleteEndpoint" -> "endpoint";
      default -> "*";
    };
  }

  private Map<String, List<String>> tags(String arn) {
    @Nullable Map<String, String> found = store.tags.get(arn);
    var tags = new HashMap<String, List<String>>();
    if (found != null) {
      found.forEach((name, value) -> tags.put("aws:resourcetag/" + name, List.of(value)));
    }
    return tags;
  }
}
