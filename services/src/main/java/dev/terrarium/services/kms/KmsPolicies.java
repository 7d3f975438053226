package dev.terrarium.services.kms;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kms.model.GetKeyPolicyRequest;
import software.amazon.awssdk.services.kms.model.GetKeyPolicyResponse;
import software.amazon.awssdk.services.kms.model.ListKeyPoliciesRequest;
import software.amazon.awssdk.services.kms.model.ListKeyPoliciesResponse;
import software.amazon.awssdk.services.kms.model.PutKeyPolicyRequest;
import software.amazon.awssdk.services.kms.model.PutKeyPolicyResponse;

/// The policies of keys. Each has one, which is called `default`.
final class KmsPolicies extends KmsPart {
  private static final String NAME = "default";
  private static final int BYTES_MAX = 32 * 1024;

  KmsPolicies(Keys keys) {
    super(keys);
  }

  /// What AWS gives a key that was given none.
  static String standard(String account, String partition) {
    return """
    {
      "Version" : "2012-10-17",
      "Id" : "key-default-1",
      "Statement" : [ {
        "Sid" : "Enable IAM User Permissions",
        "Effect" : "Allow",
        "Principal" : {
          "AWS" : "arn:%s:iam::%s:root"
        },
        "Action" : "kms:*",
        "Resource" : "*"
      } ]
    }\
    """
        .formatted(partition, account);
  }

  /// The policy of a new key.
  static String ofNewKey(Keys keys, @Nullable String given, @Nullable Boolean bypass) {
    var scope = Call.current().scope();
    if (given == null) {
      return standard(scope.account(), scope.partition());
    }
    check(keys, given, bypass);
    return given;
  }

  private static void check(Keys keys, String text, @Nullable Boolean bypass) {
    if (text.length() > BYTES_MAX) {
      throw KmsErrors.limit("Policy size exceeds the limit of 32768 bytes.");
    }
    JsonNode policy;
    try {
      policy = Json.parse(text);
    } catch (IllegalArgumentException e) {
      throw KmsErrors.policy("");
    }
    var statements = statements(policy);
    if (!policy.isObject() || statements.isEmpty()) {
      throw KmsErrors.policy("");
    }
    for (var statement : statements) {
      var effect = statement.path("Effect").asText();
      if (!effect.equals("Allow") && !effect.equals("Deny")
          || !statement.has("Action") && !statement.has("NotAction")
          || !statement.has("Principal") && !statement.has("NotPrincipal")) {
        throw KmsErrors.policy("");
      }
      if (!statement.has("Resource") && !statement.has("NotResource")) {
        throw KmsErrors.policy("");
      }
    }
    if (!Boolean.TRUE.equals(bypass) && !letsGoOn(keys, statements)) {
      throw KmsErrors.policy(
          "The new key policy will not allow you to update the key policy in the future.");
    }
  }

  private static List<JsonNode> statements(JsonNode policy) {
    var found = new ArrayList<JsonNode>();
    var statements = policy.path("Statement");
    if (statements.isObject()) {
      found.add(statements);
    } else {
      statements.forEach(found::add);
    }
    return found;
  }

  /// Whether the caller may change the policy again. Where nobody must prove who they are, whoever
  /// belongs to the account will do.
  private static boolean letsGoOn(Keys keys, List<JsonNode> statements) {
    var caller = Call.current().principal();
    var account = caller.account();
    for (var statement : statements) {
      var allows = statement.path("Effect").asText().equals("Allow");
      if (!allows || !names(statement.path("Action")).stream().anyMatch(KmsPolicies::isPut)) {
        continue;
      }
      for (var principal : names(statement.path("Principal"))) {
        var own = principal.equals("*") || principal.contains(account);
        var whole =
            principal.equals("*") || principal.equals(account) || principal.endsWith(":root");
        if (own && (whole || !keys.cloud.enforcing() || matches(principal, caller.arn()))) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean matches(String principal, String arn) {
    var role = principal.substring(principal.lastIndexOf('/') + 1);
    return principal.equals(arn) || arn.contains(":assumed-role/" + role + "/");
  }

  private static boolean isPut(String action) {
    var pattern = action.toLowerCase(Locale.ROOT);
    return "kms:putkeypolicy".matches(pattern.replace("*", ".*").replace("?", "."));
  }

  private static List<String> names(JsonNode node) {
    var found = new ArrayList<String>();
    if (node.isTextual()) {
      found.add(node.asText());
    }
    node.forEach(one -> found.addAll(names(one)));
    return found;
  }

  @Override
  public GetKeyPolicyResponse getKeyPolicy(GetKeyPolicyRequest request) {
    new KmsConstraints()
        .key(request.keyId())
        .length("policyName", request.policyName(), 1, 128)
        .check();
    var key = keys.named(request.keyId());
    if (request.policyName() != null && !request.policyName().equals(NAME)) {
      throw KmsErrors.notFound("No such policy exists");
    }
    return GetKeyPolicyResponse.builder().policy(key.policy()).policyName(NAME).build();
  }

  @Override
  public PutKeyPolicyResponse putKeyPolicy(PutKeyPolicyRequest request) {
    new KmsConstraints()
        .key(request.keyId())
        .length("policyName", request.policyName(), 1, 128)
        .required("policy", request.policy())
        .length("policy", request.policy(), 1, 131_072)
        .check();
    var key = keys.named(request.keyId());
    if (request.policyName() != null && !request.policyName().equals(NAME)) {
      throw KmsErrors.notFound("No such policy exists");
    }
    KmsLifecycle.checkOwn(key, "PutKeyPolicy");
    check(keys, request.policy(), request.bypassPolicyLockoutSafetyCheck());
    keys.change(
        key.ref(),
        now -> {
          Keys.checkNotPending(now);
          return now.withPolicy(request.policy());
        });
    return PutKeyPolicyResponse.builder().build();
  }

  @Override
  public ListKeyPoliciesResponse listKeyPolicies(ListKeyPoliciesRequest request) {
    new KmsConstraints().key(request.keyId()).page(request.limit(), request.marker()).check();
    var _ = keys.named(request.keyId());
    return ListKeyPoliciesResponse.builder().policyNames(NAME).truncated(false).build();
  }
}
