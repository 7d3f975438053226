package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Errors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.lambda.model.InvalidParameterValueException;
import software.amazon.awssdk.services.lambda.model.InvalidRequestContentException;
import software.amazon.awssdk.services.lambda.model.PreconditionFailedException;
import software.amazon.awssdk.services.lambda.model.RequestTooLargeException;
import software.amazon.awssdk.services.lambda.model.ResourceConflictException;
import software.amazon.awssdk.services.lambda.model.ResourceInUseException;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;
import software.amazon.awssdk.services.lambda.model.TooManyRequestsException;

/// Lambda's errors.
final class LambdaErrors {
  private LambdaErrors() {}

  static AwsServiceException notFound(String message) {
    return Errors.of(
        ResourceNotFoundException.builder().type("User"),
        404,
        "ResourceNotFoundException",
        message);
  }

  static AwsServiceException noFunction(String arn) {
    return notFound("Function not found: " + arn);
  }

  static AwsServiceException noResource() {
    return notFound("The resource you requested does not exist.");
  }

  static AwsServiceException conflict(String message) {
    return Errors.of(
        ResourceConflictException.builder().type("User"),
        409,
        "ResourceConflictException",
        message);
  }

  static AwsServiceException inUse(String message) {
    return Errors.of(
        ResourceInUseException.builder().type("User"), 400, "ResourceInUseException", message);
  }

  static AwsServiceException invalid(String message) {
    return Errors.of(
        InvalidParameterValueException.builder().type("User"),
        400,
        "InvalidParameterValueException",
        message);
  }

  static AwsServiceException badContent(String message) {
    return Errors.of(
        InvalidRequestContentException.builder().type("User"),
        400,
        "InvalidRequestContentException",
        message);
  }

  /// One member that breaks the rule that `constraint` states.
  static AwsServiceException constraint(String member, @Nullable Object value, String constraint) {
    return Errors.of(
        400,
        "ValidationException",
        "1 validation error detected: Value "
            + (value == null ? "null" : "'" + value + "'")
            + " at '"
            + member
            + "' failed to satisfy constraint: Member must "
            + (value == null ? "not be null" : constraint));
  }

  /// AWS does not repeat the variables, which may be secret.
  static AwsServiceException environment(String pattern) {
    return Errors.of(
        400,
        "ValidationException",
        "1 validation error detected: Value at 'environment.variables' failed to satisfy"
            + " constraint: Map keys must satisfy constraint: [Member must satisfy regular"
            + " expression pattern: "
            + pattern
            + "]");
  }

  static AwsServiceException emptyZip() {
    return invalid("Uploaded file must be a non-empty zip");
  }

  static AwsServiceException stale() {
    return Errors.of(
        PreconditionFailedException.builder().type("User"),
        412,
        "PreconditionFailedException",
        "The Revision Id provided does not match the latest Revision Id. Call the"
            + " GetFunction/GetAlias API to retrieve the latest Revision Id");
  }

  /// @param kind of the request that was too large: an invocation type, or what else takes bytes
  static AwsServiceException tooLarge(long bytes, String kind, long bytesMax) {
    return Errors.of(
        RequestTooLargeException.builder().type("User"),
        413,
        "RequestTooLargeException",
        bytes
            + " byte payload is too large for the "
            + kind
            + " invocation type (limit "
            + bytesMax
            + " bytes)");
  }

  static AwsServiceException throttled(String reason) {
    return Errors.of(
        TooManyRequestsException.builder().type("User").reason(reason).retryAfterSeconds("1"),
        429,
        "TooManyRequestsException",
        "Rate Exceeded.");
  }
}
