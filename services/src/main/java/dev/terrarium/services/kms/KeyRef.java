package dev.terrarium.services.kms;

import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.KeyCodec;

/// Which key.
///
/// @param id a UUID, or `mrk-` and 32 hexadecimal digits if there may be one in several regions
record KeyRef(String account, String region, String id) {
  static final KeyCodec<KeyRef> CODEC =
      KeyCodec.of(
          (key, to) -> to.string(key.account).string(key.region).string(key.id),
          from -> new KeyRef(from.string(), from.string(), from.string()));

  static KeyRef of(Scope scope, String id) {
    return new KeyRef(scope.account(), scope.region(), id);
  }

  Scope scope() {
    return new Scope(account, region);
  }

  String arn() {
    return scope().arn("kms", "key/" + id);
  }

  /// The same multi-region key elsewhere.
  KeyRef in(String other) {
    return new KeyRef(account, other, id);
  }

  /// One text for it all, in the names of timers.
  String path() {
    return account + "/" + region + "/" + id;
  }

  static KeyRef ofPath(String path) {
    var parts = path.split("/", 3);
    return new KeyRef(parts[0], parts[1], parts[2]);
  }
}
