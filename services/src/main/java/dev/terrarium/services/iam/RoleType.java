package dev.terrarium.services.iam;

import static dev.terrarium.services.iam.IamResourceTypes.change;
import static dev.terrarium.services.iam.IamResourceTypes.changeDocuments;
import static dev.terrarium.services.iam.IamResourceTypes.decoded;
import static dev.terrarium.services.iam.IamResourceTypes.document;
import static dev.terrarium.services.iam.IamResourceTypes.inline;
import static dev.terrarium.services.iam.IamResourceTypes.number;
import static dev.terrarium.services.iam.IamResourceTypes.tags;
import static dev.terrarium.services.iam.IamResourceTypes.text;
import static dev.terrarium.services.iam.IamResourceTypes.texts;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Reading.State;
import dev.terrarium.kernel.Reading;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.iam.IamClient;

/// `AWS::IAM::Role`.
final class RoleType extends IdentityType {
  RoleType(IamClient iam) {
    super(iam, "RoleName", 64);
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
  void make(String name, Request request) {
    var properties = request.properties();
    iam.createRole(create ->
        create
            .roleName(name)
            .path(text(properties, "Path"))
            .assumeRolePolicyDocument(document(properties.path("AssumeRolePolicyDocument")))
            .description(text(properties, "Description"))
            .maxSessionDuration(number(properties, "MaxSessionDuration"))
            .permissionsBoundary(text(properties, "PermissionsBoundary"))
            .tags(tags(request)));
  }

  @Override
  void remove(String name) {
    iam.deleteRole(delete -> delete.roleName(name));
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
    var present = iam.getRole(get -> get.roleName(name)).role().tags();
    changeTags(
        present,
        tags(request),
        gone -> iam.untagRole(untag -> untag.roleName(name).tagKeys(gone)),
        now -> iam.tagRole(tag -> tag.roleName(name).tags(now)));
    apply(name, previous, properties);
    return describe(name);
  }

  @Override
  public Reading reading() {
    return Reading.of(
        "RoleName",
        this::read,
        () ->
            iam.listRolesPaginator().roles().stream()
                .filter(role -> !role.path().startsWith("/aws-service-role/"))
                .map(role -> role.roleName())
                .toList());
  }

  private State read(String name) {
    var now = iam.getRole(get -> get.roleName(name)).role();
    var properties = Json.object().put("RoleName", name);
    properties.set("AssumeRolePolicyDocument", decoded(now.assumeRolePolicyDocument()));
    properties.put("Description", now.description());
    properties.put("MaxSessionDuration", now.maxSessionDuration());
    properties.put("Path", now.path());
    var attached = properties.putArray("ManagedPolicyArns");
    iam.listAttachedRolePolicies(list -> list.roleName(name))
        .attachedPolicies()
        .forEach(policy -> attached.add(policy.policyArn()));
    return new State(describe(name), properties);
  }

  @Override
  void apply(String name, ObjectNode before, ObjectNode now) {
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
  Resource describe(String name) {
    var role = iam.getRole(get -> get.roleName(name)).role();
    return IamResourceTypes.resource(
        role.roleName(), Map.of("Arn", role.arn(), "RoleId", role.roleId()));
  }
}
