package dev.terrarium.services.dynamodb;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/// What the API's model says of single parameters. All that is wrong is told at once, before
/// anything else is looked at.
final class Constraints {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_.-]+");
  private static final int ERRORS_SHOWN_MAX = 10;

  private final List<String> errors = new ArrayList<>(0);

  /// The parameter must be there.
  Constraints required(String name, boolean there) {
    return there ? this : refuse(null, name, "Member must not be null");
  }

  /// A table's name, or its ARN.
  Constraints table(@Nullable String value) {
    if (value == null) {
      return required("tableName", false);
    } else if (value.startsWith("arn:")) {
      return this;
    }
    return name("tableName", value, 3);
  }

  /// An index's name, if there.
  Constraints index(@Nullable String value) {
    return value == null ? this : name("indexName", value, 3);
  }

  private Constraints name(String name, String value, int lengthMin) {
    length(name, value, lengthMin, 255);
    if (!NAME.matcher(value).matches()) {
      refuse(value, name, "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+");
    }
    return this;
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
  Constraints count(String name, int count, Object shown, int min, int max) {
    if (count < min) {
      refuse(
          String.valueOf(shown), name, "Member must have length greater than or equal to " + min);
    } else if (count > max) {
      refuse(String.valueOf(shown), name, "Member must have length less than or equal to " + max);
    }
    return this;
  }

  /// A number's least value, if it is there.
  Constraints atLeast(String name, @Nullable Number value, long min) {
    if (value != null && value.longValue() < min) {
      refuse(value.toString(), name, "Member must have value greater than or equal to " + min);
    }
    return this;
  }

  /// A number's greatest value, if it is there.
  Constraints atMost(String name, @Nullable Number value, long max) {
    if (value != null && value.longValue() > max) {
      refuse(value.toString(), name, "Member must have value less than or equal to " + max);
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

  Constraints returnConsumedCapacity(@Nullable String value) {
    return oneOf("returnConsumedCapacity", value, "INDEXES", "TOTAL", "NONE");
  }

  Constraints returnItemCollectionMetrics(@Nullable String value) {
    return oneOf("returnItemCollectionMetrics", value, "SIZE", "NONE");
  }

  /// Tells what is wrong with a parameter.
  Constraints refuse(@Nullable String value, String name, String constraint) {
    errors.add(
        "Value "
            + (value == null ? "null" : "'" + value + "'")
            + " at '"
            + name
            + "' failed to satisfy constraint: "
            + constraint);
    return this;
  }

  /// Ends the check.
  ///
  /// @throws AwsServiceException if anything is wrong
  void check() {
    if (!errors.isEmpty()) {
      var shown = errors.subList(0, Math.min(errors.size(), ERRORS_SHOWN_MAX));
      throw DynamoErrors.validation(
          errors.size()
              + (errors.size() == 1 ? " validation error" : " validation errors")
              + " detected: "
              + String.join("; ", shown));
    }
  }
}
