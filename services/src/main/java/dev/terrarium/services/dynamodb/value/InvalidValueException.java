package dev.terrarium.services.dynamodb.value;

/// A value that DynamoDB refuses; the message is DynamoDB's own, and is answered as a
/// `ValidationException`.
public final class InvalidValueException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// @param message DynamoDB's words
  public InvalidValueException(String message) {
    super(message, null, false, false);
  }
}
