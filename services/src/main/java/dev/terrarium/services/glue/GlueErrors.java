package dev.terrarium.services.glue;

import dev.terrarium.kernel.Errors;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.glue.model.AlreadyExistsException;
import software.amazon.awssdk.services.glue.model.ConcurrentModificationException;
import software.amazon.awssdk.services.glue.model.ConditionCheckFailureException;
import software.amazon.awssdk.services.glue.model.EntityNotFoundException;
import software.amazon.awssdk.services.glue.model.ErrorDetail;
import software.amazon.awssdk.services.glue.model.GlueException;
import software.amazon.awssdk.services.glue.model.InvalidInputException;
import software.amazon.awssdk.services.glue.model.ResourceNumberLimitExceededException;

/// Glue's errors, as AWS words them.
final class GlueErrors {
  private GlueErrors() {}

  static AwsServiceException validation(String message) {
    return Errors.of(GlueException.builder(), 400, "ValidationException", message);
  }

  static AwsServiceException invalid(String message) {
    return Errors.of(InvalidInputException.builder(), 400, "InvalidInputException", message);
  }

  static AwsServiceException notFound(String message) {
    return Errors.of(EntityNotFoundException.builder(), 400, "EntityNotFoundException", message);
  }

  static AwsServiceException database(String name) {
    return notFound("Database " + name + " not found.");
  }

  static AwsServiceException table(String name) {
    return notFound("Table " + name + " not found.");
  }

  static AwsServiceException exists(String what) {
    return alreadyExists(what + " already exists.");
  }

  static AwsServiceException alreadyExists(String message) {
    return Errors.of(AlreadyExistsException.builder(), 400, "AlreadyExistsException", message);
  }

  static AwsServiceException modified(String message) {
    return Errors.of(
        ConcurrentModificationException.builder(), 400, "ConcurrentModificationException", message);
  }

  static AwsServiceException condition(String message) {
    return Errors.of(
        ConditionCheckFailureException.builder(), 400, "ConditionCheckFailureException", message);
  }

  static AwsServiceException limit(String message) {
    return Errors.of(
        ResourceNumberLimitExceededException.builder(),
        400,
        "ResourceNumberLimitExceededException",
        message);
  }

  /// An error as operations on many things tell it of each.
  static ErrorDetail detail(AwsServiceException error) {
    return ErrorDetail.builder()
        .errorCode(Errors.code(error))
        .errorMessage(Errors.message(error))
        .build();
  }
}
