package dev.terrarium.services.firehose;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkPojo;

/// What the API's model says of single parameters. All that is wrong is told at once, before
/// anything else is looked at.
final class Constraints {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_.-]+");
  private static final int ERRORS_SHOWN_MAX = 10;

  private final List<String> errors = new ArrayList<>(0);

  /// The parameter must be there.
  Constraints required(String name, @Nullable Object value) {
    return value != null ? this : refuse(null, name, "Member must not be null");
  }

  /// The name of a delivery stream, which must be there.
  Constraints stream(@Nullable String name) {
    return required("deliveryStreamName", name).name("deliveryStreamName", name);
  }

  Constraints name(String name, @Nullable String value) {
    return value == null ? this : length(name, value, 1, 64).pattern(name, value, NAME);
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

  Constraints pattern(String name, @Nullable String value, Pattern pattern) {
    return value == null || pattern.matcher(value).matches()
        ? this
        : refuse(value, name, "Member must satisfy regular expression pattern: " + pattern);
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

  /// Bytes that are too many, which are not shown.
  Constraints bytes(String name, int length, int max) {
    if (length > max) {
      errors.add(
          "Value at '"
              + name
              + "' failed to satisfy constraint: Member must have length less than or equal to "
              + max);
    }
    return this;
  }

  private Constraints refuse(@Nullable Object value, String name, String constraint) {
    var shown = value == null ? "Value null" : "Value '" + value + "'";
    errors.add(shown + " at '" + name + "' failed to satisfy constraint: " + constraint);
    return this;
  }

  /// Ends the check.
  ///
  /// @throws AwsServiceException if anything is wrong
  void check() {
    if (!errors.isEmpty()) {
      var shown = errors.subList(0, Math.min(errors.size(), ERRORS_SHOWN_MAX));
      throw FirehoseErrors.validation(
          errors.size()
              + (errors.size() == 1 ? " validation error" : " validation errors")
              + " detected: "
              + String.join("; ", shown));
    }
  }
}
