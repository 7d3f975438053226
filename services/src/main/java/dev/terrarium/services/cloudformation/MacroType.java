package dev.terrarium.services.cloudformation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.ResourceType;
import java.util.List;
import java.util.Map;

/// `AWS::CloudFormation::Macro`: a name by which templates call a function.
final class MacroType implements ResourceType {
  private final Macros macros;

  MacroType(Cloud cloud) {
    this.macros = new Macros(cloud);
  }

  @Override
  public String name() {
    return "AWS::CloudFormation::Macro";
  }

  @Override
  public List<Property> properties() {
    return List.of(
        Property.of("Description"),
        Property.of("FunctionName").mandatory(),
        Property.of("LogGroupName"),
        Property.of("LogRoleARN"),
        Property.of("Name").mandatory().replacing());
  }

  @Override
  public Resource create(Request request) {
    var name = request.properties().path("Name").asText();
    if (macros.find(name) != null) {
      throw Errors.of(400, "AlreadyExistsException", "Macro " + name + " already exists");
    }
    return createAgain(request);
  }

  @Override
  public Resource createAgain(Request request) {
    var name = request.properties().path("Name").asText();
    macros.put(name, request.properties());
    return new Resource(name, Map.of());
  }

  @Override
  public Resource update(Request request, Resource current, ObjectNode previous) {
    macros.put(current.physicalId(), request.properties());
    return current;
  }

  @Override
  public void delete(Request request, Resource current) {
    macros.delete(current.physicalId());
  }
}
