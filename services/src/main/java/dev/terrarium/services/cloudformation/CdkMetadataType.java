package dev.terrarium.services.cloudformation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.ResourceType;
import java.util.List;
import java.util.Map;

/// `AWS::CDK::Metadata`: by which the CDK tells AWS what was used. It makes nothing.
final class CdkMetadataType implements ResourceType {
  private final Cloud cloud;

  CdkMetadataType(Cloud cloud) {
    this.cloud = cloud;
  }

  @Override
  public String name() {
    return "AWS::CDK::Metadata";
  }

  @Override
  public List<Property> properties() {
    return List.of(Property.of("Analytics"), Property.of("Modules"));
  }

  @Override
  public Resource create(Request request) {
    return new Resource(cloud.ids().uuid(), Map.of());
  }

  @Override
  public Resource update(Request request, Resource current, ObjectNode previous) {
    return current;
  }

  @Override
  public void delete(Request request, Resource current) {}
}
