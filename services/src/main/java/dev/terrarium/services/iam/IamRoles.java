package dev.terrarium.services.iam;

import dev.terrarium.services.iam.IamStore.Named;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.iam.model.AttachedPermissionsBoundary;
import software.amazon.awssdk.services.iam.model.CreateRoleRequest;
import software.amazon.awssdk.services.iam.model.CreateRoleResponse;
import software.amazon.awssdk.services.iam.model.CreateServiceLinkedRoleRequest;
import software.amazon.awssdk.services.iam.model.CreateServiceLinkedRoleResponse;
import software.amazon.awssdk.services.iam.model.DeleteRolePermissionsBoundaryRequest;
import software.amazon.awssdk.services.iam.model.DeleteRolePermissionsBoundaryResponse;
import software.amazon.awssdk.services.iam.model.DeleteRoleRequest;
import software.amazon.awssdk.services.iam.model.DeleteRoleResponse;
import software.amazon.awssdk.services.iam.model.DeleteServiceLinkedRoleRequest;
import software.amazon.awssdk.services.iam.model.DeleteServiceLinkedRoleResponse;
import software.amazon.awssdk.services.iam.model.GetRoleRequest;
import software.amazon.awssdk.services.iam.model.GetRoleResponse;
import software.amazon.awssdk.services.iam.model.GetServiceLinkedRoleDeletionStatusRequest;
import software.amazon.awssdk.services.iam.model.GetServiceLinkedRoleDeletionStatusResponse;
import software.amazon.awssdk.services.iam.model.ListRoleTagsRequest;
import software.amazon.awssdk.services.iam.model.ListRoleTagsResponse;
import software.amazon.awssdk.services.iam.model.ListRolesRequest;
import software.amazon.awssdk.services.iam.model.ListRolesResponse;
import software.amazon.awssdk.services.iam.model.PutRolePermissionsBoundaryRequest;
import software.amazon.awssdk.services.iam.model.PutRolePermissionsBoundaryResponse;
import software.amazon.awssdk.services.iam.model.Role;
import software.amazon.awssdk.services.iam.model.RoleLastUsed;
import software.amazon.awssdk.services.iam.model.Tag;
import software.amazon.awssdk.services.iam.model.TagRoleRequest;
import software.amazon.awssdk.services.iam.model.TagRoleResponse;
import software.amazon.awssdk.services.iam.model.UntagRoleRequest;
import software.amazon.awssdk.services.iam.model.UntagRoleResponse;
import software.amazon.awssdk.services.iam.model.UpdateAssumeRolePolicyRequest;
import software.amazon.awssdk.services.iam.model.UpdateAssumeRolePolicyResponse;
import software.amazon.awssdk.services.iam.model.UpdateRoleDescriptionRequest;
import software.amazon.awssdk.services.iam.model.UpdateRoleDescriptionResponse;
import software.amazon.awssdk.services.iam.model.UpdateRoleRequest;
import software.amazon.awssdk.services.iam.model.UpdateRoleResponse;

/// Roles, service-linked ones included.
final class IamRoles implements IamPart {
  private static final int TRUST_POLICY_LENGTH_MAX = 131072;
  private static final Map<String, String> LINKED_NAMES =
      Map.of(
          "autoscaling.amazonaws.com", "AWSServiceRoleForAutoScaling",
          "ecs.amazonaws.com", "AWSServiceRoleForECS",
          "elasticloadbalancing.amazonaws.com", "AWSServiceRoleForElasticLoadBalancing",
          "rds.amazonaws.com", "AWSServiceRoleForRDS",
          "elasticache.amazonaws.com", "AWSServiceRoleForElastiCache",
          "replication.dynamodb.amazonaws.com", "AWSServiceRoleForDynamoDBReplication",
          "es.amazonaws.com", "AWSServiceRoleForAmazonElasticsearchService",
          "opensearchservice.amazonaws.com", "AWSServiceRoleForAmazonOpenSearchService",
          "ops.apigateway.amazonaws.com", "AWSServiceRoleForAPIGateway",
          "elasticmapreduce.amazonaws.com", "AWSServiceRoleForEMRCleanup");

  private final IamStore store;

  IamRoles(IamStore store) {
    this.store = store;
  }

  @Override
  public CreateRoleResponse createRole(CreateRoleRequest request) {
    var name = Check.name(request.roleName(), "roleName", 64);
    var document = Check.required(request.assumeRolePolicyDocument(), "assumeRolePolicyDocument");
    Check.length(document, "assumeRolePolicyDocument", 1, TRUST_POLICY_LENGTH_MAX);
    Check.range(request.maxSessionDuration(), "maxSessionDuration", 3600, 43200);
    Check.description(request.description());
    var path = Check.path(request.path());
    PolicyDocument.checkTrust(document);
    var role =
        newRole(path, name, document)
            .description(request.description())
            .maxSessionDuration(
                request.maxSessionDuration() == null ? 3600 : request.maxSessionDuration())
            .permissionsBoundary(boundary(store, request.permissionsBoundary()))
            .tags(request.hasTags() ? Check.tags(request.tags()) : null)
            .build();
    create(role);
    return CreateRoleResponse.builder().role(out(role, true)).build();
  }

  private Role.Builder newRole(String path, String name, String document) {
    return Role.builder()
        .path(path)
        .roleName(name)
        .roleId(store.newId("AROA"))
        .arn(IamStore.arn("role", path, name))
        .createDate(store.now())
        .assumeRolePolicyDocument(document);
  }

  private void create(Role role) {
    store.change(batch -> {
      var key = Named.of(IamStore.account(), role.roleName());
      if (store.roles.contains(key)) {
        throw IamErrors.alreadyExists("Role with name " + role.roleName() + " already exists.");
      }
      store.roles.put(batch, key, role);
      return role;
    });
  }

  @Override
  public GetRoleResponse getRole(GetRoleRequest request) {
    var name = Check.name(request.roleName(), "roleName", 64);
    return GetRoleResponse.builder().role(out(store.existingRole(name), true)).build();
  }

  @Override
  public ListRolesResponse listRoles(ListRolesRequest request) {
    var prefix = request.pathPrefix() == null ? "/" : request.pathPrefix();
    var all =
        store.roles.list(IamStore.account()).stream()
            .filter(role -> role.path().startsWith(prefix))
            .sorted(java.util.Comparator.comparing(Role::roleName))
            .toList();
    var page = Paging.of(all, Role::roleName, request.marker(), request.maxItems());
    return ListRolesResponse.builder()
        .roles(page.items().stream().map(role -> out(role, false)).toList())
        .isTruncated(page.truncated())
        .marker(page.token())
        .build();
  }

  @Override
  public UpdateRoleResponse updateRole(UpdateRoleRequest request) {
    Check.range(request.maxSessionDuration(), "maxSessionDuration", 3600, 43200);
    Check.description(request.description());
    modify(
        request.roleName(),
        role -> {
          if (request.description() != null) {
            role.description(request.description());
          }
          if (request.maxSessionDuration() != null) {
            role.maxSessionDuration(request.maxSessionDuration());
          }
          return role;
        });
    return UpdateRoleResponse.builder().build();
  }

  @Override
  public UpdateRoleDescriptionResponse updateRoleDescription(UpdateRoleDescriptionRequest request) {
    Check.description(request.description());
    var role = modify(request.roleName(), changed -> changed.description(request.description()));
    return UpdateRoleDescriptionResponse.builder().role(out(role, true)).build();
  }

  @Override
  public UpdateAssumeRolePolicyResponse updateAssumeRolePolicy(
      UpdateAssumeRolePolicyRequest request) {
    var document = Check.required(request.policyDocument(), "policyDocument");
    PolicyDocument.checkTrust(document);
    modify(request.roleName(), role -> role.assumeRolePolicyDocument(document));
    return UpdateAssumeRolePolicyResponse.builder().build();
  }

  @Override
  public PutRolePermissionsBoundaryResponse putRolePermissionsBoundary(
      PutRolePermissionsBoundaryRequest request) {
    var boundary =
        boundary(store, Check.required(request.permissionsBoundary(), "permissionsBoundary"));
    modify(request.roleName(), role -> role.permissionsBoundary(boundary));
    return PutRolePermissionsBoundaryResponse.builder().build();
  }

  @Override
  public DeleteRolePermissionsBoundaryResponse deleteRolePermissionsBoundary(
      DeleteRolePermissionsBoundaryRequest request) {
    modify(
        request.roleName(), role -> role.permissionsBoundary((AttachedPermissionsBoundary) null));
    return DeleteRolePermissionsBoundaryResponse.builder().build();
  }

  @Override
  public TagRoleResponse tagRole(TagRoleRequest request) {
    modify(request.roleName(), role -> role.tags(Tags.with(role.build().tags(), request.tags())));
    return TagRoleResponse.builder().build();
  }

  @Override
  public UntagRoleResponse untagRole(UntagRoleRequest request) {
    modify(
        request.roleName(),
        role -> role.tags(Tags.without(role.build().tags(), request.tagKeys())));
    return UntagRoleResponse.builder().build();
  }

  @Override
  public ListRoleTagsResponse listRoleTags(ListRoleTagsRequest request) {
    var role = store.existingRole(Check.name(request.roleName(), "roleName", 64));
    var page = Paging.of(role.tags(), Tag::key, request.marker(), request.maxItems());
    return ListRoleTagsResponse.builder()
        .tags(page.items())
        .isTruncated(page.truncated())
        .marker(page.token())
        .build();
  }

  @Override
  public DeleteRoleResponse deleteRole(DeleteRoleRequest request) {
    var name = Check.name(request.roleName(), "roleName", 64);
    store.change(batch -> {
      var role = store.existingRole(name);
      if (role.path().startsWith("/aws-service-role/")) {
        throw IamErrors.unmodifiable(role.roleName());
      }
      var owner = IamStore.role(name);
      for (var profile : store.profiles.list(IamStore.account())) {
        if (profile.roles().stream().anyMatch(r -> r.roleName().equals(role.roleName()))) {
          throw IamErrors.deleteConflict(
              "Cannot delete entity, must remove roles from instance profile first.");
        }
      }
      if (!store.attachedTo(owner).isEmpty()) {
        throw IamErrors.deleteConflict("Cannot delete entity, must detach all policies first.");
      }
      if (!store.inlineOf(owner).isEmpty()) {
        throw IamErrors.deleteConflict("Cannot delete entity, must delete policies first.");
      }
      store.roles.delete(batch, Named.of(IamStore.account(), name));
      return role;
    });
    return DeleteRoleResponse.builder().build();
  }

  @Override
  public CreateServiceLinkedRoleResponse createServiceLinkedRole(
      CreateServiceLinkedRoleRequest request) {
    var service = Check.required(request.awsServiceName(), "AWSServiceName");
    if (!service.endsWith(".amazonaws.com")) {
      throw IamErrors.invalidInput("Service Role Name is invalid: " + service);
    }
    var base = LINKED_NAMES.getOrDefault(service, "AWSServiceRoleFor" + title(service));
    var name = request.customSuffix() == null ? base : base + "_" + request.customSuffix();
    if (store.roles.contains(Named.of(IamStore.account(), name))) {
      throw IamErrors.invalidInput(
          "Service role name %s has been taken in this account, please try a different suffix."
              .formatted(name));
    }
    var trust =
        """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"%s"},"Action":"sts:AssumeRole"}]}\
        """
            .formatted(service);
    var role =
        newRole("/aws-service-role/" + service + "/", name, trust)
            .description(request.description())
            .maxSessionDuration(3600)
            .build();
    create(role);
    return CreateServiceLinkedRoleResponse.builder().role(out(role, true)).build();
  }

  @Override
  public DeleteServiceLinkedRoleResponse deleteServiceLinkedRole(
      DeleteServiceLinkedRoleRequest request) {
    var role = store.existingRole(Check.name(request.roleName(), "roleName", 64));
    if (!role.path().startsWith("/aws-service-role/")) {
      throw IamErrors.invalidInput("Role " + role.roleName() + " is not a service-linked role.");
    }
    store.change(batch -> {
      store.roles.delete(batch, Named.of(IamStore.account(), role.roleName()));
      return role;
    });
    return DeleteServiceLinkedRoleResponse.builder()
        .deletionTaskId(
            "task%s%s/%s".formatted(role.path(), role.roleName(), store.cloud.ids().uuid()))
        .build();
  }

  @Override
  public GetServiceLinkedRoleDeletionStatusResponse getServiceLinkedRoleDeletionStatus(
      GetServiceLinkedRoleDeletionStatusRequest request) {
    var task = Check.required(request.deletionTaskId(), "deletionTaskId");
    var parts = List.of(task.split("/"));
    if (parts.size() < 5 || !parts.get(0).equals("task")) {
      throw IamErrors.noSuchEntity(
          "Deletion task " + request.deletionTaskId() + " cannot be found.");
    }
    var role = store.roles.get(Named.of(IamStore.account(), parts.get(parts.size() - 2)));
    return GetServiceLinkedRoleDeletionStatusResponse.builder()
        .status(role == null ? "SUCCEEDED" : "FAILED")
        .build();
  }

  /// A boundary as IAM shows it.
  static @Nullable AttachedPermissionsBoundary boundary(
      IamStore store, @Nullable String policyArn) {
    if (policyArn == null) {
      return null;
    }
    if (store.document(policyArn).isEmpty()) {
      throw IamErrors.noSuchEntity(
          "Scope ARN: " + policyArn + " does not exist or is not attachable.");
    }
    return AttachedPermissionsBoundary.builder()
        .permissionsBoundaryType("PermissionsBoundaryPolicy")
        .permissionsBoundaryArn(policyArn)
        .build();
  }

  /// A role as IAM shows it: lists leave out what only the role itself shows.
  static Role out(Role role, boolean whole) {
    var shown =
        role.toBuilder()
            .assumeRolePolicyDocument(IamStore.encoded(role.assumeRolePolicyDocument()));
    if (!whole) {
      return shown
          .tags((List<Tag>) null)
          .permissionsBoundary((AttachedPermissionsBoundary) null)
          .build();
    }
    return shown.roleLastUsed(RoleLastUsed.builder().build()).build();
  }

  private Role modify(@Nullable String roleName, UnaryOperator<Role.Builder> change) {
    var name = Check.name(roleName, "roleName", 64);
    return store.change(batch -> {
      var role = change.apply(store.existingRole(name).toBuilder()).build();
      store.roles.put(batch, Named.of(IamStore.account(), name), role);
      return role;
    });
  }

  private static String title(String service) {
    var words = new StringBuilder();
    for (var word : service.replace(".amazonaws.com", "").split("[.-]")) {
      words.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
    }
    return words.toString();
  }
}
