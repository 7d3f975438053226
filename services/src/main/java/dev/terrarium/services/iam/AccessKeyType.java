package dev.terrarium.services.iam;

import static dev.terrarium.services.iam.IamResourceTypes.ifThere;
import static dev.terrarium.services.iam.IamResourceTypes.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.ResourceType;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.NoSuchEntityException;

/// `AWS::IAM::AccessKey`.
final class AccessKeyType implements ResourceType {
  private final IamClient iam;

  AccessKeyType(IamClient iam) {
    this.iam = iam;
  }

  @Override
  public String name() {
    return "AWS::IAM::AccessKey";
  }

  @Override
  public List<Property> properties() {
    return List.of(
        Property.of("Serial").replacing(),
        Property.of("Status"),
        Property.of("UserName").mandatory().replacing());
  }

  @Override
  public Resource create(Request request) {
    var user = text(request.properties(), "UserName", "");
    var key = iam.createAccessKey(create -> create.userName(user)).accessKey();
    status(request, user, key.accessKeyId());
    return IamResourceTypes.resource(
        key.accessKeyId(), Map.of("SecretAccessKey", key.secretAccessKey()));
  }

  @Override
  public Resource update(Request request, Resource current, ObjectNode previous) {
    status(request, text(request.properties(), "UserName", ""), current.physicalId());
    return current;
  }

  @Override
  public Live live(Request request, Resource current) {
    var user = text(request.properties(), "UserName", "");
    try {
      for (var key : iam.listAccessKeys(list -> list.userName(user)).accessKeyMetadata()) {
        if (key.accessKeyId().equals(current.physicalId())) {
          return new Live.There(Json.object().put("Status", key.statusAsString()));
        }
      }
    } catch (NoSuchEntityException _) {
      // No user, no keys.
    }
    return new Live.Gone();
  }

  private void status(Request request, String user, String id) {
    var status = text(request.properties(), "Status", "Active");
    iam.updateAccessKey(update -> update.userName(user).accessKeyId(id).status(status));
  }

  @Override
  public void delete(Request request, Resource current) {
    var user = text(request.properties(), "UserName", "");
    ifThere(() ->
        iam.deleteAccessKey(delete -> delete.userName(user).accessKeyId(current.physicalId())));
  }
}
