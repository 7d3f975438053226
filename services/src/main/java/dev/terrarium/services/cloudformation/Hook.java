package dev.terrarium.services.cloudformation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Scope;
import java.util.ArrayList;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A hook as its resource defines it: a function that is asked before something is done.
///
/// @param alias its type's name, such as `Private::Lambda::Check`
/// @param properties of the resource
record Hook(String alias, JsonNode properties) {
  /// Since a hook has no versions here, all are of the first.
  static final String VERSION = "00000001";

  /// What a hook is asked about.
  ///
  /// @param type `RESOURCE`, `STACK` or `CHANGE_SET`
  /// @param action `CREATE`, `UPDATE`, `DELETE` or `IMPORT`
  /// @param name the type of a resource, or the same as `type`
  /// @param id the logical id of a resource, or the ARN of the stack or change set
  record Target(String type, String action, String name, String id) {}

  String mode() {
    return properties.path("FailureMode").asText("WARN");
  }

  boolean fails() {
    return mode().equals("FAIL");
  }

  String function() {
    return properties.path("LambdaFunction").asText();
  }

  String arn(Scope scope) {
    return scope.arn("cloudformation", "type/hook/" + alias.replace("::", "-"));
  }

  /// Whether it is to be asked.
  boolean applies(StackRecord stack, Target target) {
    return properties.path("HookStatus").asText("ENABLED").equals("ENABLED")
        && contains(properties.path("TargetOperations"), target.type)
        && isTarget(target)
        && isStack(stack);
  }

  private boolean isTarget(Target target) {
    var filters = properties.path("TargetFilters");
    if (filters.has("Targets")) {
      for (var one : filters.path("Targets")) {
        if (matches(one.path("TargetName").asText("*"), target.name)
            && one.path("Action").asText(target.action).equals(target.action)) {
          return true;
        }
      }
      return false;
    }
    return (!filters.has("Actions") || contains(filters.path("Actions"), target.action))
        && (!filters.has("TargetNames")
            || !target.type.equals("RESOURCE")
            || containsMatch(filters.path("TargetNames"), target.name));
  }

  private boolean isStack(StackRecord stack) {
    var filters = properties.path("StackFilters");
    if (filters.isMissingNode()) {
      return true;
    }
    var results = new ArrayList<Boolean>();
    criterion(filters.path("StackNames"), stack.name(), results);
    criterion(filters.path("StackRoles"), stack.stack().roleARN(), results);
    return filters.path("FilteringCriteria").asText("ALL").toUpperCase(Locale.ROOT).equals("ANY")
        ? results.isEmpty() || results.contains(true)
        : !results.contains(false);
  }

  private static void criterion(
      JsonNode filter, @Nullable String value, ArrayList<Boolean> results) {
    if (filter.has("Include")) {
      results.add(value != null && containsMatch(filter.get("Include"), value));
    }
    if (filter.has("Exclude")) {
      results.add(value == null || !containsMatch(filter.get("Exclude"), value));
    }
  }

  private static boolean contains(JsonNode list, String value) {
    for (var each : list) {
      if (each.asText().equals(value)) {
        return true;
      }
    }
    return false;
  }

  private static boolean containsMatch(JsonNode patterns, String value) {
    for (var each : patterns) {
      if (matches(each.asText(), value)) {
        return true;
      }
    }
    return false;
  }

  private static boolean matches(String pattern, String value) {
    var regex = Pattern.quote(pattern).replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q");
    return Pattern.matches(regex, value);
  }
}
