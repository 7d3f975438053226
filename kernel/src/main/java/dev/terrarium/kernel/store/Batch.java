package dev.terrarium.kernel.store;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Changes that happen together or not at all. Later changes of the same key win. Not for use by
/// several threads.
public final class Batch {
  /// One change: a put, or a deletion if the value is null.
  public record Change(byte[] key, byte @Nullable [] value) {}

  private final List<Change> changes = new ArrayList<>(4);
  private final List<Runnable> afterCommit = new ArrayList<>(2);

  /// Sets a key.
  public Batch put(byte[] key, byte[] value) {
    if (key.length > Store.KEY_BYTES_MAX) {
      throw new IllegalArgumentException("A key of " + key.length + " bytes is too long");
    }
    if (value.length > Store.VALUE_BYTES_MAX) {
      throw new IllegalArgumentException("A value of " + value.length + " bytes is too large");
    }
    changes.add(new Change(key, value));
    return this;
  }

  /// Removes a key, if it is there.
  public Batch delete(byte[] key) {
    changes.add(new Change(key, null));
    return this;
  }

  /// Has something run once the batch is visible, on the committing thread: to wake those who wait
  /// for the change. It must be short and must not fail.
  public Batch afterCommit(Runnable action) {
    afterCommit.add(action);
    return this;
  }

  /// The changes in order.
  public List<Change> changes() {
    return changes;
  }

  /// Whether the batch changes nothing.
  public boolean isEmpty() {
    return changes.isEmpty();
  }

  /// Called by engines when the batch is visible.
  public void committed() {
    for (var action : afterCommit) {
      action.run();
    }
  }
}
