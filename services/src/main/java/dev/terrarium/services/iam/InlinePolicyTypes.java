package dev.terrarium.services.iam;

import static dev.terrarium.services.iam.IamResourceTypes.document;
import static dev.terrarium.services.iam.IamResourceTypes.ifThere;

import dev.terrarium.kernel.ResourceType;
import dev.terrarium.kernel.ResourceType.Property;
import dev.terrarium.kernel.SimpleResource;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import software.amazon.awssdk.services.iam.IamClient;

/// `AWS::IAM::RolePolicy`, `AWS::IAM::UserPolicy` and `AWS::IAM::GroupPolicy`: one inline policy of
/// one role, user or group.
final class InlinePolicyTypes {
  private interface Put {
    void apply(String owner, String policy, String document);
  }

  private interface Delete {
    void apply(String owner, String policy);
  }

  private InlinePolicyTypes() {}

  static List<ResourceType> all(IamClient iam) {
    return List.of(
        type(
            "Role",
            (owner, policy, document) ->
                iam.putRolePolicy(
                    p -> p.roleName(owner).policyName(policy).policyDocument(document)),
            (owner, policy) -> iam.deleteRolePolicy(d -> d.roleName(owner).policyName(policy)),
            (owner, policy) ->
                iam.getRolePolicy(g -> g.roleName(owner).policyName(policy)).policyDocument()),
        type(
            "User",
            (owner, policy, document) ->
                iam.putUserPolicy(
                    p -> p.userName(owner).policyName(policy).policyDocument(document)),
            (owner, policy) -> iam.deleteUserPolicy(d -> d.userName(owner).policyName(policy)),
            (owner, policy) ->
                iam.getUserPolicy(g -> g.userName(owner).policyName(policy)).policyDocument()),
        type(
            "Group",
            (owner, policy, document) ->
                iam.putGroupPolicy(
                    p -> p.groupName(owner).policyName(policy).policyDocument(document)),
            (owner, policy) -> iam.deleteGroupPolicy(d -> d.groupName(owner).policyName(policy)),
            (owner, policy) ->
                iam.getGroupPolicy(g -> g.groupName(owner).policyName(policy)).policyDocument()));
  }

  private static ResourceType type(
      String kind, Put put, Delete delete, BinaryOperator<String> get) {
    var ownerName = kind + "Name";
    return new SimpleResource(
        "AWS::IAM::" + kind + "Policy",
        List.of(
            Property.of("PolicyDocument"),
            Property.of("PolicyName").mandatory().replacing(),
            Property.of(ownerName).mandatory().replacing()),
        request -> {
          put(request, ownerName, put);
          return new ResourceType.Resource(
              request.properties().path("PolicyName").asText()
                  + "|"
                  + request.properties().path(ownerName).asText(),
              Map.of());
        },
        (request, current) -> {
          put(request, ownerName, put);
          return current;
        },
        (request, current) -> {
          var p = request.properties();
          ifThere(() -> delete.apply(p.path(ownerName).asText(), p.path("PolicyName").asText()));
          return current;
        },
        IamReadings.inline(ownerName, get));
  }

  private static void put(ResourceType.Request request, String ownerName, Put put) {
    var p = request.properties();
    put.apply(
        p.path(ownerName).asText(),
        p.path("PolicyName").asText(),
        document(p.path("PolicyDocument")));
  }
}
