package dev.terrarium.kernel.store;

import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;
import java.util.function.Function;

/// How a value is stored. A format begins with its version, and what one version wrote every later
/// one reads: see [#of].
///
/// @param <T> the values
public interface Codec<T> {
  /// The bytes of a value.
  byte[] encode(T value);

  /// The value of the bytes that [#encode] of this or an earlier version made.
  ///
  /// @throws StoreException if the bytes are of a later version or none at all
  T decode(byte[] bytes);

  /// UTF-8.
  Codec<String> STRING =
      new Codec<>() {
        @Override
        public byte[] encode(String value) {
          return value.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public String decode(byte[] bytes) {
          return new String(bytes, StandardCharsets.UTF_8);
        }
      };

  /// The bytes themselves.
  Codec<byte[]> BYTES =
      new Codec<>() {
        @Override
        public byte[] encode(byte[] value) {
          return value;
        }

        @Override
        public byte[] decode(byte[] bytes) {
          return bytes;
        }
      };

  /// A format of one byte for the version, then what `write` writes. `read` is given the input
  /// behind the version and asks [BinaryReader#version()] where versions differ.
  static <T> Codec<T> of(
      int version, BiConsumer<T, BinaryWriter> write, Function<BinaryReader, T> read) {
    return new Codec<>() {
      @Override
      public byte[] encode(T value) {
        var writer = new BinaryWriter(version);
        write.accept(value, writer);
        return writer.toBytes();
      }

      @Override
      public T decode(byte[] bytes) {
        var reader = new BinaryReader(bytes);
        if (reader.version() > version) {
          throw new StoreException(
              "A value of format "
                  + reader.version()
                  + " was written by a later Terrarium; this one knows format "
                  + version);
        }
        return read.apply(reader);
      }
    };
  }
}
