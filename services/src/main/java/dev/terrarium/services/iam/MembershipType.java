package dev.terrarium.services.iam;

import static dev.terrarium.services.iam.IamResourceTypes.change;
import static dev.terrarium.services.iam.IamResourceTypes.text;
import static dev.terrarium.services.iam.IamResourceTypes.texts;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.ResourceType;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.NoSuchEntityException;

/// `AWS::IAM::UserToGroupAddition`: users in a group.
final class MembershipType implements ResourceType {
  private final IamClient iam;

  MembershipType(IamClient iam) {
    this.iam = iam;
  }

  @Override
  public String name() {
    return "AWS::IAM::UserToGroupAddition";
  }

  @Override
  public List<Property> properties() {
    return List.of(
        Property.of("GroupName").mandatory().replacing(), Property.of("Users").mandatory());
  }

  @Override
  public Resource create(Request request) {
    apply(Json.object(), request.properties(), request.properties());
    return IamResourceTypes.resource(request.generatedName(128), Map.of());
  }

  @Override
  public Resource update(Request request, Resource current, ObjectNode previous) {
    apply(previous, request.properties(), request.properties());
    return current;
  }

  @Override
  public Live live(Request request, Resource current) {
    var group = text(request.properties(), "GroupName", "");
    try {
      var members = Json.array();
      for (var user : iam.getGroup(get -> get.groupName(group)).users()) {
        if (texts(request.properties(), "Users").contains(user.userName())) {
          members.add(user.userName());
        }
      }
      return members.isEmpty()
          ? new Live.Gone()
          : new Live.There(Json.object().set("Users", members));
    } catch (NoSuchEntityException _) {
      return new Live.Gone();
    }
  }

  private void apply(ObjectNode before, ObjectNode now, ObjectNode named) {
    var group = text(named, "GroupName", "");
    change(
        texts(before, "Users"),
        texts(now, "Users"),
        user -> iam.removeUserFromGroup(r -> r.groupName(group).userName(user)),
        user -> iam.addUserToGroup(a -> a.groupName(group).userName(user)));
  }

  @Override
  public void delete(Request request, Resource current) {
    apply(request.properties(), Json.object(), request.properties());
  }
}
