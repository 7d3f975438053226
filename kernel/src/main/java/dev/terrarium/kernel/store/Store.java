package dev.terrarium.kernel.store;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// An ordered map from bytes to bytes, in unsigned byte order: the only place where Terrarium keeps
/// state.
///
/// What an engine promises:
///
/// - **Atomic**: a [Batch] is visible and, later, durable as a whole or not at all.
/// - **Visible at once**: when [#commit] returns, every reader sees the batch.
/// - **Durable in order**: what is durable is always a prefix of the commits. [#commit] does not
///   wait for the disk; [#awaitDurable] does, and one committer syncs for everybody.
/// - **Consistent reads**: a [Cursor] and a [Snapshot] see one moment and nothing later.
///
/// Keys are at most [#KEY_BYTES_MAX] long and values at most [#VALUE_BYTES_MAX]; larger bodies
/// belong into [Blobs]. Arrays given to or received from a store are never changed afterwards by
/// either side.
public interface Store extends AutoCloseable {
  /// The longest key in bytes.
  int KEY_BYTES_MAX = 8 * 1024;

  /// The longest value in bytes.
  int VALUE_BYTES_MAX = 16 * 1024 * 1024;

  /// The value of a key, or null.
  byte @Nullable [] get(byte[] key);

  /// Everything with `from <= key < to`, ascending or, if `reverse`, descending. A null `to` means
  /// the end of the store. The cursor must be closed.
  Cursor scan(byte[] from, byte @Nullable [] to, boolean reverse);

  /// A view of this moment that later commits do not change. It must be closed.
  Snapshot snapshot();

  /// Applies a batch atomically, then runs what the batch wants to have run after its commit.
  ///
  /// @throws StoreException if the engine refuses the write; nothing of the batch is then visible
  void commit(Batch batch);

  /// A position that covers everything visible now. Positions only grow.
  long position();

  /// Returns once everything up to `position` would survive the end of the process and of the
  /// machine.
  ///
  /// @throws StoreException if the engine cannot sync any more
  void awaitDurable(long position);

  /// Begins to make durable what is visible now, and does not wait for it.
  void hasten();

  /// Writes a copy of this moment into `directory`, which must not exist. Engines on disk share
  /// files with it instead of copying.
  void checkpoint(Path directory);

  /// Deletes everything.
  void clear();

  @Override
  void close();
}
