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
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.ResourceType;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.EntityAlreadyExistsException;
import software.amazon.awssdk.services.iam.model.Tag;

/// `AWS::IAM::User`.
final class UserType implements ResourceType {
  private final IamClient iam;

  UserType(IamClient iam) {
    this.iam = iam;
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
  public Resource create(Request request) {
    var properties = request.properties();
    var name = text(properties, "UserName", request.generatedName(64));
    iam.createUser(create ->
        create
            .userName(name)
            .path(text(properties, "Path"))
            .permissionsBoundary(text(properties, "PermissionsBoundary"))
            .tags(tags(request)));
    apply(name, Json.object(), properties);
    return describe(name);
  }

  @Override
  public Resource createAgain(Request request) {
    try {
      return create(request);
    } catch (EntityAlreadyExistsException e) {
      var name = text(request.properties(), "UserName", request.generatedName(64));
      apply(name, Json.object(), request.properties());
      return describe(name);
    }
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
    var wanted = tags(request);
    var gone =
        iam.getUser(get -> get.userName(name)).user().tags().stream()
            .map(Tag::key)
            .filter(key -> wanted.stream().noneMatch(tag -> tag.key().equals(key)))
            .toList();
    if (!gone.isEmpty()) {
      iam.untagUser(untag -> untag.userName(name).tagKeys(gone));
    }
    if (!wanted.isEmpty()) {
      iam.tagUser(tag -> tag.userName(name).tags(wanted));
    }
    apply(name, previous, properties);
    return describe(name);
  }

  private void apply(String name, ObjectNode before, ObjectNode now) {
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
  public void delete(Request request, Resource current) {
    var name = current.physicalId();
    ifThere(() -> {
      apply(name, request.properties(), Json.object());
      iam.deleteUser(delete -> delete.userName(name));
    });
  }

  private Resource describe(String name) {
    var user = iam.getUser(get -> get.userName(name)).user();
    return IamResourceTypes.resource(user.userName(), Map.of("Arn", user.arn()));
  }
}
