package dev.terrarium.services.iam;

import static dev.terrarium.services.iam.IamResourceTypes.change;
import static dev.terrarium.services.iam.IamResourceTypes.ifThere;
import static dev.terrarium.services.iam.IamResourceTypes.text;
import static dev.terrarium.services.iam.IamResourceTypes.texts;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Reading;
import dev.terrarium.kernel.ResourceType;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.EntityAlreadyExistsException;
import software.amazon.awssdk.services.iam.model.Role;

/// `AWS::IAM::InstanceProfile`.
final class InstanceProfileType implements ResourceType {
  private final IamClient iam;

  InstanceProfileType(IamClient iam) {
    this.iam = iam;
  }

  @Override
  public String name() {
    return "AWS::IAM::InstanceProfile";
  }

  @Override
  public List<Property> properties() {
    return List.of(
        Property.of("InstanceProfileName").replacing(),
        Property.of("Path").replacing(),
        Property.of("Roles").mandatory());
  }

  @Override
  public Resource create(Request request) {
    var properties = request.properties();
    var name = text(properties, "InstanceProfileName", request.generatedName(128));
    iam.createInstanceProfile(
        create -> create.instanceProfileName(name).path(text(properties, "Path")));
    apply(name, List.of(), texts(properties, "Roles"));
    return describe(name);
  }

  @Override
  public Resource createAgain(Request request) {
    try {
      return create(request);
    } catch (EntityAlreadyExistsException e) {
      var name = text(request.properties(), "InstanceProfileName", request.generatedName(128));
      apply(name, roles(name), texts(request.properties(), "Roles"));
      return describe(name);
    }
  }

  @Override
  public Reading reading() {
    return new IamReadings(iam).instanceProfile(this::describe);
  }

  @Override
  public Resource update(Request request, Resource current, ObjectNode previous) {
    var name = current.physicalId();
    apply(name, roles(name), texts(request.properties(), "Roles"));
    return describe(name);
  }

  private List<String> roles(String name) {
    return iam
        .getInstanceProfile(get -> get.instanceProfileName(name))
        .instanceProfile()
        .roles()
        .stream()
        .map(Role::roleName)
        .toList();
  }

  private void apply(String name, List<String> before, List<String> now) {
    change(
        before,
        now,
        role ->
            iam.removeRoleFromInstanceProfile(
                remove -> remove.instanceProfileName(name).roleName(role)),
        role -> iam.addRoleToInstanceProfile(add -> add.instanceProfileName(name).roleName(role)));
  }

  @Override
  public void delete(Request request, Resource current) {
    var name = current.physicalId();
    ifThere(() -> {
      apply(name, roles(name), List.of());
      iam.deleteInstanceProfile(delete -> delete.instanceProfileName(name));
    });
  }

  private Resource describe(String name) {
    var profile = iam.getInstanceProfile(get -> get.instanceProfileName(name)).instanceProfile();
    return IamResourceTypes.resource(name, Map.of("Arn", profile.arn()));
  }
}
