package dev.terrarium.services.iam;

import static dev.terrarium.services.iam.IamResourceTypes.change;
import static dev.terrarium.services.iam.IamResourceTypes.changeDocuments;
import static dev.terrarium.services.iam.IamResourceTypes.ifThere;
import static dev.terrarium.services.iam.IamResourceTypes.inline;
import static dev.terrarium.services.iam.IamResourceTypes.text;
import static dev.terrarium.services.iam.IamResourceTypes.texts;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.ResourceType;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.EntityAlreadyExistsException;

/// `AWS::IAM::Group`.
final class GroupType implements ResourceType {
  private final IamClient iam;

  GroupType(IamClient iam) {
    this.iam = iam;
  }

  @Override
  public String name() {
    return "AWS::IAM::Group";
  }

  @Override
  public List<Property> properties() {
    return List.of(
        Property.of("GroupName").replacing(),
        Property.of("ManagedPolicyArns"),
        Property.of("Path"),
        Property.of("Policies"));
  }

  @Override
  public Resource create(Request request) {
    var properties = request.properties();
    var name = text(properties, "GroupName", request.generatedName(128));
    iam.createGroup(create -> create.groupName(name).path(text(properties, "Path")));
    apply(name, Json.object(), properties);
    return describe(name);
  }

  @Override
  public Resource createAgain(Request request) {
    try {
      return create(request);
    } catch (EntityAlreadyExistsException e) {
      var name = text(request.properties(), "GroupName", request.generatedName(128));
      apply(name, Json.object(), request.properties());
      return describe(name);
    }
  }

  @Override
  public Resource update(Request request, Resource current, ObjectNode previous) {
    var name = current.physicalId();
    var path = text(request.properties(), "Path", "/");
    iam.updateGroup(update -> update.groupName(name).newPath(path));
    apply(name, previous, request.properties());
    return describe(name);
  }

  private void apply(String name, ObjectNode before, ObjectNode now) {
    change(
        texts(before, "ManagedPolicyArns"),
        texts(now, "ManagedPolicyArns"),
        arn -> iam.detachGroupPolicy(detach -> detach.groupName(name).policyArn(arn)),
        arn -> iam.attachGroupPolicy(attach -> attach.groupName(name).policyArn(arn)));
    changeDocuments(
        inline(before),
        inline(now),
        policy -> iam.deleteGroupPolicy(delete -> delete.groupName(name).policyName(policy)),
        (policy, text) ->
            iam.putGroupPolicy(put -> put.groupName(name).policyName(policy).policyDocument(text)));
  }

  @Override
  public void delete(Request request, Resource current) {
    var name = current.physicalId();
    ifThere(() -> {
      apply(name, request.properties(), Json.object());
      iam.deleteGroup(delete -> delete.groupName(name));
    });
  }

  private Resource describe(String name) {
    var group = iam.getGroup(get -> get.groupName(name)).group();
    return IamResourceTypes.resource(group.groupName(), Map.of("Arn", group.arn()));
  }
}
