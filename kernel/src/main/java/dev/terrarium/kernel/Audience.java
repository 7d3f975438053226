package dev.terrarium.kernel;

import dev.terrarium.kernel.store.Batch;

/// Hears what services tell of themselves: a part of a service that passes it on, returned by
/// [ServicePackage#open] with the others. See [Cloud#announce].
public interface Audience {
  /// Notes in the batch that makes the change what is to come of it. Called under the teller's
  /// lock, so it only reads and notes.
  void hear(Batch batch, Announcement announcement);
}
