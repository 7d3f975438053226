package dev.terrarium.services.iam;

import dev.terrarium.kernel.store.Batch;
import dev.terrarium.services.iam.IamStore.Named;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;

/// Things of one kind in the account of the call, by a name or, for those of users, by the user and
/// an id.
///
/// @param <T> the SDK's type for them
final class Shelf<T extends SdkPojo> {
  private final IamStore store;
  private final String kind;
  private final PojoText<T> texts;

  Shelf(IamStore store, String kind, Supplier<? extends Object> builder) {
    this.store = store;
    this.kind = kind;
    this.texts = new PojoText<>(builder);
  }

  private Named key(String name) {
    return new Named(IamStore.account(), kind + " " + name);
  }

  /// The name of what belongs to a user.
  static String of(String userName, String id) {
    return userName.toLowerCase(Locale.ROOT) + " " + id;
  }

  @Nullable T get(String name) {
    var text = store.settings.get(key(name));
    return text == null ? null : texts.read(text);
  }

  void put(Batch batch, String name, T value) {
    store.settings.put(batch, key(name), texts.write(value));
  }

  void delete(Batch batch, String name) {
    store.settings.delete(batch, key(name));
  }

  /// All whose names begin so.
  List<T> list(String prefix) {
    var found = new ArrayList<T>();
    var start = key(prefix);
    store.settings.scanFrom(
        start,
        (key, text) -> {
          if (!key.name().startsWith(start.name())) {
            return false;
          }
          found.add(texts.read(text));
          return true;
        },
        IamStore.account());
    return found;
  }

  /// All of a user.
  List<T> ofUser(String userName) {
    return list(of(userName, ""));
  }
}
