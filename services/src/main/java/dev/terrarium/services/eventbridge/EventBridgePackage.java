package dev.terrarium.services.eventbridge;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.ResourceType;
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
  public boolean hears() {
    return true;
  }

  @Override
  public List<?> open(Cloud cloud) {
    var store = new EventStore(cloud);
    var metrics = new EventMetrics(cloud);
    var attempts = new Attempts(store, new DeadLetters(cloud, metrics), metrics);
    var couriers = new Couriers(store, attempts);
    var archives = new ArchiveStore(store);
    var router = new Router(store, couriers, archives, metrics);
    attempts.add("event-bus", new BusDestination(store, router));
    var schedules = new RuleSchedules(store, router);
    var connections = new ConnectionStore(store);
    var http = new HttpCalls(cloud);
    var tokens = new OAuthTokens(cloud, connections, http);
    var authorizations = new Connections(store, connections, tokens);
    var destinations = ApiDestinations.keyspace(store);
    attempts.add("api-destination", new ApiCaller(store, destinations, connections, tokens, http));
    var endpoints = new Endpoints(store);
    couriers.resume();
    authorizations.resume();
    return List.of(
        metrics,
        couriers,
        new Archives(store, archives),
        new Replays(store, archives, new ReplayRunner(store, archives, router)),
        new EventBuses(store),
        new BusPolicies(store),
        new EventTags(store),
        new EventRules(store, schedules),
        new EventPatterns(store),
        new EventTargets(store),
        authorizations,
        new ApiDestinations(store, destinations, connections),
        endpoints,
        new EventsGuard(store),
        new Announcements(store, router),
        new EventWrites(store, router, endpoints));
  }

  @Override
  public List<ResourceType> resourceTypes(Cloud cloud) {
    return new EventResources(cloud).all();
  }
}
