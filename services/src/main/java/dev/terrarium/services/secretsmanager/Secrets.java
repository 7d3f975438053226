package dev.terrarium.services.secretsmanager;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Locks;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// All secrets and their versions, and how they are named.
final class Secrets {
  private static final int VERSIONS_MAX = 100;
  private static final int SUFFIX = 7;

  /// Which version of which secret.
  record VersionKey(SecretRef secret, String id) {
    static final KeyCodec<VersionKey> CODEC =
        KeyCodec.of(
            (key, to) -> {
              SecretRef.CODEC.write(key.secret, to);
              to.string(key.id);
            },
            from -> new VersionKey(SecretRef.CODEC.read(from), from.string()));
  }

  /// A secret and where it is.
  record Found(SecretRef ref, SecretRecord record) {}

  final Cloud cloud;
  final Keyspace<SecretRef, SecretRecord> stored;
  final Keyspace<VersionKey, Version> versions;
  final Vault vault;
  private final Locks locks = new Locks();

  Secrets(Cloud cloud) {
    this.cloud = cloud;
    this.stored =
        new Keyspace<>(
            cloud.store(), "secretsmanager.secrets", SecretRef.CODEC, SecretRecord.CODEC);
    this.versions =
        new Keyspace<>(cloud.store(), "secretsmanager.versions", VersionKey.CODEC, Version.CODEC);
    this.vault = new Vault(cloud);
  }

  /// The secret of a name or ARN; an ARN may lack the six characters that AWS adds.
  @Nullable Found find(String id) {
    return find(Call.current().scope(), id);
  }

  @Nullable Found find(Scope scope, String id) {
    var arn = Arn.of(id);
    if (arn.isEmpty()) {
      return at(SecretRef.of(scope, id));
    }
    var resource = arn.get().resource();
    if (!resource.startsWith("secret:")) {
      return null;
    }
    var name = resource.substring("secret:".length());
    var within = arn.get().scope();
    if (name.length() > SUFFIX && name.charAt(name.length() - SUFFIX) == '-') {
      var whole = at(SecretRef.of(within, name.substring(0, name.length() - SUFFIX)));
      if (whole != null && whole.record.arn().equals(id)) {
        return whole;
      }
    }
    return at(SecretRef.of(within, name));
  }

  private @Nullable Found at(SecretRef ref) {
    var record = stored.get(ref);
    return record == null ? null : new Found(ref, record);
  }

  /// The secret, whether it waits for its deletion or not.
  Found known(String id) {
    var found = find(id);
    if (found == null) {
      throw SecretErrors.noSecret();
    }
    return found;
  }

  /// The secret, if it is not deleted.
  Found get(String id) {
    var found = known(id);
    if (found.record.isDeleted()) {
      throw SecretErrors.deleted();
    }
    return found;
  }

  /// The secret, if it may be changed here: not deleted, and no copy of another region's.
  Found own(String id) {
    var found = get(id);
    if (found.record.isReplica(found.ref)) {
      throw SecretErrors.replica();
    }
    return found;
  }

  <T> T with(SecretRef ref, java.util.function.Supplier<T> work) {
    return locks.with(ref, work);
  }

  /// Changes a secret that is there.
  SecretRecord change(SecretRef ref, UnaryOperator<SecretRecord> change) {
    return change(ref, new Batch(), change);
  }

  /// Changes a secret together with what `change` adds to the batch.
  SecretRecord change(SecretRef ref, Batch batch, UnaryOperator<SecretRecord> change) {
    return locks.with(
        ref,
        () -> {
          var before = stored.get(ref);
          if (before == null) {
            throw SecretErrors.noSecret();
          }
          var after = trimmed(ref, batch, change.apply(before));
          stored.put(batch, ref, after);
          cloud.store().commit(batch);
          return after;
        });
  }

  /// Gives up the oldest versions without a stage where there are too many.
  private SecretRecord trimmed(SecretRef ref, Batch batch, SecretRecord secret) {
    var left = secret;
    while (left.stages().size() > VERSIONS_MAX) {
      var ids = all(ref);
      var stages = left.stages();
      var oldest =
          ids.entrySet().stream()
              .filter(entry -> stages.getOrDefault(entry.getKey(), List.of("?")).isEmpty())
              .min(Comparator.comparing(entry -> entry.getValue().created()))
              .map(Map.Entry::getKey)
              .orElse(null);
      if (oldest == null) {
        return left;
      }
      versions.delete(batch, new VersionKey(ref, oldest));
      left = left.without(oldest);
    }
    return left;
  }

  @Nullable Version version(SecretRef ref, String id) {
    return versions.get(new VersionKey(ref, id));
  }

  /// All versions by their ids.
  Map<String, Version> all(SecretRef ref) {
    var all = new TreeMap<String, Version>();
    versions.scan(
        (key, version) -> {
          all.put(key.id, version);
          return true;
        },
        ref.account(),
        ref.region(),
        ref.name());
    return all;
  }

  /// Forgets a secret and its values.
  void forget(SecretRef ref) {
    locks.with(
        ref,
        () -> {
          var batch = new Batch();
          stored.delete(batch, ref);
          versions.deleteAll(batch, ref.account(), ref.region(), ref.name());
          cloud.store().commit(batch);
          return true;
        });
  }

  void scan(Scope scope, BiPredicate<SecretRef, SecretRecord> visitor) {
    stored.scan(visitor, scope.account(), scope.region());
  }

  /// The page of a list that follows a token.
  record Page<T>(List<T> items, @Nullable String token) {
    static <T> Page<T> of(List<T> all, int max, @Nullable String token) {
      int from = 0;
      if (token != null) {
        try {
          from = Integer.parseInt(token, 36);
        } catch (NumberFormatException e) {
          throw SecretErrors.token();
        }
        if (from < 0 || from > all.size()) {
          throw SecretErrors.token();
        }
      }
      var to = Math.min(all.size(), from + max);
      return new Page<>(all.subList(from, to), to < all.size() ? Integer.toString(to, 36) : null);
    }
  }
}
