package dev.terrarium.services.eventbridge;

import dev.terrarium.kernel.model.Pojos;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.kernel.store.PojoCodec;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.eventbridge.model.ApiDestination;
import software.amazon.awssdk.services.eventbridge.model.ApiDestinationState;
import software.amazon.awssdk.services.eventbridge.model.ConnectionState;
import software.amazon.awssdk.services.eventbridge.model.CreateApiDestinationRequest;
import software.amazon.awssdk.services.eventbridge.model.CreateApiDestinationResponse;
import software.amazon.awssdk.services.eventbridge.model.DeleteApiDestinationRequest;
import software.amazon.awssdk.services.eventbridge.model.DeleteApiDestinationResponse;
import software.amazon.awssdk.services.eventbridge.model.DescribeApiDestinationRequest;
import software.amazon.awssdk.services.eventbridge.model.DescribeApiDestinationResponse;
import software.amazon.awssdk.services.eventbridge.model.ListApiDestinationsRequest;
import software.amazon.awssdk.services.eventbridge.model.ListApiDestinationsResponse;
import software.amazon.awssdk.services.eventbridge.model.UpdateApiDestinationRequest;
import software.amazon.awssdk.services.eventbridge.model.UpdateApiDestinationResponse;

/// API destinations: endpoints of HTTP as targets. Plain `http` is taken as well, for what runs
/// beside Terrarium.
final class ApiDestinations extends EventsPart {
  private static final int NAME_LENGTH_MAX = 64;
  private static final Pattern URL =
      Pattern.compile("^((%[0-9A-Fa-f]{2}|[-()_.!~*';/?:@\\x26=+$,A-Za-z0-9])+)([).!';/?:,])?$");
  private static final Pattern CONNECTION =
      Pattern.compile(
          "^arn:aws([a-z]|\\-)*:events:([a-z]|\\d|\\-)*:([0-9]{12})?:connection\\/[\\.\\-_A-Za-z0-9]+\\/[\\-A-Za-z0-9]+$");
  private static final String[] METHODS = {
    "POST", "GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"
  };

  private final Keyspace<BusKey, DescribeApiDestinationResponse> destinations;
  private final ConnectionStore connections;

  ApiDestinations(
      EventStore store,
      Keyspace<BusKey, DescribeApiDestinationResponse> destinations,
      ConnectionStore connections) {
    super(store);
    this.destinations = destinations;
    this.connections = connections;
  }

  /// Where they are kept.
  static Keyspace<BusKey, DescribeApiDestinationResponse> keyspace(EventStore store) {
    return store.keyspace(
        "destinations", BusKey.CODEC, new PojoCodec<>(DescribeApiDestinationResponse::builder));
  }

  private static EventsConstraints named(@Nullable String name) {
    return new EventsConstraints().name("name", name, NAME_LENGTH_MAX);
  }

  private static EventsConstraints shapes(
      EventsConstraints constraints,
      @Nullable String description,
      @Nullable String connectionArn,
      @Nullable String endpoint,
      @Nullable String method,
      @Nullable Integer rate) {
    return constraints
        .description(description)
        .length("connectionArn", connectionArn, 1, 1600)
        .pattern("connectionArn", connectionArn, CONNECTION)
        .length("invocationEndpoint", endpoint, 1, 2048)
        .pattern("invocationEndpoint", endpoint, URL)
        .oneOf("httpMethod", method, METHODS)
        .atLeast("invocationRateLimitPerSecond", rate, 1);
  }

  @Override
  public CreateApiDestinationResponse createApiDestination(CreateApiDestinationRequest request) {
    shapes(
            named(request.name())
                .required("connectionArn", request.connectionArn())
                .required("invocationEndpoint", request.invocationEndpoint())
                .required("httpMethod", request.httpMethodAsString()),
            request.description(),
            request.connectionArn(),
            request.invocationEndpoint(),
            request.httpMethodAsString(),
            request.invocationRateLimitPerSecond())
        .check();
    checkEndpoint(request.invocationEndpoint());
    requireConnection(request.connectionArn());
    var key = EventStore.key(request.name());
    return store.change(batch -> {
      if (destinations.contains(key)) {
        throw EventsErrors.exists("An api-destination '" + key.name() + "' already exists.");
      }
      var now = store.cloud.clock().now();
      var id = store.cloud.ids().uuid();
      var made =
          Pojos.copy(request, DescribeApiDestinationResponse.builder())
              .apiDestinationArn(
                  EventStore.scope().arn("events", "api-destination/" + key.name() + "/" + id))
              .creationTime(now)
              .lastModifiedTime(now)
              .build();
      destinations.put(batch, key, made);
      return Pojos.copy(shown(made), CreateApiDestinationResponse.builder()).build();
    });
  }

  private static void checkEndpoint(@Nullable String endpoint) {
    if (endpoint != null && !endpoint.matches("https?://[^/?#]+.*")) {
      throw EventsErrors.validation("Parameter InvocationEndpoint is not valid.");
    }
  }

  private void requireConnection(@Nullable String arn) {
    if (arn != null && connections.ofArn(arn) == null) {
      var name = arn.replaceFirst("^.*:connection/", "").replaceFirst("/.*$", "");
      throw EventsErrors.notFound(
          "Failed to describe the connection(s). Connection '" + name + "' does not exist.");
    }
  }

  /// As it is now: active while its connection is authorized.
  private DescribeApiDestinationResponse shown(DescribeApiDestinationResponse kept) {
    var connection = connections.ofArn(kept.connectionArn());
    var active = connection != null && connection.connectionState() == ConnectionState.AUTHORIZED;
    return kept.toBuilder()
        .apiDestinationState(active ? ApiDestinationState.ACTIVE : ApiDestinationState.INACTIVE)
        .build();
  }

  private DescribeApiDestinationResponse there(BusKey key) {
    var found = destinations.get(key);
    if (found == null) {
      throw EventsErrors.notFound(
          "Failed to describe the api-destination(s). An api-destination '"
              + key.name()
              + "' does not exist.");
    }
    return found;
  }

  @Override
  public DescribeApiDestinationResponse describeApiDestination(
      DescribeApiDestinationRequest request) {
    named(request.name()).check();
    return shown(there(EventStore.key(request.name())));
  }

  @Override
  public ListApiDestinationsResponse listApiDestinations(ListApiDestinationsRequest request) {
    new EventsConstraints()
        .prefix("namePrefix", request.namePrefix(), NAME_LENGTH_MAX)
        .length("connectionArn", request.connectionArn(), 1, 1600)
        .pattern("connectionArn", request.connectionArn(), CONNECTION)
        .paging(request.limit(), request.nextToken())
        .check();
    var found =
        store.list(destinations).stream()
            .filter(
                one -> request.namePrefix() == null || one.name().startsWith(request.namePrefix()))
            .filter(one ->
                request.connectionArn() == null
                    || one.connectionArn().equals(request.connectionArn()))
            .toList();
    var page =
        EventsErrors.page(
            found, DescribeApiDestinationResponse::name, request.limit(), request.nextToken());
    return ListApiDestinationsResponse.builder()
        .apiDestinations(
            page.items().stream()
                .map(one -> Pojos.copy(shown(one), ApiDestination.builder()).build())
                .toList())
        .nextToken(page.token())
        .build();
  }

  @Override
  public UpdateApiDestinationResponse updateApiDestination(UpdateApiDestinationRequest request) {
    shapes(
            named(request.name()),
            request.description(),
            request.connectionArn(),
            request.invocationEndpoint(),
            request.httpMethodAsString(),
            request.invocationRateLimitPerSecond())
        .check();
    checkEndpoint(request.invocationEndpoint());
    var key = EventStore.key(request.name());
    return store.change(batch -> {
      var before = there(key);
      requireConnection(request.connectionArn());
      var after =
          Pojos.copy(request, before.toBuilder())
              .lastModifiedTime(store.cloud.clock().now())
              .build();
      destinations.put(batch, key, after);
      return Pojos.copy(shown(after), UpdateApiDestinationResponse.builder()).build();
    });
  }

  @Override
  public DeleteApiDestinationResponse deleteApiDestination(DeleteApiDestinationRequest request) {
    named(request.name()).check();
    var key = EventStore.key(request.name());
    return store.change(batch -> {
      var _ = there(key);
      destinations.delete(batch, key);
      return DeleteApiDestinationResponse.builder().build();
    });
  }
}
