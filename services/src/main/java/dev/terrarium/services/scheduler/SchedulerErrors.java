package dev.terrarium.services.scheduler;

import dev.terrarium.kernel.Errors;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.scheduler.model.ConflictException;
import software.amazon.awssdk.services.scheduler.model.ResourceNotFoundException;
import software.amazon.awssdk.services.scheduler.model.ServiceQuotaExceededException;
import software.amazon.awssdk.services.scheduler.model.ValidationException;

/// The Scheduler's errors, as AWS words them.
final class SchedulerErrors {
  private SchedulerErrors() {}

  static AwsServiceException validation(String message) {
    return Errors.of(ValidationException.builder(), 400, "ValidationException", message);
  }

  static AwsServiceException conflict(String message) {
    return Errors.of(ConflictException.builder(), 409, "ConflictException", message);
  }

  static AwsServiceException quota(String message) {
    return Errors.of(
        ServiceQuotaExceededException.builder(), 402, "ServiceQuotaExceededException", message);
  }

  static AwsServiceException noSchedule(String name) {
    return notFound("Schedule " + name + " does not exist.");
  }

  static AwsServiceException noGroup(String name) {
    return notFound("Schedule group " + name + " does not exist.");
  }

  private static AwsServiceException notFound(String message) {
    return Errors.of(
        ResourceNotFoundException.builder(), 404, "ResourceNotFoundException", message);
  }
}
