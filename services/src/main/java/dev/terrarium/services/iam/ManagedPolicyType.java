package dev.terrarium.services.iam;

import static dev.terrarium.services.iam.IamResourceTypes.change;
import static dev.terrarium.services.iam.IamResourceTypes.document;
import static dev.terrarium.services.iam.IamResourceTypes.ifThere;
import static dev.terrarium.services.iam.IamResourceTypes.text;
import static dev.terrarium.services.iam.IamResourceTypes.texts;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Reading;
import dev.terrarium.kernel.ResourceType;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.EntityAlreadyExistsException;

/// `AWS::IAM::ManagedPolicy`. An update makes a new version, dropping the oldest if need be.
final class ManagedPolicyType implements ResourceType {
  private static final int VERSIONS_MAX = 5;

  private final IamClient iam;

  ManagedPolicyType(IamClient iam) {
    this.iam = iam;
  }

  @Override
  public String name() {
    return "AWS::IAM::ManagedPolicy";
  }

  @Override
  public List<Property> properties() {
    return List.of(
        Property.of("Description").replacing(),
        Property.of("Groups"),
        Property.of("ManagedPolicyName").replacing(),
        Property.of("Path").replacing(),
        Property.of("PolicyDocument").mandatory(),
        Property.of("Roles"),
        Property.of("Users"));
  }

  @Override
  public Resource create(Request request) {
    var properties = request.properties();
    var name = text(properties, "ManagedPolicyName", request.generatedName(128));
    var arn =
        iam.createPolicy(create ->
                create
                    .policyName(name)
                    .path(text(properties, "Path"))
                    .description(text(properties, "Description"))
                    .policyDocument(document(properties.path("PolicyDocument"))))
            .policy()
            .arn();
    apply(arn, Json.object(), properties);
    return describe(arn);
  }

  @Override
  public Resource createAgain(Request request) {
    try {
      return create(request);
    } catch (EntityAlreadyExistsException e) {
      var properties = request.properties();
      var name = text(properties, "ManagedPolicyName", request.generatedName(128));
      var arn = IamStore.arn("policy", text(properties, "Path", "/"), name);
      apply(arn, Json.object(), properties);
      return describe(arn);
    }
  }

  @Override
  public Reading reading() {
    return new IamReadings(iam).managedPolicy(this::describe);
  }

  @Override
  public Resource update(Request request, Resource current, ObjectNode previous) {
    var arn = current.physicalId();
    var properties = request.properties();
    if (!previous.path("PolicyDocument").equals(properties.path("PolicyDocument"))) {
      var versions = iam.listPolicyVersions(list -> list.policyArn(arn)).versions();
      if (versions.size() >= VERSIONS_MAX) {
        versions.stream()
            .filter(version -> !version.isDefaultVersion())
            .reduce((newer, older) -> older)
            .ifPresent(oldest ->
                iam.deletePolicyVersion(
                    delete -> delete.policyArn(arn).versionId(oldest.versionId())));
      }
      iam.createPolicyVersion(create ->
          create
              .policyArn(arn)
              .policyDocument(document(properties.path("PolicyDocument")))
              .setAsDefault(true));
    }
    apply(arn, previous, properties);
    return describe(arn);
  }

  private void apply(String arn, ObjectNode before, ObjectNode now) {
    change(
        texts(before, "Roles"),
        texts(now, "Roles"),
        role -> iam.detachRolePolicy(detach -> detach.roleName(role).policyArn(arn)),
        role -> iam.attachRolePolicy(attach -> attach.roleName(role).policyArn(arn)));
    change(
        texts(before, "Users"),
        texts(now, "Users"),
        user -> iam.detachUserPolicy(detach -> detach.userName(user).policyArn(arn)),
        user -> iam.attachUserPolicy(attach -> attach.userName(user).policyArn(arn)));
    change(
        texts(before, "Groups"),
        texts(now, "Groups"),
        group -> iam.detachGroupPolicy(detach -> detach.groupName(group).policyArn(arn)),
        group -> iam.attachGroupPolicy(attach -> attach.groupName(group).policyArn(arn)));
  }

  @Override
  public void delete(Request request, Resource current) {
    var arn = current.physicalId();
    ifThere(() -> {
      apply(arn, request.properties(), Json.object());
      for (var version : iam.listPolicyVersions(list -> list.policyArn(arn)).versions()) {
        if (!version.isDefaultVersion()) {
          iam.deletePolicyVersion(delete -> delete.policyArn(arn).versionId(version.versionId()));
        }
      }
      iam.deletePolicy(delete -> delete.policyArn(arn));
    });
  }

  private Resource describe(String arn) {
    var policy = iam.getPolicy(get -> get.policyArn(arn)).policy();
    return IamResourceTypes.resource(
        arn,
        Map.of(
            "PolicyArn", arn,
            "PolicyId", policy.policyId(),
            "DefaultVersionId", policy.defaultVersionId(),
            "AttachmentCount", String.valueOf(policy.attachmentCount())));
  }
}
