package dev.terrarium.services.eventbridge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.eventbridge.model.Condition;
import software.amazon.awssdk.services.eventbridge.model.PutPermissionRequest;
import software.amazon.awssdk.services.eventbridge.model.PutPermissionResponse;
import software.amazon.awssdk.services.eventbridge.model.RemovePermissionRequest;
import software.amazon.awssdk.services.eventbridge.model.RemovePermissionResponse;

/// Who else may put events on a bus: its policy, whole or statement by statement.
final class BusPolicies extends EventsPart {
  private static final Pattern ACTION = Pattern.compile("events:[a-zA-Z]+");
  private static final Pattern PRINCIPAL = Pattern.compile("(\\d{12}|\\*)");
  private static final Pattern STATEMENT = Pattern.compile("[a-zA-Z0-9-_]+");
  private static final int POLICY_BYTES_MAX = 10_240;

  BusPolicies(EventStore store) {
    super(store);
  }

  @Override
  public PutPermissionResponse putPermission(PutPermissionRequest request) {
    var constraints =
        new EventsConstraints()
            .bus("eventBusName", request.eventBusName())
            .length("action", request.action(), 1, 64)
            .pattern("action", request.action(), ACTION)
            .length("principal", request.principal(), 1, 12)
            .pattern("principal", request.principal(), PRINCIPAL)
            .length("statementId", request.statementId(), 1, 64)
            .pattern("statementId", request.statementId(), STATEMENT);
    if (request.condition() != null) {
      constraints
          .required("condition.type", request.condition().type())
          .required("condition.key", request.condition().key())
          .required("condition.value", request.condition().value());
    }
    constraints.check();
    var whole = request.policy() == null ? null : policy(request.policy());
    if (whole == null) {
      checkStatement(request);
    }
    var key = BusKey.of(EventStore.scope(), request.eventBusName());
    return store.change(batch -> {
      var bus = store.bus(key);
      var policy = whole == null ? with(bus.policy(), statement(key, request)) : whole;
      var text = Json.write(policy);
      if (text.getBytes(StandardCharsets.UTF_8).length > POLICY_BYTES_MAX) {
        throw EventsErrors.policyTooLong();
      }
      store.buses.put(
          batch,
          key,
          bus.toBuilder().policy(text).lastModifiedTime(store.cloud.clock().now()).build());
      return PutPermissionResponse.builder().build();
    });
  }

  private static void checkStatement(PutPermissionRequest request) {
    if (request.action() == null) {
      throw EventsErrors.validation("Parameter Action must be specified.");
    } else if (request.principal() == null) {
      throw EventsErrors.validation("Parameter Principal must be specified.");
    } else if (request.statementId() == null) {
      throw EventsErrors.validation("Parameter StatementId must be specified.");
    } else if (!request.action().equals("events:PutEvents")) {
      throw EventsErrors.validation("Provided value in parameter 'action' is not supported.");
    }
    var condition = request.condition();
    if (condition != null
        && !(condition.type().equals("StringEquals")
            && condition.key().equals("aws:PrincipalOrgID"))) {
      throw EventsErrors.validation("Provided value in parameter 'condition' is not supported.");
    }
  }

  private static ObjectNode policy(String text) {
    try {
      if (Json.parse(text) instanceof ObjectNode policy && policy.has("Statement")) {
        return policy;
      }
    } catch (IllegalArgumentException e) {
      var error = EventsErrors.validation("This policy contains invalid Json");
      error.addSuppressed(e);
      throw error;
    }
    throw EventsErrors.validation("This policy contains invalid Json");
  }

  private static ObjectNode statement(BusKey bus, PutPermissionRequest request) {
    var statement = Json.object().put("Sid", request.statementId()).put("Effect", "Allow");
    if (request.principal().equals("*")) {
      statement.put("Principal", "*");
    } else {
      var root = "arn:" + bus.scope().partition() + ":iam::" + request.principal() + ":root";
      statement.putObject("Principal").put("AWS", root);
    }
    statement.put("Action", request.action()).put("Resource", bus.arn());
    Condition condition = request.condition();
    if (condition != null) {
      statement
          .putObject("Condition")
          .putObject(condition.type())
          .put(condition.key(), condition.value());
    }
    return statement;
  }

  /// The policy with the statement, instead of the one with the same id if there is one.
  static ObjectNode with(@Nullable String policy, ObjectNode statement) {
    var changed = policy == null ? Json.object() : (ObjectNode) Json.parse(policy);
    if (policy == null) {
      changed.put("Version", "2012-10-17");
    }
    var kept = without(changed, statement.path("Sid").asText());
    changed.set("Statement", kept.add(statement));
    return changed;
  }

  private static ArrayNode without(JsonNode policy, String id) {
    var kept = Json.array();
    var statements = policy.path("Statement");
    var list = statements.isObject() ? Json.array().add(statements) : statements;
    for (var statement : list) {
      if (!statement.path("Sid").asText().equals(id)) {
        kept.add(statement);
      }
    }
    return kept;
  }

  @Override
  public RemovePermissionResponse removePermission(RemovePermissionRequest request) {
    new EventsConstraints()
        .bus("eventBusName", request.eventBusName())
        .length("statementId", request.statementId(), 1, 64)
        .pattern("statementId", request.statementId(), STATEMENT)
        .check();
    var key = BusKey.of(EventStore.scope(), request.eventBusName());
    var all = Boolean.TRUE.equals(request.removeAllPermissions());
    return store.change(batch -> {
      var bus = store.bus(key);
      if (!all && request.statementId() == null) {
        throw EventsErrors.validation("Parameter StatementId must be specified.");
      }
      if (bus.policy() == null) {
        if (all) {
          return RemovePermissionResponse.builder().build();
        }
        throw EventsErrors.notFound("EventBus does not have a policy.");
      }
      var policy = (ObjectNode) Json.parse(bus.policy());
      var kept = all ? Json.array() : without(policy, request.statementId());
      if (!all && kept.size() == policy.path("Statement").size()) {
        throw EventsErrors.notFound("Statement with the provided id does not exist.");
      }
      policy.set("Statement", kept);
      var changed = bus.toBuilder().policy(kept.isEmpty() ? null : Json.write(policy));
      store.buses.put(batch, key, changed.lastModifiedTime(store.cloud.clock().now()).build());
      return RemovePermissionResponse.builder().build();
    });
  }
}
