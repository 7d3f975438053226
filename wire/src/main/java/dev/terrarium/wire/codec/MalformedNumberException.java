package dev.terrarium.wire.codec;

/// A parameter that must be a number is none.
public final class MalformedNumberException extends MalformedRequestException {
  private static final long serialVersionUID = 1L;

  private final String parameter;

  MalformedNumberException(String parameter, MalformedRequestException cause) {
    super(String.valueOf(cause.getMessage()));
    initCause(cause);
    this.parameter = parameter;
  }

  /// What the parameter is called in the request.
  public String parameter() {
    return parameter;
  }
}
