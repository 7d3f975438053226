package dev.terrarium.wire.codec;

/// The request is not what its protocol allows: a 400, in the protocol's own form.
public class MalformedRequestException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// @param message what is wrong, safe to show to the caller
  public MalformedRequestException(String message) {
    super(message);
  }
}
