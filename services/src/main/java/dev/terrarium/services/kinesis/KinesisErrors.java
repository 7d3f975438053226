package dev.terrarium.services.kinesis;

import dev.terrarium.kernel.Errors;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.kinesis.model.ExpiredIteratorException;
import software.amazon.awssdk.services.kinesis.model.ExpiredNextTokenException;
import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesis.model.LimitExceededException;
import software.amazon.awssdk.services.kinesis.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.kinesis.model.ResourceInUseException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.ValidationException;

/// Kinesis' errors, as AWS words them.
final class KinesisErrors {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE MMM dd HH:mm:ss 'UTC' yyyy", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private KinesisErrors() {}

  static AwsServiceException validation(String message) {
    return Errors.of(ValidationException.builder(), 400, "ValidationException", message);
  }

  static AwsServiceException invalid(String message) {
    return Errors.of(InvalidArgumentException.builder(), 400, "InvalidArgumentException", message);
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

  static AwsServiceException noStream(StreamKey key) {
    return notFound("Stream " + key.name() + " under account " + key.account() + " not found.");
  }

  static AwsServiceException noShard(String shardId, StreamKey key) {
    return notFound("Could not find shard " + shardId + of(key) + ".");
  }

  /// The words that tell which stream: `in stream … under account …`.
  static String of(StreamKey key) {
    return " in stream " + key.name() + " under account " + key.account();
  }

  static AwsServiceException throughput(String message) {
    return Errors.of(
        ProvisionedThroughputExceededException.builder(),
        400,
        "ProvisionedThroughputExceededException",
        message);
  }

  static AwsServiceException expiredIterator(long madeMillis, long nowMillis) {
    return Errors.of(
        ExpiredIteratorException.builder(),
        400,
        "ExpiredIteratorException",
        "Iterator expired. The iterator was created at time "
            + DATE.format(Instant.ofEpochMilli(madeMillis))
            + " while right now it is "
            + DATE.format(Instant.ofEpochMilli(nowMillis))
            + " which is further in the future than the tolerated delay of "
            + ShardIterator.LIFE_MILLIS
            + " milliseconds.");
  }

  static AwsServiceException expiredToken(long madeMillis, long nowMillis) {
    return Errors.of(
        ExpiredNextTokenException.builder(),
        400,
        "ExpiredNextTokenException",
        "NextToken expired. The token was created at time "
            + DATE.format(Instant.ofEpochMilli(madeMillis))
            + " while right now it is "
            + DATE.format(Instant.ofEpochMilli(nowMillis))
            + " which is further in the future than the tolerated delay of "
            + ShardIterator.LIFE_MILLIS
            + " milliseconds.");
  }
}
