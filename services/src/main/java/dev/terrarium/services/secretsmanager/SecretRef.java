package dev.terrarium.services.secretsmanager;

import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.KeyCodec;

/// Which secret: names are unique within an account and region.
record SecretRef(String account, String region, String name) {
  static final KeyCodec<SecretRef> CODEC =
      KeyCodec.of(
          (key, to) -> to.string(key.account).string(key.region).string(key.name),
          from -> new SecretRef(from.string(), from.string(), from.string()));

  static SecretRef of(Scope scope, String name) {
    return new SecretRef(scope.account(), scope.region(), name);
  }

  Scope scope() {
    return new Scope(account, region);
  }

  SecretRef in(String other) {
    return new SecretRef(account, other, name);
  }

  /// One text for it all, in the names of timers.
  String path() {
    return account + " " + region + " " + name;
  }

  static SecretRef ofPath(String path) {
    var parts = path.split(" ", 3);
    return new SecretRef(parts[0], parts[1], parts[2]);
  }
}
