package dev.terrarium.services.kinesis;

import dev.terrarium.kernel.Constraints;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/// What Kinesis's model says of single parameters.
final class KinesisConstraints extends Constraints<KinesisConstraints> {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_.-]+");
  private static final Pattern HASH_KEY = Pattern.compile("0|([1-9]\\d{0,38})");
  private static final Pattern SEQUENCE_NUMBER = Pattern.compile("0|([1-9]\\d{0,128})");
  private static final Pattern STREAM_ARN =
      Pattern.compile("arn:aws.*:kinesis:.*:\\d{12}:stream/\\S+");
  private static final Pattern RESOURCE_ARN =
      Pattern.compile("arn:aws.*:kinesis:.*:\\d{12}:.*stream/\\S+");
  private static final Pattern CONSUMER_ARN =
      Pattern.compile(
          "^(arn):aws.*:kinesis:.*:\\d{12}:.*stream\\/[a-zA-Z0-9_.-]+\\/consumer\\/[a-zA-Z0-9_.-]+:[0-9]+");

  @Override
  protected KinesisConstraints self() {
    return this;
  }

  @Override
  protected AwsServiceException refusal(String message) {
    return KinesisErrors.validation(message);
  }

  /// The name and the ARN of a stream, if they are there.
  KinesisConstraints stream(@Nullable String name, @Nullable String arn) {
    name("streamName", name);
    return arn("streamARN", arn, STREAM_ARN);
  }

  KinesisConstraints resource(@Nullable String arn) {
    required("resourceARN", arn);
    return arn("resourceARN", arn, RESOURCE_ARN);
  }

  KinesisConstraints consumer(@Nullable String arn) {
    return arn("consumerARN", arn, CONSUMER_ARN);
  }

  private KinesisConstraints arn(String name, @Nullable String value, Pattern pattern) {
    return value == null ? this : length(name, value, 1, 2048).pattern(name, value, pattern);
  }

  /// A name of a stream, shard or consumer, if it is there.
  KinesisConstraints name(String name, @Nullable String value) {
    return value == null ? this : length(name, value, 1, 128).pattern(name, value, NAME);
  }

  KinesisConstraints hashKey(String name, @Nullable String value) {
    return value == null ? this : pattern(name, value, HASH_KEY);
  }

  KinesisConstraints sequenceNumber(String name, @Nullable String value) {
    return value == null ? this : pattern(name, value, SEQUENCE_NUMBER);
  }

  /// Tags to be set.
  KinesisConstraints tags(Map<String, String> tags) {
    for (var tag : tags.entrySet()) {
      if (tag.getKey().isEmpty() || tag.getKey().length() > 128) {
        refuse(
            tags,
            "tags",
            "Map keys must satisfy constraint: [Member must have length less than or equal to 128,"
                + " Member must have length greater than or equal to 1]");
        break;
      }
      if (tag.getValue().length() > 256) {
        refuse(
            tags,
            "tags",
            "Map value must satisfy constraint: [Member must have length less than or equal to 256,"
                + " Member must have length greater than or equal to 0]");
        break;
      }
    }
    return this;
  }
}
