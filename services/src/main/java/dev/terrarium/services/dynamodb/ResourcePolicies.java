package dev.terrarium.services.dynamodb;

import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.store.Batch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.DeleteResourcePolicyRequest;
import software.amazon.awssdk.services.dynamodb.model.DeleteResourcePolicyResponse;
import software.amazon.awssdk.services.dynamodb.model.GetResourcePolicyRequest;
import software.amazon.awssdk.services.dynamodb.model.GetResourcePolicyResponse;
import software.amazon.awssdk.services.dynamodb.model.PolicyNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.PutResourcePolicyRequest;
import software.amazon.awssdk.services.dynamodb.model.PutResourcePolicyResponse;

/// Policies of tables and of their streams.
final class ResourcePolicies extends DynamoPart {
  static final String POLICY = "policy";
  static final String REVISION = "policy-revision";
  private static final int BYTES_MAX = 20 * 1024;

  ResourcePolicies(Tables tables) {
    super(tables);
  }

  @Override
  public PutResourcePolicyResponse putResourcePolicy(PutResourcePolicyRequest request) {
    new DynamoConstraints()
        .required("resourceArn", request.resourceArn())
        .required("policy", request.policy())
        .check();
    TableTags.checkResource(request.resourceArn());
    var policy = request.policy();
    if (policy.length() > BYTES_MAX) {
      throw DynamoErrors.invalid("Maximum policy size of " + BYTES_MAX + " bytes exceeded");
    }
    try {
      if (!Json.parse(policy).isObject()) {
        throw invalidJson();
      }
    } catch (IllegalArgumentException e) {
      throw invalidJson();
    }
    var suffix = suffix(request.resourceArn());
    var revision = Long.toString(tables.cloud.clock().millis()) + tables.cloud.ids().below(1000);
    change(
        request.resourceArn(),
        request.expectedRevisionId(),
        settings -> {
          settings.put(POLICY + suffix, policy);
          settings.put(REVISION + suffix, revision);
        });
    return PutResourcePolicyResponse.builder().revisionId(revision).build();
  }

  private static RuntimeException invalidJson() {
    return DynamoErrors.invalid("Invalid policy document: This policy contains invalid Json");
  }

  @Override
  public GetResourcePolicyResponse getResourcePolicy(GetResourcePolicyRequest request) {
    new DynamoConstraints().required("resourceArn", request.resourceArn()).check();
    TableTags.checkResource(request.resourceArn());
    var suffix = suffix(request.resourceArn());
    var settings = tables.describe(request.resourceArn()).layout().config().settings();
    var policy = settings.get(POLICY + suffix);
    if (policy == null) {
      throw notFound(request.resourceArn());
    }
    return GetResourcePolicyResponse.builder()
        .policy(policy)
        .revisionId(settings.get(REVISION + suffix))
        .build();
  }

  @Override
  public DeleteResourcePolicyResponse deleteResourcePolicy(DeleteResourcePolicyRequest request) {
    new DynamoConstraints().required("resourceArn", request.resourceArn()).check();
    TableTags.checkResource(request.resourceArn());
    var suffix = suffix(request.resourceArn());
    var old = new ArrayList<String>();
    change(
        request.resourceArn(),
        request.expectedRevisionId(),
        settings -> {
          settings.remove(POLICY + suffix);
          Optional.ofNullable(settings.remove(REVISION + suffix)).ifPresent(old::add);
        });
    return DeleteResourcePolicyResponse.builder()
        .revisionId(old.isEmpty() ? null : old.getFirst())
        .build();
  }

  private void change(String arn, @Nullable String expected, Consumer<Map<String, String>> change) {
    var suffix = suffix(arn);
    tables.change(
        tables.describe(arn),
        new Batch(),
        config -> {
          var settings = new HashMap<>(config.settings());
          var revision = settings.get(REVISION + suffix);
          var none = "NO_POLICY".equals(expected);
          if (expected != null && (none ? revision != null : !expected.equals(revision))) {
            throw notFound(arn);
          }
          change.accept(settings);
          return config.withSettings(settings);
        });
  }

  /// The policy of a stream is kept beside that of its table.
  private static String suffix(String arn) {
    var stream = arn.indexOf("/stream/");
    return stream < 0 ? "" : arn.substring(stream);
  }

  private static RuntimeException notFound(String arn) {
    return Errors.of(
        PolicyNotFoundException.builder(),
        400,
        "PolicyNotFoundException",
        "The operation tried to access a nonexistent resource-based policy of " + arn);
  }
}
