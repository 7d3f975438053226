package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.ServicePackage;
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
    events.resume();
    return List.of(
        new LambdaFunctions(cloud, state, code, layers, dispatcher, concurrency),
        new Invocations(router, dispatcher, events),
        events,
        dispatcher,
        code);
  }
}
