package dev.terrarium.services.ssm;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Locks;
import dev.terrarium.kernel.Page;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.kernel.store.PojoCodec;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ssm.model.ParameterHistory;

/// All parameters and their versions.
final class Parameters {
  /// Which version of which parameter.
  record VersionKey(ParameterKey parameter, long version) {
    static final KeyCodec<VersionKey> CODEC =
        KeyCodec.of(
            (key, to) -> {
              ParameterKey.CODEC.write(key.parameter, to);
              to.number(key.version);
            },
            from -> new VersionKey(ParameterKey.CODEC.read(from), from.number()));
  }

  final Cloud cloud;
  final Keyspace<ParameterKey, Head> heads;
  final Keyspace<VersionKey, ParameterHistory> versions;
  final Locks locks = new Locks();

  Parameters(Cloud cloud) {
    this.cloud = cloud;
    this.heads = new Keyspace<>(cloud.store(), "ssm.parameters", ParameterKey.CODEC, Head.CODEC);
    this.versions =
        new Keyspace<>(
            cloud.store(),
            "ssm.versions",
            VersionKey.CODEC,
            new PojoCodec<>(ParameterHistory::builder));
  }

  Head head(ParameterKey key) {
    var head = heads.get(key);
    if (head == null) {
      throw SsmErrors.notFound();
    }
    return head;
  }

  @Nullable ParameterHistory version(ParameterKey key, long version) {
    return versions.get(new VersionKey(key, version));
  }

  /// All versions, oldest first.
  List<ParameterHistory> history(ParameterKey key) {
    return versions.list(key.account(), key.region(), key.name());
  }

  /// Visits the parameters of a scope that come after a name, each in its newest version.
  void scan(Scope scope, String after, BiPredicate<Head, ParameterHistory> visitor) {
    heads.scanFrom(
        new ParameterKey(scope.account(), scope.region(), after),
        (key, head) -> {
          var newest = key.name().equals(after) ? null : version(key, head.latest());
          return newest == null || visitor.test(head, newest);
        },
        scope.account(),
        scope.region());
  }

  /// Changes what is of a parameter as a whole.
  void change(ParameterKey key, UnaryOperator<Head> change) {
    locks.with(
        key,
        () -> {
          var after = change.apply(head(key));
          heads.put(key, after);
          return true;
        });
  }

  /// Forgets a parameter; false if it was not there.
  boolean delete(ParameterKey key) {
    return locks.with(
        key,
        () -> {
          var head = heads.get(key);
          if (head == null) {
            return false;
          }
          var batch = new Batch();
          var last = versions.get(new VersionKey(key, head.latest()));
          ParameterChanges.tell(
              cloud,
              batch,
              key,
              "Delete",
              last == null ? null : last.typeAsString(),
              last == null ? null : last.description());
          heads.delete(batch, key);
          versions.deleteAll(batch, key.account(), key.region(), key.name());
          cloud.store().commit(batch);
          return true;
        });
  }

  /// The name behind which to go on.
  static String after(@Nullable String token) {
    if (token == null) {
      return "";
    }
    try {
      return Page.nameIn(token);
    } catch (IllegalArgumentException e) {
      throw SsmErrors.token();
    }
  }
}
