package dev.terrarium.services.ssm;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.kernel.ServicePackage;
import java.util.List;

/// AWS Systems Manager.
public final class SsmPackage implements ServicePackage {
  @Override
  public String name() {
    return "ssm";
  }

  @Override
  public String clientInterface() {
    return "software.amazon.awssdk.services.ssm.SsmClient";
  }

  @Override
  public List<?> open(Cloud cloud) {
    var parameters = new Parameters(cloud);
    var writes = new SsmWrites(parameters);
    writes.start();
    return List.of(
        writes,
        new SsmReads(parameters),
        new SsmQueries(parameters),
        new SsmLabels(parameters),
        new SsmTags(parameters),
        new SsmPolicies(parameters),
        new SsmGuard(parameters));
  }

  @Override
  public List<ResourceType> resourceTypes(Cloud cloud) {
    return List.of(new ParameterResource(cloud).type());
  }
}
