package dev.terrarium.systems;

import java.net.URI;

/// The cloud that a system runs on.
public interface CloudControl {
  /// Where it listens.
  URI endpoint();

  /// Ends its process as `kill -9` does and starts it again on the same data.
  ///
  /// @throws UnsupportedOperationException if it is not a process of this run's own
  default void killAndRestart() {
    throw new UnsupportedOperationException("This cloud is not the run's own to kill");
  }
}
