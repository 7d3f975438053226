package dev.terrarium.services.ecr;

import dev.terrarium.kernel.Json;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecr.model.DeleteLifecyclePolicyRequest;
import software.amazon.awssdk.services.ecr.model.DeleteLifecyclePolicyResponse;
import software.amazon.awssdk.services.ecr.model.DeleteRepositoryPolicyRequest;
import software.amazon.awssdk.services.ecr.model.DeleteRepositoryPolicyResponse;
import software.amazon.awssdk.services.ecr.model.GetLifecyclePolicyRequest;
import software.amazon.awssdk.services.ecr.model.GetLifecyclePolicyResponse;
import software.amazon.awssdk.services.ecr.model.GetRepositoryPolicyRequest;
import software.amazon.awssdk.services.ecr.model.GetRepositoryPolicyResponse;
import software.amazon.awssdk.services.ecr.model.PutLifecyclePolicyRequest;
import software.amazon.awssdk.services.ecr.model.PutLifecyclePolicyResponse;
import software.amazon.awssdk.services.ecr.model.SetRepositoryPolicyRequest;
import software.amazon.awssdk.services.ecr.model.SetRepositoryPolicyResponse;

/// The policies of repositories: who may use them, and which images expire. As no image can be
/// there, none expires.
final class EcrPolicies implements EcrPart {
  private final Repositories repositories;

  EcrPolicies(Repositories repositories) {
    this.repositories = repositories;
  }

  @Override
  public SetRepositoryPolicyResponse setRepositoryPolicy(SetRepositoryPolicyRequest request) {
    var key = repositories.key(request.registryId(), request.repositoryName());
    var text = checked("PolicyText", request.policyText(), "Statement");
    repositories.change(key, config -> config.withPolicy(text));
    return SetRepositoryPolicyResponse.builder()
        .registryId(key.account())
        .repositoryName(key.name())
        .policyText(text)
        .build();
  }

  @Override
  public GetRepositoryPolicyResponse getRepositoryPolicy(GetRepositoryPolicyRequest request) {
    var key = repositories.key(request.registryId(), request.repositoryName());
    var text = repositories.get(key).policy();
    if (text.isEmpty()) {
      throw EcrErrors.noPolicy(key);
    }
    return GetRepositoryPolicyResponse.builder()
        .registryId(key.account())
        .repositoryName(key.name())
        .policyText(text)
        .build();
  }

  @Override
  public DeleteRepositoryPolicyResponse deleteRepositoryPolicy(
      DeleteRepositoryPolicyRequest request) {
    var key = repositories.key(request.registryId(), request.repositoryName());
    var text = repositories.get(key).policy();
    if (text.isEmpty()) {
      throw EcrErrors.noPolicy(key);
    }
    repositories.change(key, config -> config.withPolicy(""));
    return DeleteRepositoryPolicyResponse.builder()
        .registryId(key.account())
        .repositoryName(key.name())
        .policyText(text)
        .build();
  }

  @Override
  public PutLifecyclePolicyResponse putLifecyclePolicy(PutLifecyclePolicyRequest request) {
    var key = repositories.key(request.registryId(), request.repositoryName());
    var text = checked("LifecyclePolicyText", request.lifecyclePolicyText(), "rules");
    repositories.change(key, config -> config.withLifecycle(text));
    return PutLifecyclePolicyResponse.builder()
        .registryId(key.account())
        .repositoryName(key.name())
        .lifecyclePolicyText(text)
        .build();
  }

  @Override
  public GetLifecyclePolicyResponse getLifecyclePolicy(GetLifecyclePolicyRequest request) {
    var key = repositories.key(request.registryId(), request.repositoryName());
    var text = repositories.get(key).lifecycle();
    if (text.isEmpty()) {
      throw EcrErrors.noLifecycle(key);
    }
    return GetLifecyclePolicyResponse.builder()
        .registryId(key.account())
        .repositoryName(key.name())
        .lifecyclePolicyText(text)
        .build();
  }

  @Override
  public DeleteLifecyclePolicyResponse deleteLifecyclePolicy(DeleteLifecyclePolicyRequest request) {
    var key = repositories.key(request.registryId(), request.repositoryName());
    var text = repositories.get(key).lifecycle();
    if (text.isEmpty()) {
      throw EcrErrors.noLifecycle(key);
    }
    repositories.change(key, config -> config.withLifecycle(""));
    return DeleteLifecyclePolicyResponse.builder()
        .registryId(key.account())
        .repositoryName(key.name())
        .lifecyclePolicyText(text)
        .build();
  }

  private static String checked(String parameter, @Nullable String text, String member) {
    try {
      if (text != null && Json.parse(text).has(member)) {
        return text;
      }
    } catch (IllegalArgumentException e) {
      // It is no JSON: told below, with what is no policy.
    }
    throw EcrErrors.invalid(
        "Invalid parameter at '"
            + parameter
            + "' failed to satisfy constraint: 'Invalid"
            + (member.equals("rules") ? " lifecycle policy" : " repository policy")
            + " provided'");
  }
}
