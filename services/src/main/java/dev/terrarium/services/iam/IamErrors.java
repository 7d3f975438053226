package dev.terrarium.services.iam;

import dev.terrarium.kernel.Errors;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.iam.model.DeleteConflictException;
import software.amazon.awssdk.services.iam.model.EntityAlreadyExistsException;
import software.amazon.awssdk.services.iam.model.InvalidInputException;
import software.amazon.awssdk.services.iam.model.LimitExceededException;
import software.amazon.awssdk.services.iam.model.MalformedPolicyDocumentException;
import software.amazon.awssdk.services.iam.model.NoSuchEntityException;
import software.amazon.awssdk.services.iam.model.UnmodifiableEntityException;

/// IAM's errors.
final class IamErrors {
  private IamErrors() {}

  static NoSuchEntityException noSuchEntity(String message) {
    return Errors.of(NoSuchEntityException.builder(), 404, "NoSuchEntity", message);
  }

  static NoSuchEntityException notFound(Owner owner) {
    return noSuchEntity(
        "The %s with name %s cannot be found.".formatted(owner.kind().word, owner.name()));
  }

  static EntityAlreadyExistsException alreadyExists(String message) {
    return Errors.of(EntityAlreadyExistsException.builder(), 409, "EntityAlreadyExists", message);
  }

  static DeleteConflictException deleteConflict(String message) {
    return Errors.of(DeleteConflictException.builder(), 409, "DeleteConflict", message);
  }

  static LimitExceededException limitExceeded(String quota, int limit) {
    return limitExceeded("Cannot exceed quota for " + quota + ": " + limit);
  }

  static LimitExceededException limitExceeded(String message) {
    return Errors.of(LimitExceededException.builder(), 409, "LimitExceeded", message);
  }

  static MalformedPolicyDocumentException malformedPolicy(String message) {
    return Errors.of(
        MalformedPolicyDocumentException.builder(), 400, "MalformedPolicyDocument", message);
  }

  static InvalidInputException invalidInput(String message) {
    return Errors.of(InvalidInputException.builder(), 400, "InvalidInput", message);
  }

  static AwsServiceException validation(String message) {
    return Errors.of(400, "ValidationError", message);
  }

  static UnmodifiableEntityException unmodifiable(String role) {
    return Errors.of(
        UnmodifiableEntityException.builder(),
        400,
        "UnmodifiableEntity",
        "Cannot perform the operation on the protected role '%s' - this role is only modifiable by AWS"
            .formatted(role));
  }
}
