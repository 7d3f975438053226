package dev.terrarium.services.ecr;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.kernel.ServicePackage;
import java.util.List;

/// Amazon ECR.
public final class EcrPackage implements ServicePackage {
  @Override
  public String name() {
    return "ecr";
  }

  @Override
  public String clientInterface() {
    return "software.amazon.awssdk.services.ecr.EcrClient";
  }

  @Override
  public List<?> open(Cloud cloud) {
    var repositories = new Repositories(cloud);
    return List.of(
        new EcrRepositories(repositories),
        new EcrPolicies(repositories),
        new EcrImages(repositories),
        new EcrGuard(repositories));
  }

  @Override
  public List<ResourceType> resourceTypes(Cloud cloud) {
    return List.of(new RepositoryResource(cloud).type());
  }
}
