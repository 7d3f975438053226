package dev.terrarium.services.iam;

import static dev.terrarium.services.iam.IamResourceTypes.change;
import static dev.terrarium.services.iam.IamResourceTypes.document;
import static dev.terrarium.services.iam.IamResourceTypes.text;
import static dev.terrarium.services.iam.IamResourceTypes.texts;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.ResourceType;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.iam.IamClient;

/// `AWS::IAM::Policy`: one inline policy put into roles, users and groups.
final class PolicyType implements ResourceType {
  private final IamClient iam;

  PolicyType(IamClient iam) {
    this.iam = iam;
  }

  @Override
  public String name() {
    return "AWS::IAM::Policy";
  }

  @Override
  public List<Property> properties() {
    return List.of(
        Property.of("Groups"),
        Property.of("PolicyDocument").mandatory(),
        Property.of("PolicyName").mandatory().replacing(),
        Property.of("Roles"),
        Property.of("Users"));
  }

  @Override
  public Resource create(Request request) {
    var properties = request.properties();
    if (texts(properties, "Groups").isEmpty()
        && texts(properties, "Roles").isEmpty()
        && texts(properties, "Users").isEmpty()) {
      throw IamErrors.validation("At least one of [Groups,Roles,Users] must be non-empty.");
    }
    apply(Json.object(), properties);
    return IamResourceTypes.resource(request.generatedName(128), Map.of());
  }

  @Override
  public Resource update(Request request, Resource current, ObjectNode previous) {
    apply(previous, request.properties());
    return current;
  }

  /// Puts the document everywhere again: it may have changed.
  private void apply(ObjectNode before, ObjectNode now) {
    var old = text(before, "PolicyName", "");
    var name = text(now, "PolicyName", "");
    var document = document(now.path("PolicyDocument"));
    var same = before.path("PolicyDocument").equals(now.path("PolicyDocument"));
    change(
        texts(before, "Roles"),
        texts(now, "Roles"),
        role -> iam.deleteRolePolicy(delete -> delete.roleName(role).policyName(old)),
        role -> {});
    change(
        texts(before, "Users"),
        texts(now, "Users"),
        user -> iam.deleteUserPolicy(delete -> delete.userName(user).policyName(old)),
        user -> {});
    change(
        texts(before, "Groups"),
        texts(now, "Groups"),
        group -> iam.deleteGroupPolicy(delete -> delete.groupName(group).policyName(old)),
        group -> {});
    for (var role : texts(now, "Roles")) {
      if (!same || !texts(before, "Roles").contains(role)) {
        iam.putRolePolicy(put -> put.roleName(role).policyName(name).policyDocument(document));
      }
    }
    for (var user : texts(now, "Users")) {
      if (!same || !texts(before, "Users").contains(user)) {
        iam.putUserPolicy(put -> put.userName(user).policyName(name).policyDocument(document));
      }
    }
    for (var group : texts(now, "Groups")) {
      if (!same || !texts(before, "Groups").contains(group)) {
        iam.putGroupPolicy(put -> put.groupName(group).policyName(name).policyDocument(document));
      }
    }
  }

  @Override
  public void delete(Request request, Resource current) {
    apply(request.properties(), Json.object());
  }
}
