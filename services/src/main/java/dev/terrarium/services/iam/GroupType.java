package dev.terrarium.services.iam;

import static dev.terrarium.services.iam.IamResourceTypes.change;
import static dev.terrarium.services.iam.IamResourceTypes.changeDocuments;
import static dev.terrarium.services.iam.IamResourceTypes.inline;
import static dev.terrarium.services.iam.IamResourceTypes.text;
import static dev.terrarium.services.iam.IamResourceTypes.texts;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Reading;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.iam.IamClient;

/// `AWS::IAM::Group`.
final class GroupType extends IdentityType {
  GroupType(IamClient iam) {
    super(iam, "GroupName", 128);
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
  void make(String name, Request request) {
    iam.createGroup(create -> create.groupName(name).path(text(request.properties(), "Path")));
  }

  @Override
  void remove(String name) {
    iam.deleteGroup(delete -> delete.groupName(name));
  }

  @Override
  public Reading reading() {
    return new IamReadings(iam).group(this::describe);
  }

  @Override
  public Resource update(Request request, Resource current, ObjectNode previous) {
    var name = current.physicalId();
    var path = text(request.properties(), "Path", "/");
    iam.updateGroup(update -> update.groupName(name).newPath(path));
    apply(name, previous, request.properties());
    return describe(name);
  }

  @Override
  void apply(String name, ObjectNode before, ObjectNode now) {
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
  Resource describe(String name) {
    var group = iam.getGroup(get -> get.groupName(name)).group();
    return IamResourceTypes.resource(group.groupName(), Map.of("Arn", group.arn()));
  }
}
