package dev.terrarium.services.s3;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Bucket policies: whether a document is one, and whether it lets everybody in.
final class Policies {
  private static final int BYTES_MAX = 20 * 1024;

  /// Conditions on these keys restrict a policy to callers that are known, so that it is not
  /// public.
  private static final Set<String> RESTRICTING_KEYS =
      Set.of(
          "aws:principalorgid",
          "aws:principalorgpaths",
          "aws:sourcearn",
          "aws:sourcevpc",
          "aws:sourcevpce",
          "aws:sourceowner",
          "aws:sourceaccount",
          "aws:sourceip",
          "aws:userid",
          "aws:principalarn",
          "aws:principalaccount",
          "s3:x-amz-server-side-encryption-aws-kms-key-id",
          "s3:dataaccesspointarn",
          "s3:dataaccesspointaccount");

  /// How principals look, by their kind.
  private static final Map<String, Pattern> PRINCIPALS =
      Map.of(
          "AWS",
              Pattern.compile(
                  "\\*|\\d{12}|arn:[^:]+:(iam|sts)::(\\d{12}|cloudfront):.+|A[A-Z]{3}[A-Z0-9]{16,}"),
          "CanonicalUser", Pattern.compile("[0-9a-f]{64}"),
          "Service", Pattern.compile("[\\w.-]+\\.[a-z.]+"),
          "Federated", Pattern.compile(".+"));

  private static final Pattern OPERATOR =
      Pattern.compile(
          "(ForAllValues:|ForAnyValue:)?(String(Not)?(Equals|EqualsIgnoreCase|Like)"
              + "|(Numeric|Date)((Not)?Equals|(LessThan|GreaterThan)(Equals)?)"
              + "|Bool|BinaryEquals|(Not)?IpAddress|Arn(Not)?(Equals|Like)|Null)(IfExists)?",
          Pattern.CASE_INSENSITIVE);

  private Policies() {}

  /// Refuses what is not a policy of that bucket.
  static JsonNode checked(String text, Bucket bucket) {
    if (text.length() > BYTES_MAX) {
      throw malformed(
          "Normalized policy document exceeds the maximum allowed size of 20480 bytes.");
    }
    JsonNode policy;
    try {
      policy = Json.parse(text);
    } catch (IllegalArgumentException e) {
      throw malformed("Policies must be valid JSON and the first byte must be '{'");
    }
    if (!policy.isObject()) {
      throw malformed("Policies must be valid JSON and the first byte must be '{'");
    }
    var version = policy.path("Version").asText("2008-10-17");
    if (!version.equals("2012-10-17") && !version.equals("2008-10-17")) {
      throw malformed("The policy must contain a valid version string");
    }
    if (!policy.has("Statement")) {
      throw malformed("Missing required field Statement");
    }
    var statements = many(policy.get("Statement"));
    if (statements.isEmpty()) {
      throw malformed("Could not parse the policy: Statement is empty!");
    }
    for (var statement : statements) {
      check(statement, bucket);
    }
    return policy;
  }

  private static void check(JsonNode statement, Bucket bucket) {
    if (!statement.isObject()) {
      throw malformed("Policy has invalid statement");
    }
    var effect = statement.path("Effect").asText("");
    if (effect.isEmpty()) {
      throw malformed("Missing required field Effect");
    }
    if (!effect.equals("Allow") && !effect.equals("Deny")) {
      throw malformed("Invalid effect: " + effect);
    }
    if (!statement.has("Principal") && !statement.has("NotPrincipal")) {
      throw malformed("Missing required field Principal");
    }
    checkPrincipal(statement.path(statement.has("Principal") ? "Principal" : "NotPrincipal"));
    if (!statement.has("Action") && !statement.has("NotAction")) {
      throw malformed("Missing required field Action");
    }
    for (var action : many(statement.path("Action"))) {
      if (!PolicyActions.isKnown(action.asText())) {
        throw malformed("Policy has invalid action");
      }
    }
    if (!statement.has("Resource") && !statement.has("NotResource")) {
      throw malformed("Missing required field Resource");
    }
    for (var resource : many(statement.path("Resource"))) {
      var arn = resource.asText();
      if (!arn.equals(bucket.arn())
          && !arn.startsWith(bucket.arn() + "/")
          && !arn.equals(bucket.arn() + "*")) {
        throw malformed("Policy has invalid resource");
      }
    }
    var resources = many(statement.path("Resource"));
    for (var action : many(statement.path("Action"))) {
      if (!resources.isEmpty()
          && resources.stream()
              .noneMatch(r -> PolicyActions.applies(action.asText(), r.asText()))) {
        throw malformed("Action does not apply to any resource(s) in statement");
      }
    }
    for (var operator : statement.path("Condition").properties()) {
      if (!OPERATOR.matcher(operator.getKey()).matches()) {
        throw malformed("Invalid Condition type : " + operator.getKey());
      }
    }
  }

  private static void checkPrincipal(JsonNode principal) {
    if (!principal.isObject()) {
      if (!principal.asText().equals("*")) {
        throw malformed("Invalid principal in policy");
      }
      return;
    }
    for (var kind : principal.properties()) {
      var form = PRINCIPALS.get(kind.getKey());
      for (var name : many(kind.getValue())) {
        if (form == null || !form.matcher(name.asText()).matches()) {
          throw malformed("Invalid principal in policy");
        }
      }
    }
  }

  /// Whether the policy lets everybody in, as AWS defines it.
  static boolean isPublic(JsonNode policy) {
    for (var statement : many(policy.path("Statement"))) {
      if (statement.path("Effect").asText().equals("Allow")
          && isEverybody(statement.path("Principal"))
          && !isRestricted(statement.path("Condition"))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isEverybody(JsonNode principal) {
    if (principal.isObject()) {
      return many(principal.path("AWS")).stream().anyMatch(arn -> arn.asText().equals("*"));
    }
    return principal.asText().equals("*");
  }

  private static boolean isRestricted(JsonNode condition) {
    for (var operator : condition.properties()) {
      for (var key : operator.getValue().properties()) {
        if (RESTRICTING_KEYS.contains(key.getKey().toLowerCase(Locale.ROOT))
            && many(key.getValue()).stream().noneMatch(v -> v.asText().equals("*"))) {
          return true;
        }
      }
    }
    return false;
  }

  private static List<JsonNode> many(JsonNode node) {
    var nodes = new ArrayList<JsonNode>();
    if (node.isArray()) {
      node.forEach(nodes::add);
    } else if (!node.isMissingNode()) {
      nodes.add(node);
    }
    return nodes;
  }

  private static RuntimeException malformed(String message) {
    return S3Errors.of(400, "MalformedPolicy", message);
  }
}
