package dev.terrarium.services.dynamodb.expression;

/// An expression that DynamoDB refuses, in DynamoDB's words; answered as a `ValidationException`.
public final class ExpressionException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// @param message DynamoDB's words
  public ExpressionException(String message) {
    super(message, null, false, false);
  }
}
