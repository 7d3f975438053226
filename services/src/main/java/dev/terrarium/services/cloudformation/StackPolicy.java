package dev.terrarium.services.cloudformation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Json;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.cloudformation.model.Change;
import software.amazon.awssdk.services.cloudformation.model.ResourceChange;

/// The policy that protects resources of a stack from updates. Everything is denied that is not
/// allowed; a stack without a policy protects nothing.
final class StackPolicy {
  private StackPolicy() {}

  static JsonNode parse(String policy) {
    try {
      var tree = Json.parse(policy);
      if (tree.path("Statement").isContainerNode()) {
        return tree;
      }
    } catch (IllegalArgumentException e) {
      var error = StackErrors.validation("Error validating stack policy: Invalid stack policy");
      error.addSuppressed(e);
      throw error;
    }
    throw StackErrors.validation("Error validating stack policy: Invalid stack policy");
  }

  /// Refuses changes that the policy does not allow.
  static void check(String policy, List<Change> changes) {
    if (policy.isEmpty()) {
      return;
    }
    var tree = parse(policy);
    var denied = new TreeSet<String>();
    for (var change : changes) {
      var resource = change.resourceChange();
      var action =
          switch (resource.action()) {
            case MODIFY ->
                "True".equals(resource.replacementAsString()) ? "Update:Replace" : "Update:Modify";
            case REMOVE -> "Update:Delete";
            default -> "";
          };
      if (!action.isEmpty() && !allows(tree, action, resource)) {
        denied.add(resource.logicalResourceId());
      }
    }
    if (!denied.isEmpty()) {
      throw StackErrors.validation(
          "Action denied by stack policy: Statement does not allow the update of resources "
              + denied);
    }
  }

  private static boolean allows(JsonNode policy, String action, ResourceChange resource) {
    boolean allowed = false;
    var statements = policy.path("Statement");
    for (var statement : statements.isArray() ? statements : List.of(statements)) {
      if (matches(statement.path("Action"), action)
          && matches(
              statement.path("Resource"), "LogicalResourceId/" + resource.logicalResourceId())
          && typeMatches(statement.path("Condition"), resource.resourceType())) {
        if (statement.path("Effect").asText().equals("Deny")) {
          return false;
        }
        allowed = true;
      }
    }
    return allowed;
  }

  private static boolean typeMatches(JsonNode condition, String type) {
    for (var operator : condition) {
      if (operator.has("ResourceType") && !matches(operator.get("ResourceType"), type)) {
        return false;
      }
    }
    return true;
  }

  private static boolean matches(JsonNode patterns, String text) {
    for (var pattern : patterns.isArray() ? patterns : List.of(patterns)) {
      var regex = Pattern.quote(pattern.asText()).replace("*", "\\E.*\\Q");
      if (text.matches(regex)) {
        return true;
      }
    }
    return false;
  }
}
