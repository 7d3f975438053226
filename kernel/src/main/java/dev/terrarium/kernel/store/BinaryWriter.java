package dev.terrarium.kernel.store;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Writes a stored value: a version, then fields without names, in an order that never changes. New
/// fields go to the end, under a new version.
public final class BinaryWriter {
  private byte[] bytes = new byte[256];
  private int length;

  /// Begins a value of the given format, 0 to 127.
  public BinaryWriter(int version) {
    bytes[length++] = (byte) version;
  }

  /// A whole number; small ones take little room.
  public BinaryWriter number(long value) {
    room(10);
    var zigzag = (value << 1) ^ (value >> 63);
    while ((zigzag & ~0x7FL) != 0) {
      bytes[length++] = (byte) (zigzag & 0x7F | 0x80);
      zigzag >>>= 7;
    }
    bytes[length++] = (byte) zigzag;
    return this;
  }

  /// True or false.
  public BinaryWriter flag(boolean value) {
    return number(value ? 1 : 0);
  }

  /// A moment, to the nanosecond.
  public BinaryWriter instant(Instant value) {
    return number(value.getEpochSecond()).number(value.getNano());
  }

  /// Bytes.
  public BinaryWriter bytes(byte[] value) {
    number(value.length);
    room(value.length);
    System.arraycopy(value, 0, bytes, length, value.length);
    length += value.length;
    return this;
  }

  /// A string.
  public BinaryWriter string(String value) {
    return bytes(value.getBytes(StandardCharsets.UTF_8));
  }

  /// Something that may be absent: whether it is there, then itself.
  public <T> BinaryWriter optional(@Nullable T value, BiConsumer<BinaryWriter, T> write) {
    flag(value != null);
    if (value != null) {
      write.accept(this, value);
    }
    return this;
  }

  /// A list: its length, then its elements.
  public <T> BinaryWriter list(Collection<? extends T> values, BiConsumer<BinaryWriter, T> write) {
    number(values.size());
    for (var value : values) {
      write.accept(this, value);
    }
    return this;
  }

  /// A map of strings, in its own order.
  public BinaryWriter strings(Map<String, String> values) {
    number(values.size());
    values.forEach((name, value) -> string(name).string(value));
    return this;
  }

  /// What was written.
  public byte[] toBytes() {
    return Arrays.copyOf(bytes, length);
  }

  private void room(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }
}
