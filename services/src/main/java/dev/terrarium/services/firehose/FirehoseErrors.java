package dev.terrarium.services.firehose;

import dev.terrarium.kernel.Errors;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.firehose.model.ConcurrentModificationException;
import software.amazon.awssdk.services.firehose.model.FirehoseException;
import software.amazon.awssdk.services.firehose.model.InvalidArgumentException;
import software.amazon.awssdk.services.firehose.model.LimitExceededException;
import software.amazon.awssdk.services.firehose.model.ResourceInUseException;
import software.amazon.awssdk.services.firehose.model.ResourceNotFoundException;

/// Firehose's errors, as AWS words them.
final class FirehoseErrors {
  private FirehoseErrors() {}

  static AwsServiceException validation(String message) {
    return Errors.of(FirehoseException.builder(), 400, "ValidationException", message);
  }

  static AwsServiceException invalid(String message) {
    return Errors.of(InvalidArgumentException.builder(), 400, "InvalidArgumentException", message);
  }

  static AwsServiceException notFound(DeliveryKey key) {
    return Errors.of(
        ResourceNotFoundException.builder(),
        400,
        "ResourceNotFoundException",
        "Firehose " + key.name() + " under account " + key.account() + " not found.");
  }

  static AwsServiceException inUse(DeliveryKey key) {
    return Errors.of(
        ResourceInUseException.builder(),
        400,
        "ResourceInUseException",
        "Firehose " + key.name() + " under accountId " + key.account() + " already exists");
  }

  static AwsServiceException limit(String message) {
    return Errors.of(LimitExceededException.builder(), 400, "LimitExceededException", message);
  }

  static AwsServiceException modified(String name, String current, String given) {
    return Errors.of(
        ConcurrentModificationException.builder(),
        400,
        "ConcurrentModificationException",
        "Cannot update firehose: "
            + name
            + " since the current version id: "
            + current
            + " and specified version id: "
            + given
            + " do not match");
  }

  /// Something that AWS has and Terrarium does not.
  static AwsServiceException missing(String what) {
    return Errors.of(501, "NotImplemented", "Terrarium does not implement firehose with " + what);
  }
}
