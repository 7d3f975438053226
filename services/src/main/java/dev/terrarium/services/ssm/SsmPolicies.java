package dev.terrarium.services.ssm;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ssm.model.DeleteResourcePolicyRequest;
import software.amazon.awssdk.services.ssm.model.DeleteResourcePolicyResponse;
import software.amazon.awssdk.services.ssm.model.GetResourcePoliciesRequest;
import software.amazon.awssdk.services.ssm.model.GetResourcePoliciesResponse;
import software.amazon.awssdk.services.ssm.model.GetResourcePoliciesResponseEntry;
import software.amazon.awssdk.services.ssm.model.ParameterTier;
import software.amazon.awssdk.services.ssm.model.PutResourcePolicyRequest;
import software.amazon.awssdk.services.ssm.model.PutResourcePolicyResponse;

/// The policies of advanced parameters, which share them with other accounts.
final class SsmPolicies extends SsmPart {
  private static final int BYTES_MAX = 1024;

  SsmPolicies(Parameters parameters) {
    super(parameters);
  }

  private ParameterKey key(String arn) {
    if (Arn.of(arn).filter(a -> a.resource().startsWith("parameter/")).isEmpty()) {
      throw SsmErrors.policyInvalid("The resource ARN is not valid: " + arn);
    }
    var key = ParameterKey.of(arn);
    if (!parameters.heads.contains(key)) {
      throw SsmErrors.noResource("The resource " + arn + " could not be found.");
    }
    return key;
  }

  private static SsmConstraints constraints(@Nullable String arn) {
    return new SsmConstraints().required("resourceArn", arn).length("resourceArn", arn, 20, 2048);
  }

  @Override
  public PutResourcePolicyResponse putResourcePolicy(PutResourcePolicyRequest request) {
    constraints(request.resourceArn()).required("policy", request.policy()).check();
    var key = key(request.resourceArn());
    JsonNode policy;
    try {
      policy = Json.parse(request.policy());
    } catch (IllegalArgumentException e) {
      throw SsmErrors.malformedPolicy("Invalid resource policy: " + e.getMessage());
    }
    if (!policy.path("Statement").isContainerNode()) {
      throw SsmErrors.malformedPolicy("Invalid resource policy.");
    }
    var newest = parameters.version(key, parameters.head(key).latest());
    if (newest == null || newest.tier() != ParameterTier.ADVANCED) {
      throw SsmErrors.policyInvalid(
          "Resource policies are only supported for parameters of the advanced-parameter tier.");
    }
    if (request.policy().length() > BYTES_MAX) {
      throw SsmErrors.policyLimit();
    }
    var hash = hash(request.policy());
    var id = new String[1];
    parameters.change(
        key,
        now -> {
          var there = now.policies().isEmpty() ? null : now.policies().getFirst();
          if (request.policyId() == null) {
            if (there != null) {
              throw SsmErrors.policyLimit();
            }
            id[0] = parameters.cloud.ids().uuid();
          } else {
            checkSame(there, request.policyId(), request.policyHash());
            id[0] = request.policyId();
          }
          return now.withPolicies(
              List.of(
                  GetResourcePoliciesResponseEntry.builder()
                      .policyId(id[0])
                      .policyHash(hash)
                      .policy(request.policy())
                      .build()));
        });
    return PutResourcePolicyResponse.builder().policyId(id[0]).policyHash(hash).build();
  }

  private static void checkSame(
      @Nullable GetResourcePoliciesResponseEntry there, String id, @Nullable String hash) {
    if (there == null || !there.policyId().equals(id)) {
      throw SsmErrors.noPolicy();
    }
    if (!there.policyHash().equals(hash)) {
      throw SsmErrors.policyConflict();
    }
  }

  private static String hash(String policy) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(policy.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public GetResourcePoliciesResponse getResourcePolicies(GetResourcePoliciesRequest request) {
    constraints(request.resourceArn()).range("maxResults", request.maxResults(), 1, 50).check();
    var key = key(request.resourceArn());
    return GetResourcePoliciesResponse.builder().policies(parameters.head(key).policies()).build();
  }

  @Override
  public DeleteResourcePolicyResponse deleteResourcePolicy(DeleteResourcePolicyRequest request) {
    constraints(request.resourceArn())
        .required("policyId", request.policyId())
        .required("policyHash", request.policyHash())
        .check();
    var key = key(request.resourceArn());
    parameters.change(
        key,
        now -> {
          checkSame(
              now.policies().isEmpty() ? null : now.policies().getFirst(),
              request.policyId(),
              request.policyHash());
          return now.withPolicies(List.of());
        });
    return DeleteResourcePolicyResponse.builder().build();
  }
}
