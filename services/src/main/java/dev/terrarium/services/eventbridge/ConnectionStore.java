package dev.terrarium.services.eventbridge;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Principal;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.model.JsonShapes;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.kernel.store.PojoCodec;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.eventbridge.model.CreateConnectionAuthRequestParameters;
import software.amazon.awssdk.services.eventbridge.model.DescribeConnectionResponse;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;

/// Connections, and the credentials that they hold: in Secrets Manager where that is there, as on
/// AWS, else beside them.
final class ConnectionStore {
  final Keyspace<BusKey, DescribeConnectionResponse> connections;
  private final Keyspace<String, String> secrets;
  private final Cloud cloud;

  ConnectionStore(EventStore store) {
    this.cloud = store.cloud;
    this.connections =
        store.keyspace(
            "connections", BusKey.CODEC, new PojoCodec<>(DescribeConnectionResponse::builder));
    this.secrets = store.keyspace("secrets", KeyCodec.STRING, Codec.STRING);
  }

  /// The connection of an ARN, or null.
  @Nullable DescribeConnectionResponse ofArn(String text) {
    var arn = Arn.of(text).filter(a -> a.resource().startsWith("connection/"));
    if (arn.isEmpty()) {
      return null;
    }
    var name = arn.get().resource().split("/", 3)[1];
    var found = connections.get(new BusKey(arn.get().scope(), name));
    return found == null || !found.connectionArn().equals(text) ? null : found;
  }

  private @Nullable SecretsManagerClient manager(Scope scope) {
    if (cloud.service("secretsmanager") == null) {
      return null;
    }
    var principal = Principal.service(scope.account(), "events.amazonaws.com");
    return cloud.client(SecretsManagerClient.class, scope, principal);
  }

  /// Keeps credentials and returns the ARN of their secret.
  ///
  /// @param arn of the secret that there is already, or null
  String keep(
      Scope scope,
      String connection,
      @Nullable String arn,
      CreateConnectionAuthRequestParameters credentials) {
    var text = Json.write(JsonShapes.tree(credentials));
    var manager = manager(scope);
    if (arn != null) {
      if (manager == null) {
        secrets.put(arn, text);
      } else {
        manager.putSecretValue(p -> p.secretId(arn).secretString(text));
      }
      return arn;
    }
    var name = "events!connection/" + connection + "/" + cloud.ids().uuid();
    if (manager != null) {
      return manager.createSecret(c -> c.name(name).secretString(text)).arn();
    }
    var made = scope.arn("secretsmanager", "secret:" + name + "-" + cloud.ids().alphanumeric(6));
    secrets.put(made, text);
    return made;
  }

  /// The credentials of a connection, or null if it has none.
  @Nullable CreateConnectionAuthRequestParameters credentials(
      DescribeConnectionResponse connection) {
    var arn = connection.secretArn();
    if (arn == null) {
      return null;
    }
    var manager = manager(Arn.of(connection.connectionArn()).orElseThrow().scope());
    @Nullable String text;
    try {
      text =
          manager == null
              ? secrets.get(arn)
              : manager.getSecretValue(g -> g.secretId(arn)).secretString();
    } catch (ResourceNotFoundException _) {
      return null;
    }
    return text == null
        ? null
        : JsonShapes.fill(Json.parse(text), CreateConnectionAuthRequestParameters.builder())
            .build();
  }

  void forget(Scope scope, @Nullable String arn) {
    if (arn == null) {
      return;
    }
    var manager = manager(scope);
    if (manager == null) {
      secrets.delete(arn);
      return;
    }
    try {
      manager.deleteSecret(d -> d.secretId(arn).forceDeleteWithoutRecovery(true));
    } catch (ResourceNotFoundException _) {
      // Somebody has deleted it already.
    }
  }
}
