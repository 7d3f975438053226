package dev.terrarium.services.kms;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.kms.model.AliasListEntry;

/// Other names of keys.
final class Aliases {
  /// Which alias.
  ///
  /// @param name beginning with `alias/`
  record AliasKey(String account, String region, String name) {
    static final KeyCodec<AliasKey> CODEC =
        KeyCodec.of(
            (key, to) -> to.string(key.account).string(key.region).string(key.name),
            from -> new AliasKey(from.string(), from.string(), from.string()));

    static AliasKey of(Scope scope, String name) {
      return new AliasKey(scope.account(), scope.region(), name);
    }

    String arn() {
      return new Scope(account, region).arn("kms", name);
    }
  }

  /// What an alias stands for.
  ///
  /// @param target the id of the key
  record Alias(String target, Instant created, Instant updated) {
    static final Codec<Alias> CODEC =
        Codec.of(
            1,
            (alias, to) -> to.string(alias.target).instant(alias.created).instant(alias.updated),
            from -> new Alias(from.string(), from.instant(), from.instant()));

    AliasListEntry shown(AliasKey key) {
      return AliasListEntry.builder()
          .aliasName(key.name)
          .aliasArn(key.arn())
          .targetKeyId(target)
          .creationDate(created)
          .lastUpdatedDate(updated)
          .build();
    }
  }

  final Keyspace<AliasKey, Alias> stored;

  Aliases(Cloud cloud) {
    this.stored = new Keyspace<>(cloud.store(), "kms.aliases", AliasKey.CODEC, Alias.CODEC);
  }

  /// All aliases of a key.
  List<AliasKey> of(KeyRef key) {
    var found = new ArrayList<AliasKey>();
    stored.scan(
        (name, alias) -> {
          if (alias.target.equals(key.id())) {
            found.add(name);
          }
          return true;
        },
        key.account(),
        key.region());
    return found;
  }
}
