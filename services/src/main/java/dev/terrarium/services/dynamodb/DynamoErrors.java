package dev.terrarium.services.dynamodb;

import dev.terrarium.kernel.Errors;
import dev.terrarium.services.dynamodb.expression.ExpressionException;
import dev.terrarium.services.dynamodb.value.AttributeValues;
import dev.terrarium.services.dynamodb.value.InvalidValueException;
import dev.terrarium.services.dynamodb.value.Value;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.LimitExceededException;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/// DynamoDB's errors.
final class DynamoErrors {
  static final String INVALID = "One or more parameter values were invalid: ";

  private DynamoErrors() {}

  static AwsServiceException validation(String message) {
    return Errors.of(DynamoDbException.builder(), 400, "ValidationException", message);
  }

  /// A parameter that does not fit the others or the table.
  static AwsServiceException invalid(String what) {
    return validation(INVALID + what);
  }

  static AwsServiceException noTable() {
    return notFound("Requested resource not found");
  }

  static AwsServiceException noTable(String name) {
    return notFound("Requested resource not found: Table: " + name + " not found");
  }

  static AwsServiceException notFound(String message) {
    return Errors.of(
        ResourceNotFoundException.builder(), 400, "ResourceNotFoundException", message);
  }

  static AwsServiceException inUse(String message) {
    return Errors.of(ResourceInUseException.builder(), 400, "ResourceInUseException", message);
  }

  static AwsServiceException limit(String message) {
    return Errors.of(LimitExceededException.builder(), 400, "LimitExceededException", message);
  }

  static AwsServiceException conditionFailed(@Nullable Map<String, Value> shown) {
    var error = ConditionalCheckFailedException.builder();
    if (shown != null) {
      error.item(AttributeValues.toSdk(shown));
    }
    return Errors.of(
        error, 400, "ConditionalCheckFailedException", "The conditional request failed");
  }

  /// Does something in which values or expressions may be refused.
  static <T> T validated(Supplier<T> work) {
    try {
      return work.get();
    } catch (InvalidValueException | ExpressionException e) {
      throw validation(String.valueOf(e.getMessage()));
    }
  }
}
