package dev.terrarium.services.cloudformation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// What wait conditions wait for: signals that came to the address of a handle, or by
/// `SignalResource`. Each has an id of its own; what comes again under the same id counts once.
final class WaitSignals {
  /// Where signals are taken, followed by the handle's token.
  static final String PATH = "/_terrarium/cfn-wait/";

  private record Key(String place, String uniqueId) {}

  private static final KeyCodec<Key> KEY =
      KeyCodec.of(
          (key, writer) -> writer.string(key.place).string(key.uniqueId),
          reader -> new Key(reader.string(), reader.string()));

  private final Cloud cloud;
  private final Keyspace<Key, String> signals;

  /// Stores into the cloud's store, so any number of these are the same.
  WaitSignals(Cloud cloud) {
    this.cloud = cloud;
    this.signals = new Keyspace<>(cloud.store(), "cloudformation.signals", KEY, Codec.STRING);
  }

  /// The place of a resource that `SignalResource` names.
  static String place(String stackId, String logicalId) {
    return stackId + "#" + logicalId;
  }

  /// What is woken when a signal comes to a place.
  static String wake(String place) {
    return "cloudformation-wait:" + place;
  }

  /// Opens a place, so that signals to it are taken.
  void open(String place) {
    signals.put(new Key(place, ""), "");
  }

  /// Opens a place, unless it is open, until a time.
  ///
  /// @return until when it is open
  Instant open(String place, Instant deadline) {
    var key = new Key(place, "");
    var there = signals.get(key);
    if (there != null && !there.isEmpty()) {
      return Instant.parse(there);
    }
    signals.put(key, deadline.toString());
    return deadline;
  }

  boolean isOpen(String place) {
    return signals.contains(new Key(place, ""));
  }

  /// Takes a signal.
  ///
  /// @param signal with `Status`, `UniqueId` and, maybe, `Data` and `Reason`
  /// @return whether it is the first one of its id
  boolean put(String place, JsonNode signal) {
    var key = new Key(place, signal.path("UniqueId").asText());
    var first = !signals.contains(key);
    if (first) {
      var batch = new Batch();
      signals.put(batch, key, Json.write(signal));
      batch.afterCommit(() -> cloud.signals().signal(wake(place)));
      cloud.store().commit(batch);
    }
    return first;
  }

  /// The signals that came to a place.
  List<JsonNode> of(String place) {
    var found = new ArrayList<JsonNode>();
    signals.scan(
        (key, text) -> {
          if (!key.uniqueId.isEmpty()) {
            found.add(Json.parse(text));
          }
          return true;
        },
        place);
    return found;
  }

  void forget(String place) {
    var batch = new Batch();
    signals.deleteAll(batch, place);
    cloud.store().commit(batch);
  }
}
