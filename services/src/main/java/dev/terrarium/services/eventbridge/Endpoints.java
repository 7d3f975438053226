package dev.terrarium.services.eventbridge;

import dev.terrarium.kernel.model.Pojos;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.kernel.store.PojoCodec;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.eventbridge.model.CreateEndpointRequest;
import software.amazon.awssdk.services.eventbridge.model.CreateEndpointResponse;
import software.amazon.awssdk.services.eventbridge.model.DeleteEndpointRequest;
import software.amazon.awssdk.services.eventbridge.model.DeleteEndpointResponse;
import software.amazon.awssdk.services.eventbridge.model.DescribeEndpointRequest;
import software.amazon.awssdk.services.eventbridge.model.DescribeEndpointResponse;
import software.amazon.awssdk.services.eventbridge.model.Endpoint;
import software.amazon.awssdk.services.eventbridge.model.EndpointEventBus;
import software.amazon.awssdk.services.eventbridge.model.EndpointState;
import software.amazon.awssdk.services.eventbridge.model.ListEndpointsRequest;
import software.amazon.awssdk.services.eventbridge.model.ListEndpointsResponse;
import software.amazon.awssdk.services.eventbridge.model.ReplicationState;
import software.amazon.awssdk.services.eventbridge.model.RoutingConfig;
import software.amazon.awssdk.services.eventbridge.model.UpdateEndpointRequest;
import software.amazon.awssdk.services.eventbridge.model.UpdateEndpointResponse;

/// Global endpoints. Nobody checks the health of regions here, so events go to the primary one, and
/// to the other as well where they are to be replicated.
final class Endpoints extends EventsPart {
  private static final int NAME_LENGTH_MAX = 64;

  private final Keyspace<BusKey, DescribeEndpointResponse> endpoints;

  Endpoints(EventStore store) {
    super(store);
    this.endpoints =
        store.keyspace(
            "endpoints", BusKey.CODEC, new PojoCodec<>(DescribeEndpointResponse::builder));
  }

  /// The buses to which events for an endpoint go.
  List<BusKey> buses(String endpointId) {
    for (var endpoint : store.list(endpoints)) {
      if (endpoint.endpointId().equals(endpointId)) {
        var buses =
            endpoint.eventBuses().stream()
                .map(bus -> BusKey.of(EventStore.scope(), bus.eventBusArn()))
                .toList();
        var replicated =
            endpoint.replicationConfig() == null
                || endpoint.replicationConfig().state() != ReplicationState.DISABLED;
        return replicated ? buses : buses.subList(0, 1);
      }
    }
    throw EventsErrors.notFound("Endpoint '" + endpointId + "' does not exist.");
  }

  private static EventsConstraints named(@Nullable String name) {
    return new EventsConstraints().name("name", name, NAME_LENGTH_MAX);
  }

  private static EventsConstraints shapes(
      EventsConstraints constraints,
      @Nullable RoutingConfig routing,
      List<EndpointEventBus> buses) {
    if (routing != null) {
      var failover = routing.failoverConfig();
      constraints.required("routingConfig.failoverConfig", failover);
      if (failover != null) {
        constraints
            .required("routingConfig.failoverConfig.primary", failover.primary())
            .required("routingConfig.failoverConfig.secondary", failover.secondary());
      }
    }
    for (int i = 0; i < buses.size(); i++) {
      constraints.required(
          "eventBuses." + (i + 1) + ".member.eventBusArn", buses.get(i).eventBusArn());
    }
    return constraints;
  }

  @Override
  public CreateEndpointResponse createEndpoint(CreateEndpointRequest request) {
    var constraints =
        named(request.name())
            .description(request.description())
            .required("routingConfig", request.routingConfig())
            .present("eventBuses", request.hasEventBuses());
    if (request.hasEventBuses()) {
      constraints.count("eventBuses", request.eventBuses(), 2, 2);
    }
    shapes(constraints, request.routingConfig(), request.eventBuses()).check();
    checkBuses(request.eventBuses());
    var key = EventStore.key(request.name());
    return store.change(batch -> {
      if (endpoints.contains(key)) {
        throw EventsErrors.exists("Endpoint " + key.name() + " already exists.");
      }
      var now = store.cloud.clock().now();
      var id =
          store.cloud.ids().alphanumeric(10).toLowerCase(Locale.ROOT)
              + "."
              + store.cloud.ids().unique(3);
      var made =
          Pojos.copy(request, DescribeEndpointResponse.builder())
              .arn(EventStore.scope().arn("events", "endpoint/" + key.name()))
              .endpointId(id)
              .endpointUrl("https://" + id + ".endpoint.events.amazonaws.com")
              .replicationConfig(r ->
                  r.state(
                      request.replicationConfig() == null
                          ? ReplicationState.ENABLED
                          : request.replicationConfig().state()))
              .state(EndpointState.ACTIVE)
              .creationTime(now)
              .lastModifiedTime(now)
              .build();
      endpoints.put(batch, key, made);
      return Pojos.copy(made, CreateEndpointResponse.builder())
          .state(EndpointState.CREATING)
          .build();
    });
  }

  /// They are of the same name in two regions, the first in the one of the endpoint.
  private void checkBuses(List<EndpointEventBus> given) {
    var buses =
        given.stream().map(bus -> BusKey.of(EventStore.scope(), bus.eventBusArn())).toList();
    for (var bus : buses) {
      if (store.find(bus) == null) {
        throw EventsErrors.noBus(bus.name());
      }
    }
    if (buses.size() == 2
        && (!buses.getFirst().name().equals(buses.getLast().name())
            || buses.getFirst().scope().equals(buses.getLast().scope()))) {
      throw EventsErrors.validation(
          "Event buses of an endpoint must have the same name in different Regions.");
    }
  }

  private DescribeEndpointResponse there(BusKey key) {
    var found = endpoints.get(key);
    if (found == null) {
      throw EventsErrors.notFound("Endpoint '" + key.name() + "' does not exist.");
    }
    return found;
  }

  @Override
  public DescribeEndpointResponse describeEndpoint(DescribeEndpointRequest request) {
    named(request.name()).check();
    return there(EventStore.key(request.name()));
  }

  @Override
  public ListEndpointsResponse listEndpoints(ListEndpointsRequest request) {
    new EventsConstraints()
        .prefix("namePrefix", request.namePrefix(), NAME_LENGTH_MAX)
        .range("maxResults", request.maxResults(), 1, 100)
        .check();
    var prefix = request.namePrefix() == null ? "" : request.namePrefix();
    var found =
        store.list(endpoints).stream().filter(one -> one.name().startsWith(prefix)).toList();
    var page =
        EventsErrors.page(
            found, DescribeEndpointResponse::name, request.maxResults(), request.nextToken());
    return ListEndpointsResponse.builder()
        .endpoints(
            page.items().stream().map(one -> Pojos.copy(one, Endpoint.builder()).build()).toList())
        .nextToken(page.token())
        .build();
  }

  @Override
  public UpdateEndpointResponse updateEndpoint(UpdateEndpointRequest request) {
    var constraints = named(request.name()).description(request.description());
    if (request.hasEventBuses()) {
      constraints.count("eventBuses", request.eventBuses(), 2, 2);
    }
    shapes(constraints, request.routingConfig(), request.eventBuses()).check();
    var key = EventStore.key(request.name());
    return store.change(batch -> {
      var before = there(key);
      checkBuses(request.eventBuses());
      var after =
          Pojos.copy(request, before.toBuilder())
              .lastModifiedTime(store.cloud.clock().now())
              .build();
      endpoints.put(batch, key, after);
      return Pojos.copy(after, UpdateEndpointResponse.builder())
          .state(EndpointState.UPDATING)
          .build();
    });
  }

  @Override
  public DeleteEndpointResponse deleteEndpoint(DeleteEndpointRequest request) {
    named(request.name()).check();
    var key = EventStore.key(request.name());
    return store.change(batch -> {
      var _ = there(key);
      endpoints.delete(batch, key);
      return DeleteEndpointResponse.builder().build();
    });
  }
}
