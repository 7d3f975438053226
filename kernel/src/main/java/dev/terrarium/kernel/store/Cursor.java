package dev.terrarium.kernel.store;

/// Walks over a range of a [Store]: `while (cursor.next()) use(cursor.key(), cursor.value())`.
///
/// Sees the moment at which it was opened. Used by one thread at a time; holds engine resources
/// until it is closed.
public interface Cursor extends AutoCloseable {
  /// Moves to the next entry, or returns false at the end.
  boolean next();

  /// The key of the current entry.
  byte[] key();

  /// The value of the current entry.
  byte[] value();

  @Override
  void close();
}
