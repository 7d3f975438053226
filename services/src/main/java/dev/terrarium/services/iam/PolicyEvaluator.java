package dev.terrarium.services.iam;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Decides whether policies allow an action: an explicit deny wins, then an allow is needed, and
/// every boundary must allow as well.
///
/// Follows "Policy evaluation logic" of the IAM User Guide.
final class PolicyEvaluator {
  /// What came out.
  enum Decision {
    /// Some policy allows and none denies.
    ALLOWED("allowed"),
    /// Some statement denies.
    EXPLICIT_DENY("explicitDeny"),
    /// No statement allows.
    IMPLICIT_DENY("implicitDeny");

    final String word;

    Decision(String word) {
      this.word = word;
    }
  }

  /// A policy by the name under which it is reported.
  record Named(String id, String type, JsonNode document) {}

  /// What is asked.
  ///
  /// @param action such as `s3:GetObject`
  /// @param resource an ARN, or `*`
  /// @param principal the ARN of whoever asks
  /// @param context condition keys in lower case and their values
  record Question(
      String action, String resource, String principal, Map<String, List<String>> context) {}

  /// What was decided and which policies had a say in it.
  record Answer(Decision decision, List<Named> matched, Set<String> missingKeys) {}

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^}]*)}");

  private PolicyEvaluator() {}

  /// Evaluates identity policies, then boundaries (each must allow), then a resource's own policy,
  /// which alone is enough within an account.
  static Answer evaluate(
      Question question, List<Named> identity, List<Named> boundaries, List<Named> resource) {
    var missing = new TreeSet<String>();
    var allowing = new ArrayList<Named>();
    var denying = new ArrayList<Named>();
    for (var policies : List.of(identity, boundaries, resource)) {
      for (var policy : policies) {
        if (any(policy, "Deny", question, missing)) {
          denying.add(policy);
        }
      }
    }
    if (!denying.isEmpty()) {
      return new Answer(Decision.EXPLICIT_DENY, denying, missing);
    }
    for (var policy : identity) {
      if (any(policy, "Allow", question, missing)) {
        allowing.add(policy);
      }
    }
    var bounded =
        boundaries.isEmpty()
            || boundaries.stream().anyMatch(policy -> any(policy, "Allow", question, missing));
    var byResource = new ArrayList<Named>();
    for (var policy : resource) {
      if (any(policy, "Allow", question, missing)) {
        byResource.add(policy);
      }
    }
    if (!allowing.isEmpty() && bounded || !byResource.isEmpty()) {
      allowing.addAll(byResource);
      return new Answer(Decision.ALLOWED, allowing, missing);
    }
    return new Answer(Decision.IMPLICIT_DENY, List.of(), missing);
  }

  /// Whether some statement of the policies denies.
  static boolean denies(List<Named> policies, Question question) {
    return policies.stream().anyMatch(policy -> any(policy, "Deny", question, new TreeSet<>()));
  }

  /// Whether some statement of the policies allows, whatever others deny.
  static boolean allows(List<Named> policies, Question question) {
    return policies.stream().anyMatch(policy -> any(policy, "Allow", question, new TreeSet<>()));
  }

  /// Whether some statement of resource policies allows the principal itself, and does not only
  /// leave it to the principal's account to allow it.
  static boolean allowsDirectly(List<Named> policies, Question question) {
    for (var policy : policies) {
      for (var statement : statements(policy)) {
        if (statement.path("Effect").asText().equals("Allow")
            && !isAccountAlone(statement.path("Principal"), question.principal)
            && appliesTo(statement, question, new TreeSet<>())) {
          return true;
        }
      }
    }
    return false;
  }

  /// Whether the principal is meant by nothing but its account. The root is its account.
  private static boolean isAccountAlone(JsonNode principal, String arn) {
    if (arn.endsWith(":root")) {
      return false;
    }
    for (var candidate : candidates(principal)) {
      if (isPrincipal(candidate, arn)
          && !candidate.matches("\\d{12}|arn:[a-z-]+:iam::\\d{12}:root")) {
        return false;
      }
    }
    return true;
  }

  private static boolean any(Named policy, String effect, Question question, Set<String> missing) {
    for (var statement : statements(policy)) {
      if (statement.path("Effect").asText().equals(effect)
          && appliesTo(statement, question, missing)) {
        return true;
      }
    }
    return false;
  }

  private static Iterable<JsonNode> statements(Named policy) {
    var statements = policy.document.path("Statement");
    return statements.isArray() ? statements : List.of(statements);
  }

  private static boolean appliesTo(JsonNode statement, Question question, Set<String> missing) {
    return actionMatches(statement, question)
        && resourceMatches(statement, question)
        && principalMatches(statement, question)
        && conditionsHold(statement.path("Condition"), question, missing);
  }

  private static boolean actionMatches(JsonNode statement, Question question) {
    var action = question.action.toLowerCase(Locale.ROOT);
    var negated = statement.has("NotAction");
    for (var pattern : values(statement.path(negated ? "NotAction" : "Action"))) {
      if (Wildcard.matches(pattern.toLowerCase(Locale.ROOT), action)) {
        return !negated;
      }
    }
    return negated;
  }

  private static boolean resourceMatches(JsonNode statement, Question question) {
    if (!statement.has("Resource") && !statement.has("NotResource")) {
      return true;
    }
    var negated = statement.has("NotResource");
    for (var pattern : values(statement.path(negated ? "NotResource" : "Resource"))) {
      var filled = fill(pattern, question);
      if (filled != null && Wildcard.matches(filled, question.resource)) {
        return !negated;
      }
    }
    return negated;
  }

  private static boolean principalMatches(JsonNode statement, Question question) {
    if (!statement.has("Principal") && !statement.has("NotPrincipal")) {
      return true;
    }
    var negated = statement.has("NotPrincipal");
    var named = statement.path(negated ? "NotPrincipal" : "Principal");
    for (var candidate : candidates(named)) {
      if (isPrincipal(candidate, question.principal)) {
        return !negated;
      }
    }
    return negated;
  }

  private static List<String> candidates(JsonNode named) {
    var candidates = new ArrayList<String>();
    if (named.isObject()) {
      named.forEach(kind -> candidates.addAll(values(kind)));
    } else {
      candidates.addAll(values(named));
    }
    return candidates;
  }

  /// An account stands for everybody in it; a role for all of its sessions.
  private static boolean isPrincipal(String candidate, String principal) {
    if (candidate.equals("*") || candidate.equals(principal)) {
      return true;
    }
    var parts = principal.split(":", 6);
    if (parts.length < 6) {
      return false;
    }
    if (candidate.equals(parts[4])
        || candidate.equals("arn:" + parts[1] + ":iam::" + parts[4] + ":root")) {
      return true;
    }
    if (parts[5].startsWith("assumed-role/")) {
      var role = parts[5].split("/")[1];
      return candidate.matches(
          "arn:[a-z-]+:iam::" + Pattern.quote(parts[4]) + ":role/(.*/)?" + Pattern.quote(role));
    }
    return false;
  }

  private static boolean conditionsHold(
      JsonNode condition, Question question, Set<String> missing) {
    for (var operator : condition.properties()) {
      for (var entry : operator.getValue().properties()) {
        var actual = question.context.get(entry.getKey().toLowerCase(Locale.ROOT));
        if (actual == null) {
          missing.add(entry.getKey());
        }
        var expected = new ArrayList<String>();
        for (var value : values(entry.getValue())) {
          var filled = fill(value, question);
          if (filled != null) {
            expected.add(filled);
          }
        }
        if (!ConditionOperator.matches(operator.getKey(), actual, expected)) {
          return false;
        }
      }
    }
    return true;
  }

  /// Replaces variables; null if one has no value, for then nothing can match.
  private static @Nullable String fill(String pattern, Question question) {
    if (!pattern.contains("${")) {
      return pattern;
    }
    var out = new StringBuilder();
    var matcher = VARIABLE.matcher(pattern);
    while (matcher.find()) {
      var name = matcher.group(1);
      String value;
      if (name.equals("*") || name.equals("?") || name.equals("$")) {
        value = name;
      } else {
        var comma = name.indexOf(',');
        var key = (comma < 0 ? name : name.substring(0, comma)).trim().toLowerCase(Locale.ROOT);
        var values = question.context.get(key);
        if (values != null && values.size() == 1) {
          value = values.getFirst();
        } else if (comma >= 0) {
          value = name.substring(comma + 1).trim().replaceAll("^'|'$", "");
        } else {
          return null;
        }
      }
      matcher.appendReplacement(out, Matcher.quoteReplacement(value));
    }
    return matcher.appendTail(out).toString();
  }

  private static List<String> values(JsonNode node) {
    if (node.isArray()) {
      var all = new ArrayList<String>();
      node.forEach(each -> all.add(each.asText()));
      return all;
    }
    return node.isMissingNode() ? List.of() : List.of(node.asText());
  }
}
