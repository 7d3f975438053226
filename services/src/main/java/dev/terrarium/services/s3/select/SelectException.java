package dev.terrarium.services.s3.select;

/// A query that is none, or data that it cannot be run over.
public final class SelectException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// AWS's code.
  public final String code;

  /// @param code AWS's
  /// @param message for people
  public SelectException(String code, String message) {
    super(message);
    this.code = code;
  }
}
