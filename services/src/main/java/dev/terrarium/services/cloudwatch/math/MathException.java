package dev.terrarium.services.cloudwatch.math;

/// An expression that is not one, or that cannot be computed.
public final class MathException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// @param message what is wrong
  public MathException(String message) {
    super(message);
  }
}
