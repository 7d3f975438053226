package dev.terrarium.services.iam;

import static dev.terrarium.services.iam.IamResourceTypes.ifThere;
import static dev.terrarium.services.iam.IamResourceTypes.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Reading;
import dev.terrarium.kernel.ResourceType;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.iam.IamClient;

/// `AWS::IAM::ServiceLinkedRole`.
final class ServiceLinkedRoleType implements ResourceType {
  private final IamClient iam;

  ServiceLinkedRoleType(IamClient iam) {
    this.iam = iam;
  }

  @Override
  public String name() {
    return "AWS::IAM::ServiceLinkedRole";
  }

  @Override
  public List<Property> properties() {
    return List.of(
        Property.of("AWSServiceName").mandatory().replacing(),
        Property.of("CustomSuffix").replacing(),
        Property.of("Description"));
  }

  @Override
  public Resource create(Request request) {
    var properties = request.properties();
    var role =
        iam.createServiceLinkedRole(create ->
                create
                    .awsServiceName(text(properties, "AWSServiceName"))
                    .customSuffix(text(properties, "CustomSuffix"))
                    .description(text(properties, "Description")))
            .role();
    return IamResourceTypes.resource(role.roleName(), Map.of("RoleName", role.roleName()));
  }

  @Override
  public Reading reading() {
    return new IamReadings(iam).serviceLinkedRole();
  }

  @Override
  public Resource update(Request request, Resource current, ObjectNode previous) {
    iam.updateRole(update ->
        update
            .roleName(current.physicalId())
            .description(text(request.properties(), "Description", "")));
    return current;
  }

  @Override
  public void delete(Request request, Resource current) {
    ifThere(() -> iam.deleteServiceLinkedRole(delete -> delete.roleName(current.physicalId())));
  }
}
