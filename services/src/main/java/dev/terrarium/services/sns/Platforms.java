package dev.terrarium.services.sns;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.services.sns.PlatformApplication.ApplicationKey;
import dev.terrarium.services.sns.PlatformApplication.Endpoint;
import dev.terrarium.services.sns.PlatformApplication.EndpointKey;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sns.SnsClient;

/// The applications and devices that are registered for push messages, and their events.
final class Platforms {
  /// Devices of an application by their tokens.
  private record TokenKey(ApplicationKey application, String token) {
    static final KeyCodec<TokenKey> CODEC =
        KeyCodec.of(
            (key, writer) -> {
              ApplicationKey.CODEC.write(key.application, writer);
              writer.string(key.token);
            },
            reader -> new TokenKey(ApplicationKey.CODEC.read(reader), reader.string()));
  }

  private final Cloud cloud;
  final Keyspace<ApplicationKey, PlatformApplication> applications;
  final Keyspace<EndpointKey, Endpoint> endpoints;
  private final Keyspace<TokenKey, String> tokens;

  Platforms(Cloud cloud) {
    this.cloud = cloud;
    var store = cloud.store();
    this.applications =
        new Keyspace<>(store, "sns.applications", ApplicationKey.CODEC, PlatformApplication.CODEC);
    this.endpoints = new Keyspace<>(store, "sns.endpoints", EndpointKey.CODEC, Endpoint.CODEC);
    this.tokens = new Keyspace<>(store, "sns.endpointTokens", TokenKey.CODEC, Codec.STRING);
  }

  PlatformApplication application(@Nullable String arn) {
    var application = applications.get(ApplicationKey.of(arn));
    if (application == null) {
      throw SnsErrors.notFound("PlatformApplication does not exist");
    }
    return application;
  }

  Endpoint endpoint(@Nullable String arn) {
    var endpoint = endpoints.get(EndpointKey.of(arn, "EndpointArn"));
    if (endpoint == null) {
      throw SnsErrors.notFound("Endpoint does not exist");
    }
    return endpoint;
  }

  @Nullable Endpoint byToken(ApplicationKey application, String token) {
    var id = tokens.get(new TokenKey(application, token));
    return id == null ? null : endpoints.get(new EndpointKey(application, id));
  }

  void save(Endpoint endpoint) {
    var batch = new Batch();
    var before = endpoints.get(endpoint.key());
    if (before != null) {
      tokens.delete(batch, new TokenKey(endpoint.key().application(), before.token()));
    }
    endpoints.put(batch, endpoint.key(), endpoint);
    tokens.put(
        batch, new TokenKey(endpoint.key().application(), endpoint.token()), endpoint.key().id());
    cloud.store().commit(batch);
  }

  void delete(Endpoint endpoint) {
    var batch = new Batch();
    endpoints.delete(batch, endpoint.key());
    tokens.delete(batch, new TokenKey(endpoint.key().application(), endpoint.token()));
    cloud.store().commit(batch);
  }

  void delete(ApplicationKey key) {
    var batch = new Batch();
    applications.delete(batch, key);
    endpoints.deleteAll(batch, key.account(), key.region(), key.platform(), key.name());
    tokens.deleteAll(batch, key.account(), key.region(), key.platform(), key.name());
    cloud.store().commit(batch);
  }

  /// Tells the application's topic for that kind of event, if it has one.
  ///
  /// @param type such as `EndpointCreated`; its attribute is `EventEndpointCreated`
  /// @param more members of the message
  void event(EndpointKey endpoint, String type, Map<String, String> more) {
    var application = applications.get(endpoint.application());
    var topic =
        application == null
            ? ""
            : application.attribute(
                type.equals("DeliveryFailure") ? "EventDeliveryFailure" : "Event" + type);
    if (topic.isEmpty()) {
      return;
    }
    var message = Json.object();
    more.forEach(message::put);
    message
        .put("EndpointArn", endpoint.arn())
        .put("EventType", type)
        .put("Resource", endpoint.application().arn())
        .put("Service", "SNS")
        .put("Time", Envelope.timestamp(cloud.clock().millis()));
    var scope = endpoint.application().scope();
    cloud.background(
        "sns",
        "PlatformEvent",
        scope,
        () ->
            cloud
                .client(SnsClient.class)
                .publish(r ->
                    r.topicArn(topic)
                        .subject(type + " event for app " + endpoint.application().name())
                        .message(Json.write(message))));
  }
}
