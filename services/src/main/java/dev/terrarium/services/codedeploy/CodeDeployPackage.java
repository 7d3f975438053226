package dev.terrarium.services.codedeploy;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.kernel.ServicePackage;
import java.util.List;

/// AWS CodeDeploy as Terrarium finds it.
public final class CodeDeployPackage implements ServicePackage {
  @Override
  public String name() {
    return "codedeploy";
  }

  @Override
  public String clientInterface() {
    return "software.amazon.awssdk.services.codedeploy.CodeDeployClient";
  }

  @Override
  public List<?> open(Cloud cloud) {
    var store = new DeployStore(cloud);
    var runner = new Runner(store);
    runner.resume();
    return List.of(
        runner,
        new Applications(store),
        new Groups(store),
        new Configs(store),
        new Revisions(store),
        new Deployments(store, runner),
        new DeploymentLists(store),
        new Targets(store),
        new DeployTags(store),
        new DeployGuard(store));
  }

  @Override
  public List<ResourceType> resourceTypes(Cloud cloud) {
    return new DeployResources(cloud).all();
  }
}
