package dev.terrarium.kernel.store;

/// The store cannot do what was asked: the disk is full, a file is damaged, the engine is closed.
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// @param message what failed, in words that help the person who runs Terrarium
  public StoreException(String message, Throwable cause) {
    super(message, cause);
  }

  /// @param message what failed, in words that help the person who runs Terrarium
  public StoreException(String message) {
    super(message);
  }
}
