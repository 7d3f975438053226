package dev.terrarium.services.iam;

import dev.terrarium.services.iam.IamStore.Owned;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.iam.model.DeleteGroupPolicyRequest;
import software.amazon.awssdk.services.iam.model.DeleteGroupPolicyResponse;
import software.amazon.awssdk.services.iam.model.DeleteRolePolicyRequest;
import software.amazon.awssdk.services.iam.model.DeleteRolePolicyResponse;
import software.amazon.awssdk.services.iam.model.DeleteUserPolicyRequest;
import software.amazon.awssdk.services.iam.model.DeleteUserPolicyResponse;
import software.amazon.awssdk.services.iam.model.GetGroupPolicyRequest;
import software.amazon.awssdk.services.iam.model.GetGroupPolicyResponse;
import software.amazon.awssdk.services.iam.model.GetRolePolicyRequest;
import software.amazon.awssdk.services.iam.model.GetRolePolicyResponse;
import software.amazon.awssdk.services.iam.model.GetUserPolicyRequest;
import software.amazon.awssdk.services.iam.model.GetUserPolicyResponse;
import software.amazon.awssdk.services.iam.model.ListGroupPoliciesRequest;
import software.amazon.awssdk.services.iam.model.ListGroupPoliciesResponse;
import software.amazon.awssdk.services.iam.model.ListRolePoliciesRequest;
import software.amazon.awssdk.services.iam.model.ListRolePoliciesResponse;
import software.amazon.awssdk.services.iam.model.ListUserPoliciesRequest;
import software.amazon.awssdk.services.iam.model.ListUserPoliciesResponse;
import software.amazon.awssdk.services.iam.model.PutGroupPolicyRequest;
import software.amazon.awssdk.services.iam.model.PutGroupPolicyResponse;
import software.amazon.awssdk.services.iam.model.PutRolePolicyRequest;
import software.amazon.awssdk.services.iam.model.PutRolePolicyResponse;
import software.amazon.awssdk.services.iam.model.PutUserPolicyRequest;
import software.amazon.awssdk.services.iam.model.PutUserPolicyResponse;

/// Policies that are a part of one role, user or group.
final class IamInlinePolicies implements IamPart {
  private static final Map<Owner.Kind, Integer> LENGTH_MAX =
      Map.of(Owner.Kind.ROLE, 10240, Owner.Kind.USER, 2048, Owner.Kind.GROUP, 5120);

  private final IamStore store;

  IamInlinePolicies(IamStore store) {
    this.store = store;
  }

  @Override
  public PutRolePolicyResponse putRolePolicy(PutRolePolicyRequest request) {
    put(
        IamStore.role(Check.name(request.roleName(), "roleName", 64)),
        request.policyName(),
        request.policyDocument());
    return PutRolePolicyResponse.builder().build();
  }

  @Override
  public GetRolePolicyResponse getRolePolicy(GetRolePolicyRequest request) {
    var owner = IamStore.role(Check.name(request.roleName(), "roleName", 64));
    return GetRolePolicyResponse.builder()
        .roleName(owner.name())
        .policyName(request.policyName())
        .policyDocument(get(owner, request.policyName()))
        .build();
  }

  @Override
  public DeleteRolePolicyResponse deleteRolePolicy(DeleteRolePolicyRequest request) {
    delete(IamStore.role(Check.name(request.roleName(), "roleName", 64)), request.policyName());
    return DeleteRolePolicyResponse.builder().build();
  }

  @Override
  public ListRolePoliciesResponse listRolePolicies(ListRolePoliciesRequest request) {
    var owner = IamStore.role(Check.name(request.roleName(), "roleName", 64));
    store.requireExists(owner);
    var page =
        Paging.of(store.inlineOf(owner), Function.identity(), request.marker(), request.maxItems());
    return ListRolePoliciesResponse.builder()
        .policyNames(page.items())
        .isTruncated(page.truncated())
        .marker(page.token())
        .build();
  }

  @Override
  public PutUserPolicyResponse putUserPolicy(PutUserPolicyRequest request) {
    put(
        IamStore.user(Check.name(request.userName(), "userName", 128)),
        request.policyName(),
        request.policyDocument());
    return PutUserPolicyResponse.builder().build();
  }

  @Override
  public GetUserPolicyResponse getUserPolicy(GetUserPolicyRequest request) {
    var owner = IamStore.user(Check.name(request.userName(), "userName", 128));
    return GetUserPolicyResponse.builder()
        .userName(owner.name())
        .policyName(request.policyName())
        .policyDocument(get(owner, request.policyName()))
        .build();
  }

  @Override
  public DeleteUserPolicyResponse deleteUserPolicy(DeleteUserPolicyRequest request) {
    delete(IamStore.user(Check.name(request.userName(), "userName", 128)), request.policyName());
    return DeleteUserPolicyResponse.builder().build();
  }

  @Override
  public ListUserPoliciesResponse listUserPolicies(ListUserPoliciesRequest request) {
    var owner = IamStore.user(Check.name(request.userName(), "userName", 128));
    store.requireExists(owner);
    var page =
        Paging.of(store.inlineOf(owner), Function.identity(), request.marker(), request.maxItems());
    return ListUserPoliciesResponse.builder()
        .policyNames(page.items())
        .isTruncated(page.truncated())
        .marker(page.token())
        .build();
  }

  @Override
  public PutGroupPolicyResponse putGroupPolicy(PutGroupPolicyRequest request) {
    put(
        IamStore.group(Check.name(request.groupName(), "groupName", 128)),
        request.policyName(),
        request.policyDocument());
    return PutGroupPolicyResponse.builder().build();
  }

  @Override
  public GetGroupPolicyResponse getGroupPolicy(GetGroupPolicyRequest request) {
    var owner = IamStore.group(Check.name(request.groupName(), "groupName", 128));
    return GetGroupPolicyResponse.builder()
        .groupName(owner.name())
        .policyName(request.policyName())
        .policyDocument(get(owner, request.policyName()))
        .build();
  }

  @Override
  public DeleteGroupPolicyResponse deleteGroupPolicy(DeleteGroupPolicyRequest request) {
    delete(IamStore.group(Check.name(request.groupName(), "groupName", 128)), request.policyName());
    return DeleteGroupPolicyResponse.builder().build();
  }

  @Override
  public ListGroupPoliciesResponse listGroupPolicies(ListGroupPoliciesRequest request) {
    var owner = IamStore.group(Check.name(request.groupName(), "groupName", 128));
    store.requireExists(owner);
    var page =
        Paging.of(store.inlineOf(owner), Function.identity(), request.marker(), request.maxItems());
    return ListGroupPoliciesResponse.builder()
        .policyNames(page.items())
        .isTruncated(page.truncated())
        .marker(page.token())
        .build();
  }

  private void put(Owner owner, @Nullable String policyName, @Nullable String policyDocument) {
    var name = Check.name(policyName, "policyName", 128);
    var document = Check.required(policyDocument, "policyDocument");
    store.change(batch -> {
      store.requireModifiable(owner);
      PolicyDocument.checkIdentity(document);
      var length = document.replaceAll("\\s", "").length();
      for (var other : store.inlineOf(owner)) {
        var present = store.inline.get(Owned.of(owner, other));
        if (present != null && !other.equals(name)) {
          length += present.replaceAll("\\s", "").length();
        }
      }
      var max = Objects.requireNonNull(LENGTH_MAX.get(owner.kind()));
      if (length > max) {
        throw IamErrors.limitExceeded(
            "Maximum policy size of %d bytes exceeded for %s %s"
                .formatted(max, owner.kind().word, owner.name()));
      }
      store.inline.put(batch, Owned.of(owner, name), document);
      return name;
    });
  }

  private String get(Owner owner, @Nullable String policyName) {
    var name = Check.name(policyName, "policyName", 128);
    store.requireExists(owner);
    var document = store.inline.get(Owned.of(owner, name));
    if (document == null) {
      throw missing(owner, name);
    }
    return IamStore.encoded(document);
  }

  private void delete(Owner owner, @Nullable String policyName) {
    var name = Check.name(policyName, "policyName", 128);
    store.change(batch -> {
      store.requireModifiable(owner);
      if (!store.inline.contains(Owned.of(owner, name))) {
        throw missing(owner, name);
      }
      store.inline.delete(batch, Owned.of(owner, name));
      return name;
    });
  }

  private static RuntimeException missing(Owner owner, String name) {
    return IamErrors.noSuchEntity(
        "The %s policy with name %s cannot be found.".formatted(owner.kind().word, name));
  }
}
