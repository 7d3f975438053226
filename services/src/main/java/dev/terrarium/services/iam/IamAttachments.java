package dev.terrarium.services.iam;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Page;
import dev.terrarium.services.iam.IamStore.Owned;
import java.util.ArrayList;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.iam.model.AttachGroupPolicyRequest;
import software.amazon.awssdk.services.iam.model.AttachGroupPolicyResponse;
import software.amazon.awssdk.services.iam.model.AttachRolePolicyRequest;
import software.amazon.awssdk.services.iam.model.AttachRolePolicyResponse;
import software.amazon.awssdk.services.iam.model.AttachUserPolicyRequest;
import software.amazon.awssdk.services.iam.model.AttachUserPolicyResponse;
import software.amazon.awssdk.services.iam.model.AttachedPolicy;
import software.amazon.awssdk.services.iam.model.DetachGroupPolicyRequest;
import software.amazon.awssdk.services.iam.model.DetachGroupPolicyResponse;
import software.amazon.awssdk.services.iam.model.DetachRolePolicyRequest;
import software.amazon.awssdk.services.iam.model.DetachRolePolicyResponse;
import software.amazon.awssdk.services.iam.model.DetachUserPolicyRequest;
import software.amazon.awssdk.services.iam.model.DetachUserPolicyResponse;
import software.amazon.awssdk.services.iam.model.ListAttachedGroupPoliciesRequest;
import software.amazon.awssdk.services.iam.model.ListAttachedGroupPoliciesResponse;
import software.amazon.awssdk.services.iam.model.ListAttachedRolePoliciesRequest;
import software.amazon.awssdk.services.iam.model.ListAttachedRolePoliciesResponse;
import software.amazon.awssdk.services.iam.model.ListAttachedUserPoliciesRequest;
import software.amazon.awssdk.services.iam.model.ListAttachedUserPoliciesResponse;
import software.amazon.awssdk.services.iam.model.ListEntitiesForPolicyRequest;
import software.amazon.awssdk.services.iam.model.ListEntitiesForPolicyResponse;
import software.amazon.awssdk.services.iam.model.PolicyGroup;
import software.amazon.awssdk.services.iam.model.PolicyRole;
import software.amazon.awssdk.services.iam.model.PolicyUser;

/// Which managed policies are attached to whom.
final class IamAttachments implements IamPart {
  private static final int POLICIES_MAX = 10;

  private final IamStore store;

  IamAttachments(IamStore store) {
    this.store = store;
  }

  @Override
  public AttachRolePolicyResponse attachRolePolicy(AttachRolePolicyRequest request) {
    attach(IamStore.role(Check.name(request.roleName(), "roleName", 64)), request.policyArn());
    return AttachRolePolicyResponse.builder().build();
  }

  @Override
  public AttachUserPolicyResponse attachUserPolicy(AttachUserPolicyRequest request) {
    attach(IamStore.user(Check.name(request.userName(), "userName", 64)), request.policyArn());
    return AttachUserPolicyResponse.builder().build();
  }

  @Override
  public AttachGroupPolicyResponse attachGroupPolicy(AttachGroupPolicyRequest request) {
    attach(IamStore.group(Check.name(request.groupName(), "groupName", 128)), request.policyArn());
    return AttachGroupPolicyResponse.builder().build();
  }

  @Override
  public DetachRolePolicyResponse detachRolePolicy(DetachRolePolicyRequest request) {
    detach(IamStore.role(Check.name(request.roleName(), "roleName", 64)), request.policyArn());
    return DetachRolePolicyResponse.builder().build();
  }

  @Override
  public DetachUserPolicyResponse detachUserPolicy(DetachUserPolicyRequest request) {
    detach(IamStore.user(Check.name(request.userName(), "userName", 64)), request.policyArn());
    return DetachUserPolicyResponse.builder().build();
  }

  @Override
  public DetachGroupPolicyResponse detachGroupPolicy(DetachGroupPolicyRequest request) {
    detach(IamStore.group(Check.name(request.groupName(), "groupName", 128)), request.policyArn());
    return DetachGroupPolicyResponse.builder().build();
  }

  @Override
  public ListAttachedRolePoliciesResponse listAttachedRolePolicies(
      ListAttachedRolePoliciesRequest request) {
    var owner = IamStore.role(Check.name(request.roleName(), "roleName", 64));
    var page = list(owner, request.pathPrefix(), request.marker(), request.maxItems());
    return ListAttachedRolePoliciesResponse.builder()
        .attachedPolicies(page.items())
        .isTruncated(page.truncated())
        .marker(page.token())
        .build();
  }

  @Override
  public ListAttachedUserPoliciesResponse listAttachedUserPolicies(
      ListAttachedUserPoliciesRequest request) {
    var owner = IamStore.user(Check.name(request.userName(), "userName", 64));
    var page = list(owner, request.pathPrefix(), request.marker(), request.maxItems());
    return ListAttachedUserPoliciesResponse.builder()
        .attachedPolicies(page.items())
        .isTruncated(page.truncated())
        .marker(page.token())
        .build();
  }

  @Override
  public ListAttachedGroupPoliciesResponse listAttachedGroupPolicies(
      ListAttachedGroupPoliciesRequest request) {
    var owner = IamStore.group(Check.name(request.groupName(), "groupName", 128));
    var page = list(owner, request.pathPrefix(), request.marker(), request.maxItems());
    return ListAttachedGroupPoliciesResponse.builder()
        .attachedPolicies(page.items())
        .isTruncated(page.truncated())
        .marker(page.token())
        .build();
  }

  @Override
  public ListEntitiesForPolicyResponse listEntitiesForPolicy(ListEntitiesForPolicyRequest request) {
    var arn = Check.required(request.policyArn(), "policyArn");
    if (store.document(arn).isEmpty()) {
      throw IamErrors.noSuchEntity("Policy " + arn + " was not found.");
    }
    var roles = new ArrayList<PolicyRole>();
    var users = new ArrayList<PolicyUser>();
    var groups = new ArrayList<PolicyGroup>();
    var filter = request.entityFilter() == null ? "" : request.entityFilterAsString();
    store.attached.scan(
        (key, value) -> {
          if (!value.equals(arn)) {
            return true;
          }
          if (key.kind().equals("role") && (filter.isEmpty() || filter.equals("Role"))) {
            var role = store.existingRole(key.owner());
            roles.add(PolicyRole.builder().roleName(role.roleName()).roleId(role.roleId()).build());
          } else if (key.kind().equals("user") && (filter.isEmpty() || filter.equals("User"))) {
            var user = store.existingUser(key.owner());
            users.add(PolicyUser.builder().userName(user.userName()).userId(user.userId()).build());
          } else if (key.kind().equals("group") && (filter.isEmpty() || filter.equals("Group"))) {
            var group = store.existingGroup(key.owner());
            groups.add(
                PolicyGroup.builder()
                    .groupName(group.groupName())
                    .groupId(group.groupId())
                    .build());
          }
          return true;
        },
        IamStore.account());
    return ListEntitiesForPolicyResponse.builder()
        .policyRoles(roles)
        .policyUsers(users)
        .policyGroups(groups)
        .isTruncated(false)
        .build();
  }

  private void attach(Owner owner, @Nullable String policyArn) {
    var arn = Check.required(policyArn, "policyArn");
    Check.length(arn, "policyArn", 20, 2048);
    store.change(batch -> {
      store.requireModifiable(owner);
      if (Arn.of(arn).isEmpty()) {
        throw IamErrors.invalidInput("ARN " + arn + " is not valid.");
      }
      if (store.document(arn).isEmpty()) {
        throw IamErrors.noSuchEntity("Policy " + arn + " does not exist or is not attachable.");
      }
      var attached = store.attachedTo(owner);
      if (!attached.contains(arn) && attached.size() >= POLICIES_MAX) {
        throw IamErrors.limitExceeded("PoliciesPer" + owner.kind().title, POLICIES_MAX);
      }
      store.attached.put(batch, Owned.of(owner, arn), arn);
      return arn;
    });
  }

  private void detach(Owner owner, @Nullable String policyArn) {
    var arn = Check.required(policyArn, "policyArn");
    store.change(batch -> {
      store.requireModifiable(owner);
      if (!store.attachedTo(owner).contains(arn)) {
        throw IamErrors.noSuchEntity("Policy " + arn + " was not found.");
      }
      store.attached.delete(batch, Owned.of(owner, arn));
      return arn;
    });
  }

  private Page<AttachedPolicy> list(
      Owner owner, @Nullable String pathPrefix, @Nullable String marker, @Nullable Integer max) {
    store.requireExists(owner);
    var prefix = pathPrefix == null ? "/" : pathPrefix;
    var all =
        store.attachedTo(owner).stream()
            .filter(arn -> arn.substring(arn.indexOf('/')).startsWith(prefix))
            .map(arn ->
                AttachedPolicy.builder()
                    .policyArn(arn)
                    .policyName(arn.substring(arn.lastIndexOf('/') + 1))
                    .build())
            .sorted(Comparator.comparing(AttachedPolicy::policyArn))
            .toList();
    return Paging.of(all, AttachedPolicy::policyArn, marker, max);
  }
}
