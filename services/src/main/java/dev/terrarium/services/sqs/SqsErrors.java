package dev.terrarium.services.sqs;

import dev.terrarium.kernel.Errors;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.sqs.model.BatchEntryIdsNotDistinctException;
import software.amazon.awssdk.services.sqs.model.BatchRequestTooLongException;
import software.amazon.awssdk.services.sqs.model.EmptyBatchRequestException;
import software.amazon.awssdk.services.sqs.model.InvalidAddressException;
import software.amazon.awssdk.services.sqs.model.InvalidAttributeNameException;
import software.amazon.awssdk.services.sqs.model.InvalidAttributeValueException;
import software.amazon.awssdk.services.sqs.model.InvalidBatchEntryIdException;
import software.amazon.awssdk.services.sqs.model.InvalidMessageContentsException;
import software.amazon.awssdk.services.sqs.model.MessageNotInflightException;
import software.amazon.awssdk.services.sqs.model.OverLimitException;
import software.amazon.awssdk.services.sqs.model.PurgeQueueInProgressException;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;
import software.amazon.awssdk.services.sqs.model.QueueNameExistsException;
import software.amazon.awssdk.services.sqs.model.ReceiptHandleIsInvalidException;
import software.amazon.awssdk.services.sqs.model.ResourceNotFoundException;
import software.amazon.awssdk.services.sqs.model.TooManyEntriesInBatchRequestException;
import software.amazon.awssdk.services.sqs.model.UnsupportedOperationException;

/// SQS's errors, as AWS words them.
final class SqsErrors {
  private SqsErrors() {}

  static AwsServiceException noQueue() {
    return Errors.of(
        QueueDoesNotExistException.builder(),
        400,
        "QueueDoesNotExist",
        "The specified queue does not exist.");
  }

  static AwsServiceException queueExists(String attribute) {
    return Errors.of(
        QueueNameExistsException.builder(),
        400,
        "QueueNameExists",
        "A queue already exists with the same name and a different value for attribute "
            + attribute);
  }

  static AwsServiceException missing(String parameter) {
    return Errors.of(
        400, "MissingParameter", "The request must contain the parameter " + parameter + ".");
  }

  static AwsServiceException invalid(String message) {
    return Errors.of(400, "InvalidParameterValue", message);
  }

  static AwsServiceException invalid(Object value, String parameter, String reason) {
    return invalid(
        "Value " + value + " for parameter " + parameter + " is invalid. Reason: " + reason);
  }

  static AwsServiceException noDeduplication() {
    return invalid(
        "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId"
            + " provided explicitly");
  }

  static AwsServiceException address(String url) {
    return Errors.of(
        InvalidAddressException.builder(),
        404,
        "InvalidAddress",
        "The address " + url + " is not valid for this endpoint.");
  }

  static AwsServiceException attributeName(String name) {
    return Errors.of(
        InvalidAttributeNameException.builder(),
        400,
        "InvalidAttributeName",
        "Unknown Attribute " + name + ".");
  }

  static AwsServiceException attributeValue(String name) {
    return attributeValueReason("Invalid value for the parameter " + name + ".");
  }

  static AwsServiceException attributeValueReason(String message) {
    return Errors.of(
        InvalidAttributeValueException.builder(), 400, "InvalidAttributeValue", message);
  }

  static AwsServiceException contents(String message) {
    return Errors.of(
        InvalidMessageContentsException.builder(), 400, "InvalidMessageContents", message);
  }

  static AwsServiceException receiptHandle(String handle) {
    return Errors.of(
        ReceiptHandleIsInvalidException.builder(),
        400,
        "ReceiptHandleIsInvalid",
        "The input receipt handle \"" + handle + "\" is not a valid receipt handle.");
  }

  static AwsServiceException notInflight(String handle) {
    return Errors.of(
        MessageNotInflightException.builder(),
        400,
        "MessageNotInflight",
        "The message referred to by \"" + handle + "\" isn't in flight.");
  }

  static AwsServiceException overLimit(String message) {
    return Errors.of(OverLimitException.builder(), 400, "OverLimit", message);
  }

  static AwsServiceException purging(String queue) {
    return Errors.of(
        PurgeQueueInProgressException.builder(),
        400,
        "PurgeQueueInProgress",
        "Only one PurgeQueue operation on " + queue + " is allowed every 60 seconds.");
  }

  static AwsServiceException unsupported(String message) {
    return Errors.of(UnsupportedOperationException.builder(), 400, "UnsupportedOperation", message);
  }

  static AwsServiceException noResource(String message) {
    return Errors.of(
        ResourceNotFoundException.builder(), 404, "ResourceNotFoundException", message);
  }

  static AwsServiceException emptyBatch(String entry) {
    return Errors.of(
        EmptyBatchRequestException.builder(),
        400,
        "EmptyBatchRequest",
        "There should be at least one " + entry + " in the request.");
  }

  static AwsServiceException tooManyEntries(int count) {
    return Errors.of(
        TooManyEntriesInBatchRequestException.builder(),
        400,
        "TooManyEntriesInBatchRequest",
        "Maximum number of entries per request are 10. You have sent " + count + ".");
  }

  static AwsServiceException batchId() {
    return Errors.of(
        InvalidBatchEntryIdException.builder(),
        400,
        "InvalidBatchEntryId",
        "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It"
            + " can be at most 80 letters long.");
  }

  static AwsServiceException repeatedId(String id) {
    return Errors.of(
        BatchEntryIdsNotDistinctException.builder(),
        400,
        "BatchEntryIdsNotDistinct",
        "Id " + id + " repeated.");
  }

  static AwsServiceException batchTooLong(long sent) {
    return Errors.of(
        BatchRequestTooLongException.builder(),
        400,
        "BatchRequestTooLong",
        "Batch requests cannot be longer than "
            + QueueAttributes.MESSAGE_BYTES_MAX
            + " bytes. You have sent "
            + sent
            + " bytes.");
  }
}
