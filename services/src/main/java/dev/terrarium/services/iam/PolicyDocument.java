package dev.terrarium.services.iam;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Checks policy documents as IAM does when they are handed in.
final class PolicyDocument {
  private static final Set<String> MEMBERS = Set.of("Version", "Id", "Statement");
  private static final Set<String> STATEMENT_MEMBERS =
      Set.of(
          "Sid",
          "Effect",
          "Principal",
          "NotPrincipal",
          "Action",
          "NotAction",
          "Resource",
          "NotResource",
          "Condition");
  private static final Pattern SID = Pattern.compile("[A-Za-z0-9]*");
  private static final Pattern PARTITION = Pattern.compile("aws|aws-cn|aws-us-gov|.*[*?$].*");
  private static final Pattern IAM_PATH =
      Pattern.compile(
          "[*$?].*|root|(user|federated-user|role|group|instance-profile|mfa|server-certificate"
              + "|policy|sms-mfa|saml-provider|oidc-provider|report|access-report|assumed-role"
              + "|u2f)/.*|[a-z-]*[*?].*");

  /// How the principals of a trust policy look, by their kind.
  private static final Map<String, Pattern> PRINCIPALS =
      Map.of(
          "AWS",
              Pattern.compile("\\*|\\d{12}|arn:[^:]+:(iam|sts)::\\d{12}:.+|A[A-Z]{3}[A-Z0-9]{16,}"),
          "Service", Pattern.compile("[\\w.-]+\\.[a-z.]+"),
          "Federated", Pattern.compile("[\\w.-]+\\.\\w+|arn:.+"),
          "CanonicalUser", Pattern.compile("[0-9a-f]{64}"));

  private static final String SYNTAX = "Syntax errors in policy.";

  private PolicyDocument() {}

  /// A policy of a user, group or role: says what on which resources.
  static void checkIdentity(String document) {
    for (var statement : statements(document)) {
      if (statement.has("Principal") || statement.has("NotPrincipal")) {
        throw IamErrors.malformedPolicy("Policy document should not specify a principal.");
      }
      checkActions(statement);
      checkResources(statement);
      checkConditions(statement);
    }
  }

  /// The trust policy of a role: says who may assume it.
  static void checkTrust(String document) {
    for (var statement : statements(document)) {
      if (statement.has("Resource") || statement.has("NotResource")) {
        throw IamErrors.malformedPolicy(
            "Has prohibited field " + (statement.has("Resource") ? "Resource" : "NotResource"));
      }
      if (!statement.has("Principal") && !statement.has("NotPrincipal")) {
        throw IamErrors.malformedPolicy("Missing required field Principal");
      }
      var principal = statement.path("Principal");
      if (principal.isObject()) {
        principal.properties().forEach(kind -> checkPrincipals(kind.getKey(), kind.getValue()));
      } else if (statement.has("Principal") && !principal.asText().equals("*")) {
        throw IamErrors.malformedPolicy(
            "Invalid principal in policy: \"" + principal.asText() + "\"");
      }
      checkActions(statement);
      for (var action : texts(statement.path("Action"))) {
        if (!action.toLowerCase(Locale.ROOT).startsWith("sts:") && !action.equals("*")) {
          throw IamErrors.malformedPolicy(
              "AssumeRole policy may only specify STS AssumeRole actions.");
        }
      }
      checkConditions(statement);
    }
  }

  private static List<JsonNode> statements(String document) {
    JsonNode policy;
    try {
      policy = Json.parse(document);
    } catch (IllegalArgumentException e) {
      throw invalidJson(e);
    }
    if (!policy.isObject()) {
      throw IamErrors.malformedPolicy(SYNTAX);
    }
    policy
        .fieldNames()
        .forEachRemaining(name -> {
          if (!MEMBERS.contains(name)) {
            throw IamErrors.malformedPolicy(SYNTAX);
          }
        });
    var version = policy.path("Version").asText("2008-10-17");
    if (!version.equals("2012-10-17") && !version.equals("2008-10-17")) {
      throw IamErrors.malformedPolicy("Policy document must be version 2012-10-17 or greater.");
    }
    var statement = policy.path("Statement");
    var all = new ArrayList<JsonNode>();
    if (statement.isObject()) {
      all.add(statement);
    } else if (statement.isArray() && !statement.isEmpty()) {
      statement.forEach(all::add);
    } else {
      throw IamErrors.malformedPolicy(SYNTAX);
    }
    var sids = new HashSet<String>();
    for (var each : all) {
      checkShape(each);
      var sid = each.path("Sid").asText("");
      if (!sid.isEmpty() && !sids.add(sid)) {
        throw IamErrors.malformedPolicy("Statement IDs (SID) in a single policy must be unique.");
      }
    }
    return all;
  }

  private static RuntimeException invalidJson(IllegalArgumentException cause) {
    var error = IamErrors.malformedPolicy("This policy contains invalid Json");
    error.addSuppressed(cause);
    return error;
  }

  private static void checkShape(JsonNode statement) {
    if (!statement.isObject()) {
      throw IamErrors.malformedPolicy(SYNTAX);
    }
    statement
        .fieldNames()
        .forEachRemaining(name -> {
          if (!STATEMENT_MEMBERS.contains(name)) {
            throw IamErrors.malformedPolicy(SYNTAX);
          }
        });
    var effect = statement.path("Effect").asText("");
    if (!effect.equals("Allow") && !effect.equals("Deny")) {
      throw IamErrors.malformedPolicy(SYNTAX);
    }
    if (!SID.matcher(statement.path("Sid").asText("")).matches()) {
      throw IamErrors.malformedPolicy(
          "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*");
    }
  }

  private static void checkActions(JsonNode statement) {
    if (statement.has("Action") == statement.has("NotAction")) {
      throw IamErrors.malformedPolicy(
          statement.has("Action") ? SYNTAX : "Policy statement must contain actions.");
    }
    var actions = texts(statement.path(statement.has("Action") ? "Action" : "NotAction"));
    if (actions.isEmpty()) {
      throw IamErrors.malformedPolicy("Policy statement must contain actions.");
    }
    for (var action : actions) {
      var vendor = action.substring(0, Math.max(0, action.indexOf(':')));
      if (!vendor.isEmpty() && !vendor.matches("[A-Za-z0-9-]+")) {
        throw IamErrors.malformedPolicy("Vendor " + vendor + " is not valid");
      }
      if (!action.equals("*") && !action.matches("[A-Za-z0-9-]+:[A-Za-z0-9*?]+")) {
        throw IamErrors.malformedPolicy(
            action.contains(":")
                ? "Actions/Condition can contain only one colon."
                : "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
      }
    }
  }

  private static void checkResources(JsonNode statement) {
    if (statement.has("Resource") == statement.has("NotResource")) {
      throw IamErrors.malformedPolicy(
          statement.has("Resource") ? SYNTAX : "Policy statement must contain resources.");
    }
    var resources = texts(statement.path(statement.has("Resource") ? "Resource" : "NotResource"));
    if (resources.isEmpty()) {
      throw IamErrors.malformedPolicy("Policy statement must contain resources.");
    }
    for (var resource : resources) {
      if (resource.equals("*")) {
        continue;
      }
      if (!resource.startsWith("arn:") && !resource.startsWith("arn*")) {
        throw IamErrors.malformedPolicy(
            "Resource %s must be in ARN format or \"*\".".formatted(resource));
      }
      var parts = resource.split(":", 6);
      if (parts.length < 6) {
        if (!resource.contains("*")) {
          throw IamErrors.malformedPolicy(
              "Resource vendor must be fully qualified and cannot contain regexes.");
        }
        continue;
      }
      checkArn(resource, parts);
    }
  }

  private static void checkArn(String resource, String[] parts) {
    if (!PARTITION.matcher(parts[1]).matches()) {
      throw IamErrors.malformedPolicy(
          "Partition \"%s\" is not valid for resource \"%s\".".formatted(parts[1], resource));
    }
    if (parts[2].equals("s3") && !parts[3].isEmpty() && parts[4].isEmpty()) {
      throw IamErrors.malformedPolicy(
          "Resource " + resource + " can not contain region information.");
    }
    if (!parts[2].equals("iam")) {
      return;
    }
    if (!parts[3].isEmpty()) {
      throw IamErrors.malformedPolicy(
          "IAM resource " + resource + " cannot contain region information.");
    }
    if (!IAM_PATH.matcher(parts[5]).matches()) {
      throw IamErrors.malformedPolicy(
          "IAM resource path must either be \"*\" or start with user/, federated-user/, role/,"
              + " group/, instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/,"
              + " saml-provider/, oidc-provider/, report/, access-report/.");
    }
  }

  private static void checkPrincipals(String kind, JsonNode names) {
    var form = PRINCIPALS.get(kind);
    if (form == null) {
      throw IamErrors.malformedPolicy("Invalid principal in policy: " + kind);
    }
    for (var name : texts(names)) {
      if (!form.matcher(name).matches()) {
        throw IamErrors.malformedPolicy(
            "Invalid principal in policy: \"%s\":\"%s\""
                .formatted(kind.toUpperCase(Locale.ROOT), name));
      }
    }
  }

  private static void checkConditions(JsonNode statement) {
    var condition = statement.path("Condition");
    if (condition.isMissingNode()) {
      return;
    }
    if (!condition.isObject()) {
      throw IamErrors.malformedPolicy(SYNTAX);
    }
    condition
        .properties()
        .forEach(entry -> {
          if (!ConditionOperator.isKnown(entry.getKey())) {
            throw IamErrors.malformedPolicy("Invalid Condition type : " + entry.getKey());
          }
          if (!entry.getValue().isObject()) {
            throw IamErrors.malformedPolicy(SYNTAX);
          }
        });
  }

  private static List<String> texts(JsonNode node) {
    var all = new ArrayList<String>();
    for (var each : node.isArray() ? node : List.of(node)) {
      if (!each.isTextual()) {
        throw IamErrors.malformedPolicy(SYNTAX);
      }
      all.add(each.asText());
    }
    return all;
  }
}
