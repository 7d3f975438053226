package dev.terrarium.services.iam;

import static dev.terrarium.services.iam.IamResourceTypes.change;
import static dev.terrarium.services.iam.IamResourceTypes.changeDocuments;
import static dev.terrarium.services.iam.IamResourceTypes.ifThere;
import static dev.terrarium.services.iam.IamResourceTypes.inline;
import static dev.terrarium.services.iam.IamResourceTypes.tags;
import static dev.terrarium.services.iam.IamResourceTypes.text;
import static dev.terrarium.services.iam.IamResourceTypes.texts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Reading;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.iam.IamClient;

/// `AWS::IAM::User`.
final class UserType extends IdentityType {
  UserType(IamClient iam) {
    super(iam, "UserName", 64);
  }

  @Override
  public String name() {
    return "AWS::IAM::User";
  }

  @Override
  public List<Property> properties() {
    return List.of(
        Property.of("Groups"),
        Property.of("LoginProfile"),
        Property.of("ManagedPolicyArns"),
        Property.of("Path"),
        Property.of("PermissionsBoundary"),
        Property.of("Policies"),
        Property.of("Tags"),
        Property.of("UserName").replacing());
  }

  @Override
  void make(String name, Request request) {
    var properties = request.properties();
    iam.createUser(create ->
        create
            .userName(name)
            .path(text(properties, "Path"))
            .permissionsBoundary(text(properties, "PermissionsBoundary"))
            .tags(tags(request)));
  }

  @Override
  void remove(String name) {
    iam.deleteUser(delete -> delete.userName(name));
  }

  @Override
  public Reading reading() {
    return new IamReadings(iam).user(this::describe);
  }

  @Override
  public Resource update(Request request, Resource current, ObjectNode previous) {
    var properties = request.properties();
    var name = current.physicalId();
    iam.updateUser(update -> update.userName(name).newPath(text(properties, "Path", "/")));
    var boundary = text(properties, "PermissionsBoundary");
    if (boundary != null) {
      iam.putUserPermissionsBoundary(put -> put.userName(name).permissionsBoundary(boundary));
    } else if (previous.has("PermissionsBoundary")) {
      iam.deleteUserPermissionsBoundary(delete -> delete.userName(name));
    }
    changeTags(
        iam.getUser(get -> get.userName(name)).user().tags(),
        tags(request),
        gone -> iam.untagUser(untag -> untag.userName(name).tagKeys(gone)),
        now -> iam.tagUser(tag -> tag.userName(name).tags(now)));
    apply(name, previous, properties);
    return describe(name);
  }

  @Override
  void apply(String name, ObjectNode before, ObjectNode now) {
    change(
        texts(before, "Groups"),
        texts(now, "Groups"),
        group -> iam.removeUserFromGroup(remove -> remove.userName(name).groupName(group)),
        group -> iam.addUserToGroup(add -> add.userName(name).groupName(group)));
    change(
        texts(before, "ManagedPolicyArns"),
        texts(now, "ManagedPolicyArns"),
        arn -> iam.detachUserPolicy(detach -> detach.userName(name).policyArn(arn)),
        arn -> iam.attachUserPolicy(attach -> attach.userName(name).policyArn(arn)));
    changeDocuments(
        inline(before),
        inline(now),
        policy -> iam.deleteUserPolicy(delete -> delete.userName(name).policyName(policy)),
        (policy, text) ->
            iam.putUserPolicy(put -> put.userName(name).policyName(policy).policyDocument(text)));
    login(name, before.path("LoginProfile"), now.path("LoginProfile"));
  }

  private void login(String name, JsonNode before, JsonNode now) {
    if (before.equals(now)) {
      return;
    }
    if (before.isObject()) {
      ifThere(() -> iam.deleteLoginProfile(delete -> delete.userName(name)));
    }
    if (now.isObject()) {
      iam.createLoginProfile(create ->
          create
              .userName(name)
              .password(now.path("Password").asText())
              .passwordResetRequired(now.path("PasswordResetRequired").asBoolean()));
    }
  }

  @Override
  Resource describe(String name) {
    var user = iam.getUser(get -> get.userName(name)).user();
    return IamResourceTypes.resource(user.userName(), Map.of("Arn", user.arn()));
  }
}
