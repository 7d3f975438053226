package dev.terrarium.services.kinesis;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkPojo;

/// What the API's model says of single parameters. All that is wrong is told at once, before
/// anything else is looked at.
final class Constraints {
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
  private static final int ERRORS_SHOWN_MAX = 10;

  private @Nullable List<String> errors;

  /// The parameter must be there.
  Constraints required(String name, @Nullable Object value) {
    return value != null ? this : refuse(null, name, "Member must not be null");
  }

  /// The name and the ARN of a stream, if they are there.
  Constraints stream(@Nullable String name, @Nullable String arn) {
    name("streamName", name);
    return arn("streamARN", arn, STREAM_ARN);
  }

  Constraints resource(@Nullable String arn) {
    required("resourceARN", arn);
    return arn("resourceARN", arn, RESOURCE_ARN);
  }

  Constraints consumer(@Nullable String arn) {
    return arn("consumerARN", arn, CONSUMER_ARN);
  }

  private Constraints arn(String name, @Nullable String value, Pattern pattern) {
    return value == null ? this : length(name, value, 1, 2048).pattern(name, value, pattern);
  }

  /// A name of a stream, shard or consumer, if it is there.
  Constraints name(String name, @Nullable String value) {
    return value == null ? this : length(name, value, 1, 128).pattern(name, value, NAME);
  }

  Constraints hashKey(String name, @Nullable String value) {
    return value == null ? this : pattern(name, value, HASH_KEY);
  }

  Constraints sequenceNumber(String name, @Nullable String value) {
    return value == null ? this : pattern(name, value, SEQUENCE_NUMBER);
  }

  /// A text's length, if it is there.
  Constraints length(String name, @Nullable String value, int min, int max) {
    if (value != null && value.length() < min) {
      refuse(value, name, "Member must have length greater than or equal to " + min);
    } else if (value != null && value.length() > max) {
      refuse(value, name, "Member must have length less than or equal to " + max);
    }
    return this;
  }

  /// A list's length.
  Constraints count(String name, Collection<?> list, int min, int max) {
    if (list.size() < min) {
      refuse(shown(list), name, "Member must have length greater than or equal to " + min);
    } else if (list.size() > max) {
      refuse(shown(list), name, "Member must have length less than or equal to " + max);
    }
    return this;
  }

  /// A list as AWS shows it: structures by their names alone.
  private static String shown(Collection<?> list) {
    return list.stream()
        .map(one ->
            one instanceof SdkPojo
                ? one.getClass().getSimpleName() + "@" + Integer.toHexString(one.hashCode())
                : String.valueOf(one))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  /// A number's range, if it is there.
  Constraints range(String name, @Nullable Integer value, int min, int max) {
    if (value != null && value < min) {
      refuse(value, name, "Member must have value greater than or equal to " + min);
    } else if (value != null && value > max) {
      refuse(value, name, "Member must have value less than or equal to " + max);
    }
    return this;
  }

  /// One of some words, if there.
  Constraints oneOf(String name, @Nullable String value, String... words) {
    if (value != null && !List.of(words).contains(value)) {
      refuse(value, name, "Member must satisfy enum value set: [" + String.join(", ", words) + "]");
    }
    return this;
  }

  /// Tags to be set.
  Constraints tags(Map<String, String> tags) {
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

  private Constraints pattern(String name, String value, Pattern pattern) {
    return pattern.matcher(value).matches()
        ? this
        : refuse(value, name, "Member must satisfy regular expression pattern: " + pattern);
  }

  /// Tells what is wrong with a parameter.
  Constraints refuse(@Nullable Object value, String name, String constraint) {
    var shown = value == null ? "Value null" : "Value '" + value + "'";
    return add(shown + " at '" + name + "' failed to satisfy constraint: " + constraint);
  }

  /// Bytes that are too many, which are not shown.
  Constraints bytes(String name, int length, int max) {
    return length <= max
        ? this
        : add(
            "Value at '"
                + name
                + "' failed to satisfy constraint: Member must have length less than or equal to "
                + max);
  }

  private Constraints add(String error) {
    var found = errors;
    if (found == null) {
      found = new ArrayList<>(2);
      errors = found;
    }
    found.add(error);
    return this;
  }

  /// Ends the check.
  ///
  /// @throws AwsServiceException if anything is wrong
  void check() {
    var found = errors;
    if (found != null) {
      var shown = found.subList(0, Math.min(found.size(), ERRORS_SHOWN_MAX));
      throw KinesisErrors.validation(
          found.size()
              + (found.size() == 1 ? " validation error" : " validation errors")
              + " detected: "
              + String.join("; ", shown));
    }
  }
}
