package dev.terrarium.services.eventbridge;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.KeyCodec;
import org.jspecify.annotations.Nullable;

/// Something of an account and region that has a name of its own: a bus, an archive, a connection.
record BusKey(Scope scope, String name) {
  static final String DEFAULT = "default";

  static final KeyCodec<BusKey> CODEC =
      KeyCodec.of(
          (key, writer) ->
              writer.string(key.scope.account()).string(key.scope.region()).string(key.name),
          reader -> new BusKey(new Scope(reader.string(), reader.string()), reader.string()));

  /// The bus of a name, an ARN, or nothing: then the default one.
  static BusKey of(Scope scope, @Nullable String nameOrArn) {
    if (nameOrArn == null || nameOrArn.isEmpty()) {
      return new BusKey(scope, DEFAULT);
    }
    return Arn.of(nameOrArn)
        .map(arn -> new BusKey(arn.scope(), arn.resource().replaceFirst("^event-bus/", "")))
        .orElseGet(() -> new BusKey(scope, nameOrArn));
  }

  boolean isDefault() {
    return name.equals(DEFAULT);
  }

  String arn() {
    return scope.arn("events", "event-bus/" + name);
  }
}
