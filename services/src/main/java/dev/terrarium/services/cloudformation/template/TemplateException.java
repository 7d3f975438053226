package dev.terrarium.services.cloudformation.template;

/// A template, or what was given for its parameters, is wrong; the message is AWS's.
public final class TemplateException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// With AWS's message.
  public TemplateException(String message) {
    super(message);
  }

  /// With AWS's message and what was behind it.
  public TemplateException(String message, Throwable cause) {
    super(message, cause);
  }
}
