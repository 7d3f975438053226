package dev.terrarium.services.iam;

import static dev.terrarium.services.iam.IamResourceTypes.decoded;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Reading;
import dev.terrarium.kernel.Reading.State;
import dev.terrarium.kernel.ResourceType.Resource;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import software.amazon.awssdk.services.iam.IamClient;

/// What IAM's resource types can tell of what is there, but for roles.
final class IamReadings {
  private final IamClient iam;

  IamReadings(IamClient iam) {
    this.iam = iam;
  }

  /// @param describe the resource of a name
  Reading user(Function<String, Resource> describe) {
    return Reading.of(
        "UserName",
        name -> {
          var now = iam.getUser(g -> g.userName(name)).user();
          var told = Json.object().put("UserName", name).put("Path", now.path());
          var boundary = now.permissionsBoundary();
          told.put(
              "PermissionsBoundary", boundary == null ? null : boundary.permissionsBoundaryArn());
          var groups = told.putArray("Groups");
          iam.listGroupsForUser(l -> l.userName(name))
              .groups()
              .forEach(group -> groups.add(group.groupName()));
          var attached = told.putArray("ManagedPolicyArns");
          iam.listAttachedUserPolicies(l -> l.userName(name))
              .attachedPolicies()
              .forEach(policy -> attached.add(policy.policyArn()));
          return new State(describe.apply(name), told);
        },
        () -> iam.listUsersPaginator().users().stream().map(user -> user.userName()).toList());
  }

  Reading group(Function<String, Resource> describe) {
    return Reading.of(
        "GroupName",
        name -> {
          var now = iam.getGroup(g -> g.groupName(name)).group();
          var told = Json.object().put("GroupName", name).put("Path", now.path());
          var attached = told.putArray("ManagedPolicyArns");
          iam.listAttachedGroupPolicies(l -> l.groupName(name))
              .attachedPolicies()
              .forEach(policy -> attached.add(policy.policyArn()));
          return new State(describe.apply(name), told);
        },
        () -> iam.listGroupsPaginator().groups().stream().map(group -> group.groupName()).toList());
  }

  Reading managedPolicy(Function<String, Resource> describe) {
    return Reading.of(
        "PolicyArn",
        arn -> {
          var now = iam.getPolicy(g -> g.policyArn(arn)).policy();
          var version =
              iam.getPolicyVersion(g -> g.policyArn(arn).versionId(now.defaultVersionId()))
                  .policyVersion();
          var told = Json.object().put("ManagedPolicyName", now.policyName());
          told.put("Path", now.path()).put("Description", now.description());
          told.set("PolicyDocument", decoded(version.document()));
          return new State(describe.apply(arn), told);
        },
        () ->
            iam.listPoliciesPaginator(l -> l.scope("Local")).policies().stream()
                .map(policy -> policy.arn())
                .toList());
  }

  Reading instanceProfile(Function<String, Resource> describe) {
    return Reading.of(
        "InstanceProfileName",
        name -> {
          var now = iam.getInstanceProfile(g -> g.instanceProfileName(name)).instanceProfile();
          var told = Json.object().put("InstanceProfileName", name).put("Path", now.path());
          var roles = told.putArray("Roles");
          now.roles().forEach(role -> roles.add(role.roleName()));
          return new State(describe.apply(name), told);
        },
        () ->
            iam.listInstanceProfilesPaginator().instanceProfiles().stream()
                .map(profile -> profile.instanceProfileName())
                .toList());
  }

  Reading oidcProvider() {
    return Reading.of(
        "Arn",
        arn -> {
          var now = iam.getOpenIDConnectProvider(g -> g.openIDConnectProviderArn(arn));
          var told = Json.object();
          var clients = told.putArray("ClientIdList");
          now.clientIDList().forEach(clients::add);
          var prints = told.putArray("ThumbprintList");
          now.thumbprintList().forEach(prints::add);
          return new State(IamResourceTypes.resource(arn, Map.of("Arn", arn)), told);
        },
        () ->
            iam.listOpenIDConnectProviders(l -> {}).openIDConnectProviderList().stream()
                .map(provider -> provider.arn())
                .toList());
  }

  Reading serviceLinkedRole() {
    return Reading.of(
        "RoleName",
        name -> {
          var now = iam.getRole(g -> g.roleName(name)).role();
          var told = Json.object().put("Description", now.description());
          return new State(IamResourceTypes.resource(name, Map.of("RoleName", name)), told);
        },
        () ->
            iam.listRolesPaginator().roles().stream()
                .filter(role -> role.path().startsWith("/aws-service-role/"))
                .map(role -> role.roleName())
                .toList());
  }

  /// An inline policy.
  ///
  /// @param document of the owner and the policy of these names, as IAM tells it
  static Reading inline(String ownerName, BinaryOperator<String> document) {
    return new Reading(
        List.of("PolicyName", ownerName),
        parts -> {
          var policy = parts.getOrDefault("PolicyName", "");
          var owner = parts.getOrDefault(ownerName, "");
          ObjectNode told = Json.object().put("PolicyName", policy).put(ownerName, owner);
          told.set("PolicyDocument", decoded(document.apply(owner, policy)));
          return new State(new Resource(policy + "|" + owner, Map.of()), told);
        },
        List::of);
  }
}
