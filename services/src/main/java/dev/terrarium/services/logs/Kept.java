package dev.terrarium.services.logs;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.kernel.store.PojoCodec;
import dev.terrarium.kernel.store.Store;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;

/// Things of one kind that have a name within an account and region, in the account and region of
/// the call.
///
/// @param <T> the SDK's type for them
final class Kept<T extends SdkPojo> {
  private record NameKey(String account, String region, String name) {
    static final KeyCodec<NameKey> CODEC =
        KeyCodec.of(
            (key, writer) -> writer.string(key.account).string(key.region).string(key.name),
            reader -> new NameKey(reader.string(), reader.string(), reader.string()));
  }

  private final Keyspace<NameKey, T> keyspace;

  /// @param name of the keyspace
  /// @param builder the type's own
  Kept(Store store, String name, Supplier<? extends Object> builder) {
    this.keyspace = new Keyspace<>(store, name, NameKey.CODEC, new PojoCodec<>(builder));
  }

  private static NameKey key(String name) {
    return key(Call.current().scope(), name);
  }

  private static NameKey key(Scope scope, String name) {
    return new NameKey(scope.account(), scope.region(), name);
  }

  @Nullable T get(String name) {
    return keyspace.get(key(name));
  }

  @Nullable T get(Scope scope, String name) {
    return keyspace.get(key(scope, name));
  }

  /// The thing of that name.
  ///
  /// @param otherwise the error if there is none
  T get(@Nullable String name, Supplier<? extends RuntimeException> otherwise) {
    var found = name == null ? null : get(name);
    if (found == null) {
      throw otherwise.get();
    }
    return found;
  }

  void put(String name, T value) {
    keyspace.put(key(name), value);
  }

  void put(Batch batch, Scope scope, String name, T value) {
    keyspace.put(batch, key(scope, name), value);
  }

  void delete(String name) {
    keyspace.delete(key(name));
  }

  List<T> list() {
    return list(Call.current().scope());
  }

  List<T> list(Scope scope) {
    return keyspace.list(scope.account(), scope.region());
  }
}
