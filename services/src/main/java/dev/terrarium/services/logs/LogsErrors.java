package dev.terrarium.services.logs;

import dev.terrarium.kernel.Errors;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException;
import software.amazon.awssdk.services.cloudwatchlogs.model.LimitExceededException;
import software.amazon.awssdk.services.cloudwatchlogs.model.OperationAbortedException;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceAlreadyExistsException;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;

/// CloudWatch Logs' errors.
final class LogsErrors {
  private LogsErrors() {}

  static AwsServiceException noGroup() {
    return notFound("The specified log group does not exist.");
  }

  static AwsServiceException noStream() {
    return notFound("The specified log stream does not exist.");
  }

  static AwsServiceException notFound(String message) {
    return Errors.of(
        ResourceNotFoundException.builder(), 400, "ResourceNotFoundException", message);
  }

  static AwsServiceException exists(String what) {
    return Errors.of(
        ResourceAlreadyExistsException.builder(),
        400,
        "ResourceAlreadyExistsException",
        "The specified " + what + " already exists");
  }

  static AwsServiceException invalid(String message) {
    return Errors.of(
        InvalidParameterException.builder(), 400, "InvalidParameterException", message);
  }

  /// One member that breaks the rule that `constraint` states.
  static AwsServiceException constraint(String member, Object value, String constraint) {
    return invalid(
        "1 validation error detected: Value '"
            + value
            + "' at '"
            + member
            + "' failed to satisfy constraint: Member must "
            + constraint);
  }

  /// A member that must be there.
  static AwsServiceException missing(String member) {
    return invalid(
        "1 validation error detected: Value null at '"
            + member
            + "' failed to satisfy constraint: Member must not be null");
  }

  static AwsServiceException limit(String message) {
    return Errors.of(LimitExceededException.builder(), 400, "LimitExceededException", message);
  }

  static AwsServiceException aborted(String message) {
    return Errors.of(
        OperationAbortedException.builder(), 400, "OperationAbortedException", message);
  }
}
