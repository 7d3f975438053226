package dev.terrarium.services.eventbridge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Principal;
import dev.terrarium.kernel.store.Batch;
import java.util.Objects;
import java.util.Set;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequest;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
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
    var event = (ObjectNode) Json.parse(delivery.event());
    requireConsent(bus, key, event);
    var batch = new Batch();
    router.route(
        batch,
        bus,
        new Arrival(
            event,
            delivery.event(),
            store.cloud.clock().millis(),
            key.rule().bus().arn(),
            delivery.trace(),
            Set.of()));
    store.cloud.store().commit(batch);
  }

  /// The bus of another account must let the sender's account put events on it.
  private void requireConsent(BusKey bus, TargetKey key, ObjectNode event) {
    var sender = key.rule().bus().scope();
    var cloud = store.cloud;
    if (sender.account().equals(bus.scope().account()) || !cloud.enforcing()) {
      return;
    }
    var call = Call.current();
    var asked =
        new Call(
            sender,
            Principal.root(sender.account()),
            call.requestId(),
            call.service(),
            "PutEvents",
            call.cause(),
            call.endpoint(),
            call.sourceIp());
    var entry =
        PutEventsRequestEntry.builder()
            .eventBusName(bus.arn())
            .source(event.path("source").asText())
            .detailType(event.path("detail-type").asText())
            .build();
    var operation = cloud.service(EventBridgeClient.class).model().operation("PutEvents");
    cloud
        .authoriser()
        .authorise(
            asked,
            Objects.requireNonNull(operation),
            PutEventsRequest.builder().entries(entry).build());
  }
}
