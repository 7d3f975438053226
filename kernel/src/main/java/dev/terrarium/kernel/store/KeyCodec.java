package dev.terrarium.kernel.store;

import java.util.function.BiConsumer;
import java.util.function.Function;

/// How the keys of a [Keyspace] are written into bytes that sort as the keys do.
///
/// @param <K> keys
public interface KeyCodec<K> {
  /// Appends the parts of the key.
  void write(K key, Key.Writer writer);

  /// Reads the parts in the same order.
  K read(Key.Reader reader);

  /// A key that is one string.
  KeyCodec<String> STRING = of((key, writer) -> writer.string(key), Key.Reader::string);

  /// A codec from its two halves.
  static <K> KeyCodec<K> of(BiConsumer<K, Key.Writer> write, Function<Key.Reader, K> read) {
    return new KeyCodec<>() {
      @Override
      public void write(K key, Key.Writer writer) {
        write.accept(key, writer);
      }

      @Override
      public K read(Key.Reader reader) {
        return read.apply(reader);
      }
    };
  }
}
