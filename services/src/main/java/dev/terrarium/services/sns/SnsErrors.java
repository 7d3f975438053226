package dev.terrarium.services.sns;

import dev.terrarium.kernel.Errors;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.sns.model.BatchEntryIdsNotDistinctException;
import software.amazon.awssdk.services.sns.model.BatchRequestTooLongException;
import software.amazon.awssdk.services.sns.model.EmptyBatchRequestException;
import software.amazon.awssdk.services.sns.model.InvalidBatchEntryIdException;
import software.amazon.awssdk.services.sns.model.InvalidParameterException;
import software.amazon.awssdk.services.sns.model.InvalidParameterValueException;
import software.amazon.awssdk.services.sns.model.NotFoundException;
import software.amazon.awssdk.services.sns.model.TooManyEntriesInBatchRequestException;

/// SNS's errors, as AWS words them.
final class SnsErrors {
  private SnsErrors() {}

  static AwsServiceException invalid(String reason) {
    return Errors.of(
        InvalidParameterException.builder(),
        400,
        "InvalidParameter",
        "Invalid parameter: " + reason);
  }

  static AwsServiceException invalidValue(String reason) {
    return Errors.of(
        InvalidParameterValueException.builder(), 400, "ParameterValueInvalid", reason);
  }

  static AwsServiceException noTopic() {
    return Errors.of(NotFoundException.builder(), 404, "NotFound", "Topic does not exist");
  }

  static AwsServiceException noSubscription() {
    return Errors.of(NotFoundException.builder(), 404, "NotFound", "Subscription does not exist");
  }

  static AwsServiceException emptyBatch() {
    return Errors.of(
        EmptyBatchRequestException.builder(),
        400,
        "EmptyBatchRequest",
        "The batch request doesn't contain any entries.");
  }

  static AwsServiceException tooMany() {
    return Errors.of(
        TooManyEntriesInBatchRequestException.builder(),
        400,
        "TooManyEntriesInBatchRequest",
        "The batch request contains more entries than permissible.");
  }

  static AwsServiceException repeatedIds() {
    return Errors.of(
        BatchEntryIdsNotDistinctException.builder(),
        400,
        "BatchEntryIdsNotDistinct",
        "Two or more batch entries in the request have the same Id.");
  }

  static AwsServiceException badId() {
    return Errors.of(
        InvalidBatchEntryIdException.builder(),
        400,
        "InvalidBatchEntryId",
        "The Id of a batch entry in a batch request doesn't abide by the specification.");
  }

  static AwsServiceException batchTooLong() {
    return Errors.of(
        BatchRequestTooLongException.builder(),
        400,
        "BatchRequestTooLong",
        "The length of all the batch messages put together is more than the limit.");
  }
}
