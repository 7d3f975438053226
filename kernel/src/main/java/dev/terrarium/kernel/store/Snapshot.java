package dev.terrarium.kernel.store;

import org.jspecify.annotations.Nullable;

/// One moment of a [Store].
public interface Snapshot extends AutoCloseable {
  /// The value that a key had at that moment, or null.
  byte @Nullable [] get(byte[] key);

  /// As [Store#scan], at that moment.
  Cursor scan(byte[] from, byte @Nullable [] to, boolean reverse);

  @Override
  void close();
}
