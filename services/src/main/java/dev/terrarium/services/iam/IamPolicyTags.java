package dev.terrarium.services.iam;

import dev.terrarium.services.iam.IamStore.StoredPolicy;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.iam.model.ListPolicyTagsRequest;
import software.amazon.awssdk.services.iam.model.ListPolicyTagsResponse;
import software.amazon.awssdk.services.iam.model.Tag;
import software.amazon.awssdk.services.iam.model.TagPolicyRequest;
import software.amazon.awssdk.services.iam.model.TagPolicyResponse;
import software.amazon.awssdk.services.iam.model.UntagPolicyRequest;
import software.amazon.awssdk.services.iam.model.UntagPolicyResponse;

/// The tags of managed policies.
final class IamPolicyTags implements IamPart {
  private final IamStore store;
  private final IamPolicies policies;

  IamPolicyTags(IamStore store, IamPolicies policies) {
    this.store = store;
    this.policies = policies;
  }

  @Override
  public TagPolicyResponse tagPolicy(TagPolicyRequest request) {
    modifyTags(request.policyArn(), tags -> Tags.with(tags, request.tags()));
    return TagPolicyResponse.builder().build();
  }

  @Override
  public UntagPolicyResponse untagPolicy(UntagPolicyRequest request) {
    modifyTags(request.policyArn(), tags -> Tags.without(tags, request.tagKeys()));
    return UntagPolicyResponse.builder().build();
  }

  @Override
  public ListPolicyTagsResponse listPolicyTags(ListPolicyTagsRequest request) {
    var policy = policies.existing(IamPolicies.arn(request.policyArn())).policy();
    var page = Paging.of(policy.tags(), Tag::key, request.marker(), request.maxItems());
    return ListPolicyTagsResponse.builder()
        .tags(page.items())
        .isTruncated(page.truncated())
        .marker(page.token())
        .build();
  }

  private void modifyTags(@Nullable String policyArn, UnaryOperator<List<Tag>> change) {
    var arn = IamPolicies.arn(policyArn);
    IamPolicies.refuseManaged(arn);
    store.change(batch -> {
      var stored = policies.existing(arn);
      var policy = stored.policy().toBuilder().tags(change.apply(stored.policy().tags())).build();
      store.policies.put(
          batch, IamStore.policyKey(arn), new StoredPolicy(policy, stored.versionNext()));
      return policy;
    });
  }
}
