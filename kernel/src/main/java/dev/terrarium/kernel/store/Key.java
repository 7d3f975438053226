package dev.terrarium.kernel.store;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Builds and takes apart keys whose byte order is the order of their parts.
///
/// A string is its UTF-8 bytes with `00` written as `00 FF`, ended by `00 00`; so a string sorts
/// before all its extensions and no string is a prefix of another. A number is eight bytes,
/// big-endian, the sign bit flipped. Parts carry no type: a reader must read what the writer wrote.
public final class Key {
  private Key() {}

  /// A key, or the prefix of all keys that begin with these parts: strings, `Long`s, `Integer`s and
  /// byte arrays.
  public static byte[] of(Object... parts) {
    var writer = new Writer();
    for (var part : parts) {
      switch (part) {
        case String s -> writer.string(s);
        case Long n -> writer.number(n);
        case Integer n -> writer.number(n);
        case byte[] b -> writer.bytes(b);
        default -> throw new IllegalArgumentException("No part of a key: " + part.getClass());
      }
    }
    return writer.toBytes();
  }

  /// The first key behind every key that begins with `prefix`, or null if there is none.
  public static byte @Nullable [] after(byte[] prefix) {
    for (int i = prefix.length - 1; i >= 0; i--) {
      if (prefix[i] != (byte) 0xFF) {
        var end = Arrays.copyOf(prefix, i + 1);
        end[i]++;
        return end;
      }
    }
    return null;
  }

  /// Writes one key.
  public static final class Writer {
    private byte[] bytes = new byte[64];
    private int length;

    /// Appends a string.
    public Writer string(String part) {
      return bytes(part.getBytes(StandardCharsets.UTF_8));
    }

    /// Appends bytes, ordered as a string is.
    public Writer bytes(byte[] part) {
      room(part.length * 2 + 2);
      for (var b : part) {
        bytes[length++] = b;
        if (b == 0) {
          bytes[length++] = (byte) 0xFF;
        }
      }
      bytes[length++] = 0;
      bytes[length++] = 0;
      return this;
    }

    /// Appends a number.
    public Writer number(long part) {
      room(8);
      var flipped = part ^ Long.MIN_VALUE;
      for (int shift = 56; shift >= 0; shift -= 8) {
        bytes[length++] = (byte) (flipped >>> shift);
      }
      return this;
    }

    /// Appends bytes as they are: a prefix made before, or a last part that needs no end.
    public Writer raw(byte[] part) {
      room(part.length);
      System.arraycopy(part, 0, bytes, length, part.length);
      length += part.length;
      return this;
    }

    /// The key so far.
    public byte[] toBytes() {
      return Arrays.copyOf(bytes, length);
    }

    private void room(int more) {
      if (length + more > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
      }
    }
  }

  /// Reads the parts of one key in the order in which they were written.
  public static final class Reader {
    private final byte[] bytes;
    private int at;

    /// Begins behind `skip` bytes, the length of a known prefix.
    public Reader(byte[] key, int skip) {
      this.bytes = key;
      this.at = skip;
    }

    /// The next part, a string.
    public String string() {
      return new String(bytes(), StandardCharsets.UTF_8);
    }

    /// The next part, bytes ordered as a string is.
    public byte[] bytes() {
      var part = new byte[bytes.length - at];
      int n = 0;
      while (true) {
        if (at + 1 > bytes.length) {
          throw new StoreException("A key ends inside of a string");
        }
        var b = bytes[at++];
        if (b != 0) {
          part[n++] = b;
        } else if (bytes[at++] == 0) {
          return Arrays.copyOf(part, n);
        } else {
          part[n++] = 0;
        }
      }
    }

    /// The next part, a number.
    public long number() {
      long flipped = 0;
      for (int i = 0; i < 8; i++) {
        flipped = flipped << 8 | (bytes[at++] & 0xFF);
      }
      return flipped ^ Long.MIN_VALUE;
    }

    /// The bytes that are left, as they are.
    public byte[] rest() {
      var rest = Arrays.copyOfRange(bytes, at, bytes.length);
      at = bytes.length;
      return rest;
    }
  }
}
