package dev.terrarium.services.s3;

import dev.terrarium.kernel.store.Batch;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What else happens when something happens to an object: notifications, replication. A hook adds
/// to the batch that makes the change, so that both happen or neither.
final class Hooks {
  /// Something that happens because of a change.
  interface Hook {
    /// Adds what is to happen.
    void changed(Batch batch, BucketState state, String key, Change change);
  }

  /// A change of an object.
  ///
  /// @param event AWS's name of it without `s3:`, such as `ObjectCreated:Put`
  /// @param object as it is now, or null if it was removed
  record Change(
      String event, @Nullable StoredObject object, @Nullable String versionId, long sequence) {}

  private final List<Hook> hooks = new ArrayList<>();

  void add(Hook hook) {
    hooks.add(hook);
  }

  void changed(Batch batch, BucketState state, String key, Change change) {
    for (var hook : hooks) {
      hook.changed(batch, state, key, change);
    }
  }

  void created(Batch batch, BucketState state, String key, String event, StoredObject object) {
    changed(batch, state, key, new Change(event, object, object.versionId(), object.sequence()));
  }
}
