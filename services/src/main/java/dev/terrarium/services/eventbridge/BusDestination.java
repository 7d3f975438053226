package dev.terrarium.services.eventbridge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.store.Batch;
import java.util.Set;
import software.amazon.awssdk.services.eventbridge.model.Target;

/// Sends events on to other buses: once, for what came from another bus goes nowhere else.
final class BusDestination implements Destination {
  private final EventStore store;
  private final Router router;

  BusDestination(EventStore store, Router router) {
    this.store = store;
    this.router = router;
  }

  @Override
  public void deliver(Arn arn, Target target, TargetKey key, Delivery delivery) {
    if (!delivery.origin().isEmpty()) {
      throw new Failure(
          false,
          "THIRD_ACCOUNT_HOP_DETECTED",
          "An event that came from another event bus cannot be sent to a third.");
    }
    var bus = BusKey.of(arn.scope(), target.arn());
    if (store.find(bus) == null) {
      throw new Failure(false, "NO_RESOURCE", "Event bus " + bus.name() + " does not exist.");
    }
    var batch = new Batch();
    router.route(
        batch,
        bus,
        new Arrival(
            (ObjectNode) Json.parse(delivery.event()),
            delivery.event(),
            store.cloud.clock().millis(),
            key.rule().bus().arn(),
            delivery.trace(),
            Set.of()));
    store.cloud.store().commit(batch);
  }
}
