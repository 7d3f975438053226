package dev.terrarium.services.kinesis;

import dev.terrarium.kernel.Json;
import software.amazon.awssdk.services.kinesis.model.DeleteResourcePolicyRequest;
import software.amazon.awssdk.services.kinesis.model.DeleteResourcePolicyResponse;
import software.amazon.awssdk.services.kinesis.model.GetResourcePolicyRequest;
import software.amazon.awssdk.services.kinesis.model.GetResourcePolicyResponse;
import software.amazon.awssdk.services.kinesis.model.PutResourcePolicyRequest;
import software.amazon.awssdk.services.kinesis.model.PutResourcePolicyResponse;

/// Who else may use streams and consumers.
final class KinesisPolicies extends KinesisPart {
  private static final int BYTES_MAX = 20 * 1024;

  KinesisPolicies(Streams streams) {
    super(streams);
  }

  @Override
  public PutResourcePolicyResponse putResourcePolicy(PutResourcePolicyRequest request) {
    new KinesisConstraints()
        .resource(request.resourceARN())
        .required("policy", request.policy())
        .check();
    var policy = request.policy();
    if (policy.length() > BYTES_MAX) {
      throw KinesisErrors.limit("The policy exceeds the limit of 20 KB.");
    }
    var resource = Resource.of(streams, request.resourceARN());
    if (!isPolicy(policy)) {
      throw KinesisErrors.invalid("The policy is not a valid policy document.");
    }
    resource.policy(policy);
    return PutResourcePolicyResponse.builder().build();
  }

  private static boolean isPolicy(String text) {
    try {
      var document = Json.parse(text);
      return document.isObject() && document.has("Statement");
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @Override
  public GetResourcePolicyResponse getResourcePolicy(GetResourcePolicyRequest request) {
    new KinesisConstraints().resource(request.resourceARN()).check();
    var policy = Resource.of(streams, request.resourceARN()).policy();
    return GetResourcePolicyResponse.builder().policy(policy).build();
  }

  @Override
  public DeleteResourcePolicyResponse deleteResourcePolicy(DeleteResourcePolicyRequest request) {
    new KinesisConstraints().resource(request.resourceARN()).check();
    var resource = Resource.of(streams, request.resourceARN());
    if (resource.policy().isEmpty()) {
      throw KinesisErrors.notFound(
          "No resource policy found for resource ARN " + request.resourceARN());
    }
    resource.policy("");
    return DeleteResourcePolicyResponse.builder().build();
  }
}
