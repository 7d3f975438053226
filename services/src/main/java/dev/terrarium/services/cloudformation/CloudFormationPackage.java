package dev.terrarium.services.cloudformation;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.kernel.ServicePackage;
import dev.terrarium.kernel.WebEndpoint;
import java.util.List;

/// CloudFormation as Terrarium finds it.
public final class CloudFormationPackage implements ServicePackage {
  @Override
  public String name() {
    return "cloudformation";
  }

  @Override
  public String clientInterface() {
    return "software.amazon.awssdk.services.cloudformation.CloudFormationClient";
  }

  @Override
  public List<?> open(Cloud cloud) {
    var store = new StackStore(cloud);
    var types = new Types(cloud);
    var engine = new Engine(cloud, store, types);
    var preparer = new Preparer(cloud, types);
    var planner = new Planner(store, types);
    var stacks = new StackOperations(cloud, store, engine, preparer, planner);
    var sets = new StackSetStore(cloud);
    var runner = new StackSetRunner(cloud, sets);
    var instances = new StackSetInstances(cloud, sets, runner);
    var nested = new NestedChangeSets(cloud, store, stacks, preparer);
    var changeSets = new ChangeSetOperations(store, stacks, nested);
    engine.resume();
    runner.resume();
    return List.of(
        engine,
        stacks,
        new StackRecovery(store, engine, stacks),
        new StackSets(cloud, sets, instances, preparer),
        instances,
        new StackSetDrifts(cloud, sets, store, instances),
        new TypeOperations(types),
        new DriftOperations(store, types),
        new StackQueries(store),
        changeSets,
        new HookOperations(changeSets, store),
        new EventOperations(changeSets, store),
        new OrganizationOperations(sets),
        new StackRefactors(store, stacks, preparer),
        new ResourceScans(store, types),
        new GeneratedTemplates(store, types),
        new ChangeSetCreation(store, stacks, preparer, nested, new Imports(store, types)),
        new TemplateOperations(store, preparer, types));
  }

  @Override
  public List<WebEndpoint> webEndpoints(Cloud cloud) {
    return List.of(
        new CustomResourceEndpoint(cloud), new WaitEndpoint(cloud), new HookEndpoint(cloud));
  }

  @Override
  public List<ResourceType> resourceTypes(Cloud cloud) {
    return List.of(
        new NestedStackType(cloud),
        new CustomResourceType(cloud, CustomResourceType.NAME),
        new CdkMetadataType(cloud),
        new MacroType(cloud),
        new LambdaHookType(cloud),
        new WaitConditionHandleType(cloud),
        new WaitConditionType(cloud));
  }
}
