package dev.terrarium.kernel.store;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Reads what a [BinaryWriter] wrote, in the same order.
public final class BinaryReader {
  private final byte[] bytes;
  private final int version;
  private int at = 1;

  /// Begins behind the version.
  public BinaryReader(byte[] bytes) {
    if (bytes.length == 0) {
      throw new StoreException("An empty value has no format");
    }
    this.bytes = bytes;
    this.version = bytes[0];
  }

  /// The format in which the value was written.
  public int version() {
    return version;
  }

  /// A whole number.
  public long number() {
    long zigzag = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      var b = next();
      zigzag |= (long) (b & 0x7F) << shift;
      if (b >= 0) {
        return (zigzag >>> 1) ^ -(zigzag & 1);
      }
    }
    throw new StoreException("A damaged value: a number without an end");
  }

  /// A whole number that fits into an int: a length, a count, a code.
  public int integer() {
    return Math.toIntExact(number());
  }

  /// True or false.
  public boolean flag() {
    return number() != 0;
  }

  /// A moment.
  public Instant instant() {
    var seconds = number();
    return Instant.ofEpochSecond(seconds, number());
  }

  /// Bytes.
  public byte[] bytes() {
    var length = integer();
    if (length < 0 || length > bytes.length - at) {
      throw new StoreException("A damaged value: a length beyond its end");
    }
    at += length;
    return Arrays.copyOfRange(bytes, at - length, at);
  }

  /// A string.
  public String string() {
    var length = integer();
    if (length < 0 || length > bytes.length - at) {
      throw new StoreException("A damaged value: a length beyond its end");
    }
    at += length;
    return new String(bytes, at - length, length, StandardCharsets.UTF_8);
  }

  /// Something that may be absent.
  public <T> @Nullable T optional(Function<BinaryReader, T> read) {
    return flag() ? read.apply(this) : null;
  }

  /// A list.
  public <T> List<T> list(Function<BinaryReader, T> read) {
    var count = integer();
    var list = new ArrayList<T>(Math.min(count, 1024));
    for (int i = 0; i < count; i++) {
      list.add(read.apply(this));
    }
    return list;
  }

  /// A map of strings, in the order in which it was written.
  public Map<String, String> strings() {
    var count = integer();
    var map = new LinkedHashMap<String, String>();
    for (int i = 0; i < count; i++) {
      var name = string();
      map.put(name, string());
    }
    return map;
  }

  private byte next() {
    if (at >= bytes.length) {
      throw new StoreException("A damaged value: it ends too early");
    }
    return bytes[at++];
  }
}
