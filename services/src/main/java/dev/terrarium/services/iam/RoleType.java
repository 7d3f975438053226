package dev.terrarium.services.iam;

import static dev.terrarium.services.iam.IamResourceTypes.change;
import static dev.terrarium.services.iam.IamResourceTypes.changeDocuments;
import static dev.terrarium.services.iam.IamResourceTypes.document;
import static dev.terrarium.services.iam.IamResourceTypes.ifThere;
import static dev.terrarium.services.iam.IamResourceTypes.inline;
import static dev.terrarium.services.iam.IamResourceTypes.number;
import static dev.terrarium.services.iam.IamResourceTypes.tags;
import static dev.terrarium.services.iam.IamResourceTypes.text;
import static dev.terrarium.services.iam.IamResourceTypes.texts;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.ResourceType;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.EntityAlreadyExistsException;
import software.amazon.awssdk.services.iam.model.Tag;

/// `AWS::IAM::Role`.
final class RoleType implements ResourceType {
  private final IamClient iam;

  RoleType(IamClient iam) {
    this.iam = iam;
  }

  @Override
  public String name() {
    return "AWS::IAM::Role";
  }

  @Override
  public List<Property> properties() {
    return List.of(
        Property.of("AssumeRolePolicyDocument").mandatory(),
        Property.of("Description"),
        Property.of("ManagedPolicyArns"),
        Property.of("MaxSessionDuration"),
        Property.of("Path").replacing(),
        Property.of("PermissionsBoundary"),
        Property.of("Policies"),
        Property.of("RoleName").replacing(),
        Property.of("Tags"));
  }

  @Override
  public Resource create(Request request) {
    var properties = request.properties();
    var name = text(properties, "RoleName", request.generatedName(64));
    iam.createRole(create ->
        create
            .roleName(name)
            .path(text(properties, "Path"))
            .assumeRolePolicyDocument(document(properties.path("AssumeRolePolicyDocument")))
            .description(text(properties, "Description"))
            .maxSessionDuration(number(properties, "MaxSessionDuration"))
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
      var name = text(request.properties(), "RoleName", request.generatedName(64));
      apply(name, Json.object(), request.properties());
      return describe(name);
    }
  }

  @Override
  public Resource update(Request request, Resource current, ObjectNode previous) {
    var properties = request.properties();
    var name = current.physicalId();
    iam.updateAssumeRolePolicy(update ->
        update
            .roleName(name)
            .policyDocument(document(properties.path("AssumeRolePolicyDocument"))));
    var seconds = number(properties, "MaxSessionDuration");
    iam.updateRole(update ->
        update
            .roleName(name)
            .description(text(properties, "Description", ""))
            .maxSessionDuration(seconds == null ? 3600 : seconds));
    var boundary = text(properties, "PermissionsBoundary");
    if (boundary != null) {
      iam.putRolePermissionsBoundary(put -> put.roleName(name).permissionsBoundary(boundary));
    } else if (previous.has("PermissionsBoundary")) {
      iam.deleteRolePermissionsBoundary(delete -> delete.roleName(name));
    }
    var wanted = tags(request);
    var present = iam.getRole(get -> get.roleName(name)).role().tags();
    var gone =
        present.stream()
            .map(Tag::key)
            .filter(key -> wanted.stream().noneMatch(tag -> tag.key().equals(key)))
            .toList();
    if (!gone.isEmpty()) {
      iam.untagRole(untag -> untag.roleName(name).tagKeys(gone));
    }
    if (!wanted.isEmpty()) {
      iam.tagRole(tag -> tag.roleName(name).tags(wanted));
    }
    apply(name, previous, properties);
    return describe(name);
  }

  private void apply(String name, ObjectNode before, ObjectNode now) {
    change(
        texts(before, "ManagedPolicyArns"),
        texts(now, "ManagedPolicyArns"),
        arn -> iam.detachRolePolicy(detach -> detach.roleName(name).policyArn(arn)),
        arn -> iam.attachRolePolicy(attach -> attach.roleName(name).policyArn(arn)));
    changeDocuments(
        inline(before),
        inline(now),
        policy -> iam.deleteRolePolicy(delete -> delete.roleName(name).policyName(policy)),
        (policy, text) ->
            iam.putRolePolicy(put -> put.roleName(name).policyName(policy).policyDocument(text)));
  }

  @Override
  public void delete(Request request, Resource current) {
    var name = current.physicalId();
    ifThere(() -> {
      apply(name, request.properties(), Json.object());
      iam.deleteRole(delete -> delete.roleName(name));
    });
  }

  private Resource describe(String name) {
    var role = iam.getRole(get -> get.roleName(name)).role();
    return IamResourceTypes.resource(
        role.roleName(), Map.of("Arn", role.arn(), "RoleId", role.roleId()));
  }
}
