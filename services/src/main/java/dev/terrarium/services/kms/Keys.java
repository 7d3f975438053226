package dev.terrarium.services.kms;

import dev.terrarium.kernel.Announcement;
import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Locks;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.services.kms.Aliases.AliasKey;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kms.model.KeyState;

/// All keys, and how they are named.
///
/// A key is named by its id or its ARN, and in many operations also by an alias or an alias's ARN.
final class Keys {
  private static final Pattern ID =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|mrk-[0-9a-f]{32}");
  private static final int CACHED_MAX = 10_000;

  /// Where in a region a material is: what a ciphertext names.
  record MaterialKey(String region, String id) {
    static final KeyCodec<MaterialKey> CODEC =
        KeyCodec.of(
            (key, to) -> to.string(key.region).string(key.id),
            from -> new MaterialKey(from.string(), from.string()));
  }

  final Cloud cloud;
  final Aliases aliases;
  final Grants grants;
  private final Keyspace<KeyRef, KeyRecord> stored;
  private final Keyspace<MaterialKey, String> materials;
  private final Map<KeyRef, KeyRecord> cached = new ConcurrentHashMap<>();
  private final Locks locks = new Locks();
  private final ManagedKeys managed;

  Keys(Cloud cloud) {
    this.cloud = cloud;
    this.aliases = new Aliases(cloud);
    this.grants = new Grants(cloud);
    this.stored = new Keyspace<>(cloud.store(), "kms.keys", KeyRef.CODEC, KeyRecord.CODEC);
    this.materials =
        new Keyspace<>(cloud.store(), "kms.materials", MaterialKey.CODEC, Codec.STRING);
    this.managed = new ManagedKeys(this);
  }

  /// The key, or null.
  @Nullable KeyRecord find(KeyRef ref) {
    var known = cached.get(ref);
    if (known != null) {
      return known;
    }
    return locks.with(
        ref,
        () -> {
          var read = stored.get(ref);
          if (read != null && cached.size() < CACHED_MAX) {
            cached.put(ref, read);
          }
          return read;
        });
  }

  /// The key of that name, in a form that any operation takes: no alias.
  KeyRecord named(String name) {
    return there(resolve(name, false));
  }

  /// The key of that name or alias.
  KeyRecord known(String name) {
    return there(resolve(name, true));
  }

  /// The key of that name or alias, fit for cryptography.
  KeyRecord usable(String name) {
    var key = known(name);
    checkUsable(key);
    return key;
  }

  static void checkUsable(KeyRecord key) {
    if (key.state() == KeyState.DISABLED) {
      throw KmsErrors.disabled(key.arn());
    }
    checkAlive(key);
  }

  /// Refuses a key that is waiting for its end or its beginning.
  static void checkAlive(KeyRecord key) {
    switch (key.state()) {
      case PENDING_DELETION -> throw KmsErrors.state(key.arn() + " is pending deletion.");
      case PENDING_REPLICA_DELETION ->
          throw KmsErrors.state(key.arn() + " is pending replica deletion.");
      case PENDING_IMPORT -> throw KmsErrors.state(key.arn() + " is pending import.");
      default -> {}
    }
  }

  /// Refuses a key that is waiting for its end.
  static void checkNotPending(KeyRecord key) {
    if (key.state() != KeyState.PENDING_IMPORT) {
      checkAlive(key);
    }
  }

  private KeyRecord there(KeyRef ref) {
    var key = find(ref);
    if (key == null) {
      throw KmsErrors.noKey(ref);
    }
    return key;
  }

  /// Which key a name means; it need not be there.
  KeyRef resolve(String name, boolean aliasAllowed) {
    var scope = Call.current().scope();
    var resource = name;
    if (name.startsWith("arn:")) {
      var arn = Arn.of(name).orElseThrow(() -> KmsErrors.invalidArn("Invalid arn " + name));
      if (!arn.service().equals("kms") || !arn.resource().matches("(key|alias)/.+")) {
        throw KmsErrors.invalidArn("Invalid arn " + name);
      }
      if (!arn.region().equals(scope.region())) {
        throw KmsErrors.notFound("Invalid arn " + arn.region());
      }
      scope = arn.scope();
      resource = arn.resource();
      if (resource.startsWith("key/")) {
        return KeyRef.of(scope, resource.substring("key/".length()));
      }
      if (!aliasAllowed) {
        throw KmsErrors.invalidArn("Invalid arn " + name);
      }
    }
    if (resource.startsWith("alias/") && aliasAllowed) {
      return ofAlias(AliasKey.of(scope, resource));
    }
    if (!ID.matcher(resource).matches()) {
      throw KmsErrors.notFound("Invalid keyId '" + name + "'");
    }
    return KeyRef.of(scope, resource);
  }

  private KeyRef ofAlias(AliasKey key) {
    var alias = aliases.stored.get(key);
    if (alias != null) {
      return new KeyRef(key.account(), key.region(), alias.target());
    }
    if (ManagedKeys.isOne(key.name())) {
      return managed.make(key);
    }
    throw KmsErrors.noAlias(key.arn());
  }

  /// Which key a name means, without making any; null if there is none.
  @Nullable KeyRecord peek(Scope scope, String name) {
    var within = scope;
    var resource = name;
    var arn = Arn.of(name);
    if (arn.isPresent()) {
      within = arn.get().scope();
      resource = arn.get().resource();
    }
    if (resource.startsWith("alias/")) {
      var alias = aliases.stored.get(AliasKey.of(within, resource));
      return alias == null ? null : find(KeyRef.of(within, alias.target()));
    }
    return find(KeyRef.of(within, resource.startsWith("key/") ? resource.substring(4) : resource));
  }

  /// Who has the material of that id in a region, or null.
  @Nullable KeyRef holder(String region, String materialId) {
    var path = materials.get(new MaterialKey(region, materialId));
    return path == null ? null : KeyRef.ofPath(path);
  }

  /// Keeps a new key.
  void create(Batch batch, KeyRecord key) {
    var ref = key.ref();
    put(batch, ref, key);
    cloud.store().commit(batch);
  }

  private void put(Batch batch, KeyRef ref, KeyRecord key) {
    stored.put(batch, ref, key);
    for (var material : key.materials()) {
      materials.put(batch, new MaterialKey(ref.region(), material.id()), ref.path());
    }
    batch.afterCommit(() -> cached.remove(ref));
  }

  /// Changes a key that is there.
  KeyRecord change(KeyRef ref, UnaryOperator<KeyRecord> change) {
    return change(ref, new Batch(), change);
  }

  /// Changes a key together with what the batch holds by then, which `change` may add to.
  KeyRecord change(KeyRef ref, Batch batch, UnaryOperator<KeyRecord> change) {
    return locks.with(
        ref,
        () -> {
          var before = stored.get(ref);
          if (before == null) {
            throw KmsErrors.noKey(ref);
          }
          var after = change.apply(before);
          if (after != before) {
            put(batch, ref, after);
            cloud.store().commit(batch);
          }
          return after;
        });
  }

  /// Does something with an alias while nobody else does.
  <T> T withAlias(AliasKey alias, java.util.function.Supplier<T> work) {
    return locks.with(alias, work);
  }

  /// Has those told who hear what happens to keys. See *Monitoring KMS keys with Amazon
  /// EventBridge* in the developer guide.
  void tell(Batch batch, KeyRef ref, String what) {
    cloud.announce(
        batch,
        () ->
            new Announcement(
                ref.scope(),
                "aws.kms",
                what,
                List.of(ref.arn()),
                Json.object().put("key-id", ref.id())));
  }

  /// Forgets a key and all that belongs to it.
  void forget(KeyRecord key) {
    var ref = key.ref();
    locks.with(
        ref,
        () -> {
          var batch = new Batch();
          stored.delete(batch, ref);
          for (var material : key.materials()) {
            materials.delete(batch, new MaterialKey(ref.region(), material.id()));
          }
          aliases.of(ref).forEach(alias -> aliases.stored.delete(batch, alias));
          grants.stored.deleteAll(batch, ref.account(), ref.region(), ref.id());
          batch.afterCommit(() -> cached.remove(ref));
          tell(batch, ref, "KMS CMK Deletion");
          cloud.store().commit(batch);
          return true;
        });
  }

  /// Visits the keys of a scope, in the order of their ids.
  void scan(Scope scope, java.util.function.Predicate<KeyRecord> visitor) {
    stored.scan((ref, key) -> visitor.test(key), scope.account(), scope.region());
  }

  /// Visits the keys of a scope that come after an id.
  void scanAfter(Scope scope, String id, java.util.function.Predicate<KeyRecord> visitor) {
    stored.scanFrom(
        KeyRef.of(scope, id),
        (ref, key) -> ref.id().equals(id) || visitor.test(key),
        scope.account(),
        scope.region());
  }
}
