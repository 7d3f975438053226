package dev.terrarium.services.iam;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.services.iam.IamStore.Named;
import dev.terrarium.services.iam.IamStore.StoredPolicy;
import dev.terrarium.services.iam.IamStore.VersionKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.iam.model.CreatePolicyRequest;
import software.amazon.awssdk.services.iam.model.CreatePolicyResponse;
import software.amazon.awssdk.services.iam.model.CreatePolicyVersionRequest;
import software.amazon.awssdk.services.iam.model.CreatePolicyVersionResponse;
import software.amazon.awssdk.services.iam.model.DeletePolicyRequest;
import software.amazon.awssdk.services.iam.model.DeletePolicyResponse;
import software.amazon.awssdk.services.iam.model.DeletePolicyVersionRequest;
import software.amazon.awssdk.services.iam.model.DeletePolicyVersionResponse;
import software.amazon.awssdk.services.iam.model.GetPolicyRequest;
import software.amazon.awssdk.services.iam.model.GetPolicyResponse;
import software.amazon.awssdk.services.iam.model.GetPolicyVersionRequest;
import software.amazon.awssdk.services.iam.model.GetPolicyVersionResponse;
import software.amazon.awssdk.services.iam.model.ListPoliciesRequest;
import software.amazon.awssdk.services.iam.model.ListPoliciesResponse;
import software.amazon.awssdk.services.iam.model.ListPolicyVersionsRequest;
import software.amazon.awssdk.services.iam.model.ListPolicyVersionsResponse;
import software.amazon.awssdk.services.iam.model.Policy;
import software.amazon.awssdk.services.iam.model.PolicyScopeType;
import software.amazon.awssdk.services.iam.model.PolicyVersion;
import software.amazon.awssdk.services.iam.model.Role;
import software.amazon.awssdk.services.iam.model.SetDefaultPolicyVersionRequest;
import software.amazon.awssdk.services.iam.model.SetDefaultPolicyVersionResponse;
import software.amazon.awssdk.services.iam.model.Tag;
import software.amazon.awssdk.services.iam.model.User;

/// Managed policies and their versions.
final class IamPolicies implements IamPart {
  private static final int LENGTH_MAX = 6144;
  private static final int VERSIONS_MAX = 5;

  private final IamStore store;

  IamPolicies(IamStore store) {
    this.store = store;
  }

  @Override
  public CreatePolicyResponse createPolicy(CreatePolicyRequest request) {
    var name = Check.name(request.policyName(), "policyName", 128);
    var document = Check.required(request.policyDocument(), "policyDocument");
    var path = Check.path(request.path());
    check(document);
    var now = store.now();
    var policy =
        Policy.builder()
            .policyName(name)
            .policyId(store.newId("ANPA"))
            .arn(IamStore.arn("policy", path, name))
            .path(path)
            .defaultVersionId("v1")
            .isAttachable(true)
            .description(request.description())
            .createDate(now)
            .updateDate(now)
            .tags(request.hasTags() ? Check.tags(request.tags()) : null)
            .build();
    store.change(batch -> {
      var key = Named.of(IamStore.account(), name);
      if (store.policies.contains(key)) {
        throw IamErrors.alreadyExists(
            "A policy called %s already exists. Duplicate names are not allowed.".formatted(name));
      }
      store.policies.put(batch, key, new StoredPolicy(policy, 2));
      putVersion(batch, key, 1, document, true, now);
      return policy;
    });
    return CreatePolicyResponse.builder().policy(counted(policy)).build();
  }

  private static void check(String document) {
    PolicyDocument.checkIdentity(document);
    if (document.replaceAll("\\s", "").length() > LENGTH_MAX) {
      throw IamErrors.limitExceeded("PolicySize", LENGTH_MAX);
    }
  }

  private void putVersion(
      Batch batch, Named key, long number, String document, boolean isDefault, Instant now) {
    store.versions.put(
        batch,
        new VersionKey(key.account(), key.name(), number),
        PolicyVersion.builder()
            .versionId("v" + number)
            .document(document)
            .isDefaultVersion(isDefault)
            .createDate(now)
            .build());
  }

  @Override
  public GetPolicyResponse getPolicy(GetPolicyRequest request) {
    var arn = arn(request.policyArn());
    var managed = ManagedPolicies.policy(arn);
    var policy = managed.isPresent() ? managed.get() : existing(arn).policy();
    return GetPolicyResponse.builder().policy(counted(policy)).build();
  }

  @Override
  public ListPoliciesResponse listPolicies(ListPoliciesRequest request) {
    var scope = request.scope() == null ? PolicyScopeType.ALL : request.scope();
    var all = new ArrayList<Policy>();
    if (scope != PolicyScopeType.AWS) {
      store.policies.list(IamStore.account()).forEach(stored -> all.add(stored.policy()));
    }
    if (scope != PolicyScopeType.LOCAL) {
      all.addAll(ManagedPolicies.all());
    }
    var prefix = request.pathPrefix() == null ? "/" : request.pathPrefix();
    var listed =
        all.stream()
            .filter(policy -> policy.path().startsWith(prefix))
            .map(this::counted)
            .filter(policy -> !Boolean.TRUE.equals(request.onlyAttached()) || isUsed(policy))
            .map(policy -> policy.toBuilder().tags((List<Tag>) null).description(null).build())
            .sorted(Comparator.comparing(Policy::arn))
            .toList();
    var page = Paging.of(listed, Policy::arn, request.marker(), request.maxItems());
    return ListPoliciesResponse.builder()
        .policies(page.items())
        .isTruncated(page.truncated())
        .marker(page.token())
        .build();
  }

  private static boolean isUsed(Policy policy) {
    return policy.attachmentCount() > 0 || policy.permissionsBoundaryUsageCount() > 0;
  }

  @Override
  public DeletePolicyResponse deletePolicy(DeletePolicyRequest request) {
    var arn = arn(request.policyArn());
    refuseManaged(arn);
    store.change(batch -> {
      var stored = existing(arn);
      if (isUsed(counted(stored.policy()))) {
        throw IamErrors.deleteConflict("Cannot delete a policy attached to entities.");
      }
      if (versions(arn).size() > 1) {
        throw IamErrors.deleteConflict(
            "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.");
      }
      var key = IamStore.policyKey(arn);
      store.policies.delete(batch, key);
      store.versions.deleteAll(batch, key.account(), key.name());
      return stored;
    });
    return DeletePolicyResponse.builder().build();
  }

  @Override
  public CreatePolicyVersionResponse createPolicyVersion(CreatePolicyVersionRequest request) {
    var arn = arn(request.policyArn());
    var document = Check.required(request.policyDocument(), "policyDocument");
    refuseManaged(arn);
    check(document);
    var version =
        store.change(batch -> {
          var stored = existing(arn);
          if (versions(arn).size() >= VERSIONS_MAX) {
            throw IamErrors.limitExceeded(
                "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.");
          }
          var key = IamStore.policyKey(arn);
          var number = stored.versionNext();
          var isDefault = Boolean.TRUE.equals(request.setAsDefault());
          var now = store.now();
          putVersion(batch, key, number, document, isDefault, now);
          var policy = stored.policy().toBuilder().updateDate(now);
          if (isDefault) {
            unsetDefault(batch, key, stored);
            policy.defaultVersionId("v" + number);
          }
          store.policies.put(batch, key, new StoredPolicy(policy.build(), number + 1));
          return PolicyVersion.builder()
              .versionId("v" + number)
              .isDefaultVersion(isDefault)
              .createDate(now)
              .build();
        });
    return CreatePolicyVersionResponse.builder().policyVersion(version).build();
  }

  @Override
  public GetPolicyVersionResponse getPolicyVersion(GetPolicyVersionRequest request) {
    var arn = arn(request.policyArn());
    var version = version(arn, Check.required(request.versionId(), "versionId"));
    return GetPolicyVersionResponse.builder()
        .policyVersion(version.toBuilder().document(IamStore.encoded(version.document())).build())
        .build();
  }

  @Override
  public ListPolicyVersionsResponse listPolicyVersions(ListPolicyVersionsRequest request) {
    var arn = arn(request.policyArn());
    var managed = ManagedPolicies.policy(arn);
    List<PolicyVersion> all;
    if (managed.isPresent()) {
      all = List.of(version(arn, managed.get().defaultVersionId()));
    } else {
      existing(arn);
      all = versions(arn).reversed();
    }
    Check.range(request.maxItems(), "maxItems", 1, 1000);
    return ListPolicyVersionsResponse.builder()
        .versions(all.stream().map(v -> v.toBuilder().document(null).build()).toList())
        .isTruncated(false)
        .build();
  }

  @Override
  public SetDefaultPolicyVersionResponse setDefaultPolicyVersion(
      SetDefaultPolicyVersionRequest request) {
    var arn = arn(request.policyArn());
    refuseManaged(arn);
    store.change(batch -> {
      var stored = existing(arn);
      var version = version(arn, Check.required(request.versionId(), "versionId"));
      var key = IamStore.policyKey(arn);
      unsetDefault(batch, key, stored);
      store.versions.put(
          batch,
          new VersionKey(key.account(), key.name(), number(version.versionId())),
          version.toBuilder().isDefaultVersion(true).build());
      var policy =
          stored.policy().toBuilder()
              .defaultVersionId(version.versionId())
              .updateDate(store.now())
              .build();
      store.policies.put(batch, key, new StoredPolicy(policy, stored.versionNext()));
      return version;
    });
    return SetDefaultPolicyVersionResponse.builder().build();
  }

  private void unsetDefault(Batch batch, Named key, StoredPolicy stored) {
    var id = new VersionKey(key.account(), key.name(), number(stored.policy().defaultVersionId()));
    var version = store.versions.get(id);
    if (version != null) {
      store.versions.put(batch, id, version.toBuilder().isDefaultVersion(false).build());
    }
  }

  @Override
  public DeletePolicyVersionResponse deletePolicyVersion(DeletePolicyVersionRequest request) {
    var arn = arn(request.policyArn());
    refuseManaged(arn);
    store.change(batch -> {
      existing(arn);
      var version = version(arn, Check.required(request.versionId(), "versionId"));
      if (version.isDefaultVersion()) {
        throw IamErrors.deleteConflict("Cannot delete the default version of a policy.");
      }
      var key = IamStore.policyKey(arn);
      store.versions.delete(
          batch, new VersionKey(key.account(), key.name(), number(version.versionId())));
      return version;
    });
    return DeletePolicyVersionResponse.builder().build();
  }

  static String arn(@Nullable String policyArn) {
    var arn = Check.required(policyArn, "policyArn");
    Check.length(arn, "policyArn", 20, 2048);
    if (Arn.of(arn).isEmpty()) {
      throw IamErrors.invalidInput("ARN " + arn + " is not valid.");
    }
    return arn;
  }

  static void refuseManaged(String arn) {
    if (ManagedPolicies.policy(arn).isPresent()) {
      throw Errors.of(403, "AccessDenied", "Policies managed by AWS cannot be changed: " + arn);
    }
  }

  StoredPolicy existing(String arn) {
    var stored = store.policies.get(IamStore.policyKey(arn));
    if (stored == null || !stored.policy().arn().equals(arn)) {
      throw IamErrors.noSuchEntity("Policy " + arn + " was not found.");
    }
    return stored;
  }

  private List<PolicyVersion> versions(String arn) {
    var key = IamStore.policyKey(arn);
    return store.versions.list(key.account(), key.name());
  }

  private PolicyVersion version(String arn, String id) {
    var managed = ManagedPolicies.policy(arn);
    if (managed.isPresent() && managed.get().defaultVersionId().equals(id)) {
      return PolicyVersion.builder()
          .versionId(id)
          .isDefaultVersion(true)
          .createDate(managed.get().updateDate())
          .document(ManagedPolicies.document(arn).orElseThrow())
          .build();
    }
    if (managed.isEmpty()) {
      existing(arn);
    }
    return versions(arn).stream()
        .filter(version -> version.versionId().equals(id))
        .findFirst()
        .orElseThrow(() ->
            IamErrors.noSuchEntity(
                "Policy %s version %s does not exist or is not attachable.".formatted(arn, id)));
  }

  private static long number(String versionId) {
    return Long.parseLong(versionId.substring(1));
  }

  /// With how many users, groups and roles have it attached or as their boundary.
  private Policy counted(Policy policy) {
    var attachments = new int[1];
    store.attached.scan(
        (key, arn) -> {
          attachments[0] += arn.equals(policy.arn()) ? 1 : 0;
          return true;
        },
        IamStore.account());
    var boundaries =
        store.roles.list(IamStore.account()).stream()
                .map(Role::permissionsBoundary)
                .filter(b -> b != null && b.permissionsBoundaryArn().equals(policy.arn()))
                .count()
            + store.users.list(IamStore.account()).stream()
                .map(User::permissionsBoundary)
                .filter(b -> b != null && b.permissionsBoundaryArn().equals(policy.arn()))
                .count();
    return policy.toBuilder()
        .attachmentCount(attachments[0])
        .permissionsBoundaryUsageCount((int) boundaries)
        .build();
  }
}
