package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.kernel.ServicePackage;
import dev.terrarium.kernel.WebEndpoint;
import java.util.List;

/// Brings Lambda.
public final class LambdaPackage implements ServicePackage {
  @Override
  public String name() {
    return "lambda";
  }

  @Override
  public String clientInterface() {
    return "software.amazon.awssdk.services.lambda.LambdaClient";
  }

  @Override
  public List<?> open(Cloud cloud) {
    var state = new LambdaState(cloud);
    var code = new CodeStore(cloud);
    var layers = new LayerStore(cloud, code);
    var concurrency = new Concurrency(state);
    var dispatcher = new Dispatcher(cloud, new Sandboxes(cloud, code, layers), concurrency);
    var router = new VersionRouter(cloud, state);
    var events = new AsyncEvents(cloud, state, router, dispatcher);
    var provisioned = new ConcurrencySettings(cloud, state, layers, concurrency, dispatcher);
    var pollers = new MappingPollers(cloud, state, router, dispatcher);
    var tags = new Tags(cloud, state);
    var signing = new CodeSigning(cloud, state, layers, tags);
    events.resume();
    provisioned.resume();
    pollers.resume();
    return List.of(
        new LambdaFunctions(cloud, state, code, layers, dispatcher, concurrency, signing),
        new FunctionUpdates(cloud, state, code, layers, dispatcher, signing),
        new FunctionSettings(state),
        signing,
        new FunctionAliases(cloud, state),
        new FunctionUrlConfigs(cloud, state, layers),
        new Layers(cloud, state, layers, code),
        new InvokeConfigs(cloud, state),
        new Permissions(cloud, state),
        provisioned,
        new StreamedInvocations(cloud, state, router, dispatcher),
        new Invocations(state, router, dispatcher, events),
        new EventSourceMappings(cloud, state, pollers, tags),
        tags,
        events,
        dispatcher,
        code,
        new LambdaGuard(state));
  }

  @Override
  public List<ResourceType> resourceTypes(Cloud cloud) {
    return new LambdaResources(cloud).all();
  }

  @Override
  public List<WebEndpoint> webEndpoints(Cloud cloud) {
    return List.of(new FunctionUrlEndpoint(cloud), new CodeLocations(cloud));
  }
}
