package dev.terrarium.services.secretsmanager;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Json;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.secretsmanager.model.DeleteResourcePolicyRequest;
import software.amazon.awssdk.services.secretsmanager.model.DeleteResourcePolicyResponse;
import software.amazon.awssdk.services.secretsmanager.model.GetResourcePolicyRequest;
import software.amazon.awssdk.services.secretsmanager.model.GetResourcePolicyResponse;
import software.amazon.awssdk.services.secretsmanager.model.PutResourcePolicyRequest;
import software.amazon.awssdk.services.secretsmanager.model.PutResourcePolicyResponse;
import software.amazon.awssdk.services.secretsmanager.model.ValidateResourcePolicyRequest;
import software.amazon.awssdk.services.secretsmanager.model.ValidateResourcePolicyResponse;
import software.amazon.awssdk.services.secretsmanager.model.ValidationErrorsEntry;

/// The policies of secrets.
final class SecretPolicies extends SecretsPart {
  private static final int LENGTH_MAX = 20_480;

  SecretPolicies(Secrets secrets) {
    super(secrets);
  }

  private static JsonNode parsed(String text) {
    JsonNode policy;
    try {
      policy = Json.parse(text);
    } catch (IllegalArgumentException e) {
      throw SecretErrors.policy("This resource policy contains invalid Json.");
    }
    var statements = statements(policy);
    if (!policy.isObject() || statements.isEmpty()) {
      throw SecretErrors.policy("This resource policy contains invalid Json.");
    }
    for (var statement : statements) {
      if (!statement.path("Effect").asText().matches("Allow|Deny")
          || !statement.has("Principal") && !statement.has("NotPrincipal")
          || !statement.has("Action") && !statement.has("NotAction")
          || !statement.has("Resource") && !statement.has("NotResource")) {
        throw SecretErrors.policy("This resource policy contains a statement that is not valid.");
      }
    }
    return policy;
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

  /// Whether it lets everybody in, without a condition.
  private static boolean isPublic(JsonNode policy) {
    return statements(policy).stream()
        .anyMatch(statement ->
            statement.path("Effect").asText().equals("Allow")
                && statement.path("Condition").isEmpty()
                && isEverybody(statement.path("Principal")));
  }

  private static boolean isEverybody(JsonNode principal) {
    if (principal.isTextual()) {
      return principal.asText().equals("*");
    }
    for (var one : principal) {
      if (isEverybody(one)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public PutResourcePolicyResponse putResourcePolicy(PutResourcePolicyRequest request) {
    new SecretConstraints()
        .secret(request.secretId())
        .required("resourcePolicy", request.resourcePolicy())
        .length("resourcePolicy", request.resourcePolicy(), 1, LENGTH_MAX)
        .check();
    var found = secrets.own(request.secretId());
    var policy = parsed(request.resourcePolicy());
    if (Boolean.TRUE.equals(request.blockPublicPolicy()) && isPublic(policy)) {
      throw SecretErrors.publicPolicy();
    }
    secrets.change(found.ref(), secret -> secret.withPolicy(request.resourcePolicy()));
    return PutResourcePolicyResponse.builder()
        .arn(found.record().arn())
        .name(found.ref().name())
        .build();
  }

  @Override
  public GetResourcePolicyResponse getResourcePolicy(GetResourcePolicyRequest request) {
    new SecretConstraints().secret(request.secretId()).check();
    var found = secrets.known(request.secretId());
    var policy = found.record().policy();
    return GetResourcePolicyResponse.builder()
        .arn(found.record().arn())
        .name(found.ref().name())
        .resourcePolicy(policy.isEmpty() ? null : policy)
        .build();
  }

  @Override
  public DeleteResourcePolicyResponse deleteResourcePolicy(DeleteResourcePolicyRequest request) {
    new SecretConstraints().secret(request.secretId()).check();
    var found = secrets.own(request.secretId());
    secrets.change(found.ref(), secret -> secret.withPolicy(""));
    return DeleteResourcePolicyResponse.builder()
        .arn(found.record().arn())
        .name(found.ref().name())
        .build();
  }

  @Override
  public ValidateResourcePolicyResponse validateResourcePolicy(
      ValidateResourcePolicyRequest request) {
    new SecretConstraints()
        .length("secretId", request.secretId(), 1, 2048)
        .required("resourcePolicy", request.resourcePolicy())
        .length("resourcePolicy", request.resourcePolicy(), 1, LENGTH_MAX)
        .check();
    if (request.secretId() != null) {
      var _ = secrets.get(request.secretId());
    }
    var errors = new ArrayList<ValidationErrorsEntry>();
    if (isPublic(parsed(request.resourcePolicy()))) {
      errors.add(
          ValidationErrorsEntry.builder()
              .checkName("ZELKOVA")
              .errorMessage("The policy grants public access to the secret.")
              .build());
    }
    return ValidateResourcePolicyResponse.builder()
        .policyValidationPassed(errors.isEmpty())
        .validationErrors(errors)
        .build();
  }
}
