package dev.terrarium.services.ecr;

import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.KeyCodec;

/// Which repository: names are unique within an account's registry in a region.
record RepositoryKey(String account, String region, String name) {
  static final KeyCodec<RepositoryKey> CODEC =
      KeyCodec.of(
          (key, writer) -> writer.string(key.account).string(key.region).string(key.name),
          reader -> new RepositoryKey(reader.string(), reader.string(), reader.string()));

  String arn() {
    return new Scope(account, region).arn("ecr", "repository/" + name);
  }

  /// Under which address images would be pushed.
  String uri() {
    return account + ".dkr.ecr." + region + ".amazonaws.com/" + name;
  }
}
