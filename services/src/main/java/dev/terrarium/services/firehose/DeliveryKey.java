package dev.terrarium.services.firehose;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.KeyCodec;

/// Which delivery stream: names are unique within an account and region.
record DeliveryKey(String account, String region, String name) {
  static final KeyCodec<DeliveryKey> CODEC =
      KeyCodec.of(
          (key, writer) -> writer.string(key.account).string(key.region).string(key.name),
          reader -> new DeliveryKey(reader.string(), reader.string(), reader.string()));

  /// The delivery stream of a name in the scope of the current call.
  static DeliveryKey of(String name) {
    return of(Call.current().scope(), name);
  }

  static DeliveryKey of(Scope scope, String name) {
    return new DeliveryKey(scope.account(), scope.region(), name);
  }

  String arn() {
    return scope().arn("firehose", "deliverystream/" + name);
  }

  Scope scope() {
    return new Scope(account, region);
  }
}
