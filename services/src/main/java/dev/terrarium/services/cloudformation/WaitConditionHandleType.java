package dev.terrarium.services.cloudformation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.ResourceType;
import java.util.List;
import java.util.Map;

/// `AWS::CloudFormation::WaitConditionHandle`: an address to which signals are sent; it is what
/// `Ref` gives.
final class WaitConditionHandleType implements ResourceType {
  private final Cloud cloud;

  WaitConditionHandleType(Cloud cloud) {
    this.cloud = cloud;
  }

  @Override
  public String name() {
    return "AWS::CloudFormation::WaitConditionHandle";
  }

  @Override
  public List<Property> properties() {
    return List.of();
  }

  @Override
  public Resource create(Request request) {
    var token = CustomResourceType.token(request.token());
    new WaitSignals(cloud).open(token);
    return new Resource(cloud.endpoint() + WaitSignals.PATH + token, Map.of());
  }

  @Override
  public Resource update(Request request, Resource current, ObjectNode previous) {
    return current;
  }

  @Override
  public void delete(Request request, Resource current) {
    new WaitSignals(cloud).forget(token(current.physicalId()));
  }

  /// The token in a handle's address; the address itself if it is none.
  static String token(String address) {
    return address.substring(address.lastIndexOf('/') + 1);
  }
}
