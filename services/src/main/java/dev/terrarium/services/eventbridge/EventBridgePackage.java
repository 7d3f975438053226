package dev.terrarium.services.eventbridge;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.ServicePackage;
import java.util.List;

/// Amazon EventBridge as Terrarium finds it.
public final class EventBridgePackage implements ServicePackage {
  @Override
  public String name() {
    return "events";
  }

  @Override
  public String clientInterface() {
    return "software.amazon.awssdk.services.eventbridge.EventBridgeClient";
  }

  @Override
  public List<?> open(Cloud cloud) {
    var store = new EventStore(cloud);
    var metrics = new EventMetrics(cloud);
    var attempts = new Attempts(store, new DeadLetters(cloud, metrics), metrics);
    var couriers = new Couriers(store, attempts);
    var router = new Router(store, couriers, metrics);
    attempts.add("event-bus", new BusDestination(store, router));
    var schedules = new RuleSchedules(store, router);
    couriers.resume();
    return List.of(
        metrics,
        couriers,
        new EventBuses(store),
        new BusPolicies(store),
        new EventTags(store),
        new EventRules(store, schedules),
        new EventPatterns(store),
        new EventTargets(store),
        new EventWrites(store, router));
  }
}
