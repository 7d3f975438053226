package dev.terrarium.kernel.store;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/// A typed part of the [Store]: everything of one kind, such as all queues or all messages.
///
/// Keys sort as their parts do, so a keyspace whose key begins with account and region holds each
/// of them in one contiguous range. A name is `service.kind`; it is the first part of each stored
/// key, and it never changes, for it is part of the format on disk.
///
/// @param <K> keys
/// @param <V> values
public final class Keyspace<K, V> {
  private final Store store;
  private final byte[] prefix;
  private final KeyCodec<K> keys;
  private final Codec<V> values;

  /// The keyspace of that name.
  public Keyspace(Store store, String name, KeyCodec<K> keys, Codec<V> values) {
    this.store = store;
    this.prefix = Key.of(name);
    this.keys = keys;
    this.values = values;
  }

  /// The value of a key, or null.
  public @Nullable V get(K key) {
    var bytes = store.get(rawKey(key));
    return bytes == null ? null : values.decode(bytes);
  }

  /// Whether there is such a key.
  public boolean contains(K key) {
    return store.get(rawKey(key)) != null;
  }

  /// Sets a key when the batch commits.
  public void put(Batch batch, K key, V value) {
    batch.put(rawKey(key), values.encode(value));
  }

  /// Removes a key when the batch commits.
  public void delete(Batch batch, K key) {
    batch.delete(rawKey(key));
  }

  /// Sets one key now.
  public void put(K key, V value) {
    var batch = new Batch();
    put(batch, key, value);
    store.commit(batch);
  }

  /// Removes one key now.
  public void delete(K key) {
    var batch = new Batch();
    delete(batch, key);
    store.commit(batch);
  }

  /// Visits entries whose keys begin with `parts`, in order, until the visitor returns false.
  public void scan(BiPredicate<K, V> visitor, Object... parts) {
    var from = rawPrefix(parts);
    visit(store.scan(from, Key.after(from), false), visitor);
  }

  /// As [#scan], from the last entry to the first.
  public void scanReverse(BiPredicate<K, V> visitor, Object... parts) {
    var from = rawPrefix(parts);
    visit(store.scan(from, Key.after(from), true), visitor);
  }

  /// Visits entries whose keys begin with `parts` and are not before `start`, in order, until the
  /// visitor returns false.
  public void scanFrom(K start, BiPredicate<K, V> visitor, Object... parts) {
    visit(store.scan(rawKey(start), Key.after(rawPrefix(parts)), false), visitor);
  }

  /// Visits entries whose keys begin with `parts` and are before `end`, from the last to the first,
  /// until the visitor returns false.
  public void scanReverseBefore(K end, BiPredicate<K, V> visitor, Object... parts) {
    visit(store.scan(rawPrefix(parts), rawKey(end), true), visitor);
  }

  /// All values whose keys begin with `parts`. For what is known to be few.
  public List<V> list(Object... parts) {
    var found = new ArrayList<V>();
    scan(
        (key, value) -> {
          found.add(value);
          return true;
        },
        parts);
    return found;
  }

  /// Removes, when the batch commits, all keys that begin with `parts`. For what is known to be
  /// few.
  public void deleteAll(Batch batch, Object... parts) {
    var from = rawPrefix(parts);
    try (var cursor = store.scan(from, Key.after(from), false)) {
      while (cursor.next()) {
        batch.delete(cursor.key());
      }
    }
  }

  /// The key as the store sees it.
  public byte[] rawKey(K key) {
    var writer = new Key.Writer().raw(prefix);
    keys.write(key, writer);
    return writer.toBytes();
  }

  private byte[] rawPrefix(Object... parts) {
    return new Key.Writer().raw(prefix).raw(Key.of(parts)).toBytes();
  }

  private void visit(Cursor opened, BiPredicate<K, V> visitor) {
    try (var cursor = opened) {
      while (cursor.next()) {
        var key = keys.read(new Key.Reader(cursor.key(), prefix.length));
        if (!visitor.test(key, values.decode(cursor.value()))) {
          return;
        }
      }
    }
  }
}
