package dev.terrarium.services.sns;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Errors;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.sns.model.BatchEntryIdsNotDistinctException;
import software.amazon.awssdk.services.sns.model.BatchRequestTooLongException;
import software.amazon.awssdk.services.sns.model.EmptyBatchRequestException;
import software.amazon.awssdk.services.sns.model.EndpointDisabledException;
import software.amazon.awssdk.services.sns.model.InvalidBatchEntryIdException;
import software.amazon.awssdk.services.sns.model.InvalidParameterException;
import software.amazon.awssdk.services.sns.model.InvalidParameterValueException;
import software.amazon.awssdk.services.sns.model.NotFoundException;
import software.amazon.awssdk.services.sns.model.ResourceNotFoundException;
import software.amazon.awssdk.services.sns.model.TagLimitExceededException;
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

  /// A parameter that must be there is not.
  static AwsServiceException required(String member) {
    return Errors.of(
        400,
        "ValidationError",
        "1 validation error detected: Value null at '"
            + member
            + "' failed to satisfy constraint: Member must not be null");
  }

  /// Takes an ARN apart that was given as a parameter.
  static Arn arn(String text, String parameter) {
    return Arn.of(text)
        .orElseThrow(() -> {
          var parts = text.split(":", -1).length;
          return invalid(
              parts < 6
                  ? parameter + " Reason: An ARN must have at least 6 elements, not " + parts
                  : parameter + " Reason: An ARN must begin with arn:<partition>:<service>.");
        });
  }

  static AwsServiceException notFound(String message) {
    return Errors.of(NotFoundException.builder(), 404, "NotFound", message);
  }

  static AwsServiceException noTopic() {
    return notFound("Topic does not exist");
  }

  static AwsServiceException noSubscription() {
    return notFound("Subscription does not exist");
  }

  static AwsServiceException noResource() {
    return Errors.of(
        ResourceNotFoundException.builder(), 404, "ResourceNotFound", "Resource does not exist");
  }

  static AwsServiceException tooManyTags() {
    return Errors.of(
        TagLimitExceededException.builder(),
        400,
        "TagLimitExceeded",
        "Could not complete request: tag quota of per resource exceeded");
  }

  static AwsServiceException disabled() {
    return Errors.of(
        EndpointDisabledException.builder(), 400, "EndpointDisabled", "Endpoint is disabled");
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

  /// Why a text is no JSON, with the text, as AWS words it.
  static String unparsed(IllegalArgumentException cause, String text) {
    return String.valueOf(cause.getMessage())
        .replaceFirst(
            "REDACTED \\([^)]*\\)",
            java.util.regex.Matcher.quoteReplacement("(String)\"" + text + "\""));
  }
}
