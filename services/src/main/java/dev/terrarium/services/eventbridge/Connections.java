package dev.terrarium.services.eventbridge;

import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.model.Pojos;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.eventbridge.model.Connection;
import software.amazon.awssdk.services.eventbridge.model.ConnectionAuthorizationType;
import software.amazon.awssdk.services.eventbridge.model.ConnectionState;
import software.amazon.awssdk.services.eventbridge.model.CreateConnectionRequest;
import software.amazon.awssdk.services.eventbridge.model.CreateConnectionResponse;
import software.amazon.awssdk.services.eventbridge.model.DeauthorizeConnectionRequest;
import software.amazon.awssdk.services.eventbridge.model.DeauthorizeConnectionResponse;
import software.amazon.awssdk.services.eventbridge.model.DeleteConnectionRequest;
import software.amazon.awssdk.services.eventbridge.model.DeleteConnectionResponse;
import software.amazon.awssdk.services.eventbridge.model.DescribeConnectionRequest;
import software.amazon.awssdk.services.eventbridge.model.DescribeConnectionResponse;
import software.amazon.awssdk.services.eventbridge.model.ListConnectionsRequest;
import software.amazon.awssdk.services.eventbridge.model.ListConnectionsResponse;
import software.amazon.awssdk.services.eventbridge.model.UpdateConnectionRequest;
import software.amazon.awssdk.services.eventbridge.model.UpdateConnectionResponse;

/// Connections: how API destinations are authorized. One of OAuth is authorized when its endpoint
/// has given a token.
final class Connections extends EventsPart {
  private static final int NAME_LENGTH_MAX = 64;
  private static final String[] TYPES = {"BASIC", "OAUTH_CLIENT_CREDENTIALS", "API_KEY"};
  private static final String[] STATES = {
    "CREATING",
    "UPDATING",
    "DELETING",
    "AUTHORIZED",
    "DEAUTHORIZED",
    "AUTHORIZING",
    "DEAUTHORIZING",
    "ACTIVE",
    "FAILED_CONNECTIVITY"
  };

  private final ConnectionStore connections;
  private final OAuthTokens tokens;

  Connections(EventStore store, ConnectionStore connections, OAuthTokens tokens) {
    super(store);
    this.connections = connections;
    this.tokens = tokens;
  }

  /// Takes up what an earlier process left.
  void resume() {
    connections.connections.scan((key, connection) -> {
      if (connection.connectionState() == ConnectionState.AUTHORIZING) {
        authorize(key);
      }
      return true;
    });
  }

  private static EventsConstraints named(@Nullable String name) {
    return new EventsConstraints().name("name", name, NAME_LENGTH_MAX);
  }

  @Override
  public CreateConnectionResponse createConnection(CreateConnectionRequest request) {
    var constraints =
        named(request.name())
            .description(request.description())
            .required("authorizationType", request.authorizationTypeAsString())
            .oneOf("authorizationType", request.authorizationTypeAsString(), TYPES)
            .kmsKey(request.kmsKeyIdentifier());
    ConnectionParameters.shapes(constraints, request.authParameters());
    constraints.check();
    if (request.invocationConnectivityParameters() != null
        || request.authParameters().connectivityParameters() != null) {
      throw Errors.of(
          501, "NotImplemented", "Terrarium does not implement connections to private APIs.");
    }
    ConnectionParameters.fit(request.authorizationType(), request.authParameters());
    var key = EventStore.key(request.name());
    if (connections.connections.contains(key)) {
      throw EventsErrors.exists("Connection " + key.name() + " already exists.");
    }
    var scope = EventStore.scope();
    var secret = connections.keep(scope, key.name(), null, request.authParameters());
    var now = store.cloud.clock().now();
    var connection =
        authorized(
            Pojos.copy(request, DescribeConnectionResponse.builder())
                .connectionArn(
                    scope.arn(
                        "events", "connection/" + key.name() + "/" + store.cloud.ids().uuid()))
                .secretArn(secret)
                .authParameters(
                    ConnectionParameters.shown(
                        request.authorizationType(), request.authParameters()))
                .creationTime(now)
                .lastModifiedTime(now),
            request.authorizationType());
    connections.connections.put(key, connection);
    begin(key, connection);
    return Pojos.copy(connection, CreateConnectionResponse.builder()).build();
  }

  private DescribeConnectionResponse authorized(
      DescribeConnectionResponse.Builder connection, ConnectionAuthorizationType type) {
    if (type == ConnectionAuthorizationType.OAUTH_CLIENT_CREDENTIALS) {
      return connection.connectionState(ConnectionState.AUTHORIZING).build();
    }
    return connection
        .connectionState(ConnectionState.AUTHORIZED)
        .lastAuthorizedTime(store.cloud.clock().now())
        .build();
  }

  private void begin(BusKey key, DescribeConnectionResponse connection) {
    tokens.forget(connection.connectionArn());
    if (connection.connectionState() == ConnectionState.AUTHORIZING) {
      authorize(key);
    }
  }

  /// Asks for a token, and with it whether the credentials are any good.
  private void authorize(BusKey key) {
    store.cloud.background(
        "events",
        "Authorize",
        key.scope(),
        () -> {
          var connection = connections.connections.get(key);
          if (connection == null || connection.connectionState() != ConnectionState.AUTHORIZING) {
            return;
          }
          try {
            var _ = tokens.token(connection);
            change(
                key,
                c ->
                    c.connectionState(ConnectionState.AUTHORIZED)
                        .stateReason(null)
                        .lastAuthorizedTime(store.cloud.clock().now()));
          } catch (Failure e) {
            var reason = String.valueOf(e.getMessage());
            change(
                key,
                c ->
                    c.connectionState(ConnectionState.DEAUTHORIZED)
                        .stateReason(reason.substring(0, Math.min(512, reason.length()))));
          }
        });
  }

  private void change(BusKey key, Consumer<DescribeConnectionResponse.Builder> how) {
    var _ =
        store.change(batch -> {
          var connection = connections.connections.get(key);
          if (connection != null && connection.connectionState() == ConnectionState.AUTHORIZING) {
            var changed = connection.toBuilder();
            how.accept(changed);
            connections.connections.put(batch, key, changed.build());
          }
          return batch;
        });
  }

  private DescribeConnectionResponse there(BusKey key) {
    var found = connections.connections.get(key);
    if (found == null) {
      throw EventsErrors.notFound(
          "Failed to describe the connection(s). Connection '" + key.name() + "' does not exist.");
    }
    return found;
  }

  @Override
  public DescribeConnectionResponse describeConnection(DescribeConnectionRequest request) {
    named(request.name()).check();
    return there(EventStore.key(request.name()));
  }

  @Override
  public ListConnectionsResponse listConnections(ListConnectionsRequest request) {
    new EventsConstraints()
        .prefix("namePrefix", request.namePrefix(), NAME_LENGTH_MAX)
        .oneOf("connectionState", request.connectionStateAsString(), STATES)
        .paging(request.limit(), request.nextToken())
        .check();
    var found =
        store.list(connections.connections).stream()
            .filter(connection ->
                request.namePrefix() == null || connection.name().startsWith(request.namePrefix()))
            .filter(connection ->
                request.connectionState() == null
                    || connection.connectionState() == request.connectionState())
            .toList();
    var page =
        EventsErrors.page(
            found, DescribeConnectionResponse::name, request.limit(), request.nextToken());
    return ListConnectionsResponse.builder()
        .connections(
            page.items().stream()
                .map(connection -> Pojos.copy(connection, Connection.builder()).build())
                .toList())
        .nextToken(page.token())
        .build();
  }

  @Override
  public UpdateConnectionResponse updateConnection(UpdateConnectionRequest request) {
    named(request.name())
        .description(request.description())
        .oneOf("authorizationType", request.authorizationTypeAsString(), TYPES)
        .kmsKey(request.kmsKeyIdentifier())
        .check();
    var key = EventStore.key(request.name());
    var before = there(key);
    var type =
        request.authorizationType() == null
            ? before.authorizationType()
            : request.authorizationType();
    var changed = before.toBuilder().authorizationType(type).stateReason(null);
    if (request.description() != null) {
      changed.description(request.description());
    }
    if (request.kmsKeyIdentifier() != null) {
      changed.kmsKeyIdentifier(request.kmsKeyIdentifier());
    }
    if (request.authParameters() != null) {
      var credentials =
          ConnectionParameters.updated(connections.credentials(before), request.authParameters());
      ConnectionParameters.fit(type, credentials);
      changed
          .secretArn(
              connections.keep(EventStore.scope(), key.name(), before.secretArn(), credentials))
          .authParameters(ConnectionParameters.shown(type, credentials));
    } else if (type != before.authorizationType()) {
      throw EventsErrors.validation(
          "Authorization parameters must be specified for the authorization type " + type + ".");
    }
    var after = authorized(changed.lastModifiedTime(store.cloud.clock().now()), type);
    connections.connections.put(key, after);
    begin(key, after);
    return Pojos.copy(after, UpdateConnectionResponse.builder()).build();
  }

  @Override
  public DeauthorizeConnectionResponse deauthorizeConnection(DeauthorizeConnectionRequest request) {
    named(request.name()).check();
    var key = EventStore.key(request.name());
    var before = there(key);
    Scope scope = EventStore.scope();
    connections.forget(scope, before.secretArn());
    tokens.forget(before.connectionArn());
    var after =
        before.toBuilder()
            .connectionState(ConnectionState.DEAUTHORIZED)
            .secretArn(null)
            .lastModifiedTime(store.cloud.clock().now())
            .build();
    connections.connections.put(key, after);
    return Pojos.copy(after, DeauthorizeConnectionResponse.builder())
        .connectionState(ConnectionState.DEAUTHORIZING)
        .build();
  }

  @Override
  public DeleteConnectionResponse deleteConnection(DeleteConnectionRequest request) {
    named(request.name()).check();
    var key = EventStore.key(request.name());
    var before = there(key);
    connections.forget(EventStore.scope(), before.secretArn());
    tokens.forget(before.connectionArn());
    connections.connections.delete(key);
    return Pojos.copy(before, DeleteConnectionResponse.builder())
        .connectionState(ConnectionState.DELETING)
        .build();
  }
}
