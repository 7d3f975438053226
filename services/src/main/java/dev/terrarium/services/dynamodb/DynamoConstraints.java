package dev.terrarium.services.dynamodb;

import dev.terrarium.kernel.Constraints;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/// What DynamoDB's model says of single parameters.
final class DynamoConstraints extends Constraints<DynamoConstraints> {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_.-]+");

  @Override
  protected DynamoConstraints self() {
    return this;
  }

  @Override
  protected AwsServiceException refusal(String message) {
    return DynamoErrors.validation(message);
  }

  /// A table's name, or its ARN.
  DynamoConstraints table(@Nullable String value) {
    return table("", value);
  }

  /// As [#table(String)], in a structure.
  ///
  /// @param at the structure's path with a dot at its end
  DynamoConstraints table(String at, @Nullable String value) {
    if (value == null) {
      return required(at + "tableName", null);
    } else if (value.startsWith("arn:")) {
      return this;
    }
    return name(at + "tableName", value);
  }

  /// The attributes to get, if they are there.
  DynamoConstraints attributesToGet(boolean there, List<String> names) {
    return there ? count("attributesToGet", names, 1, Integer.MAX_VALUE) : this;
  }

  /// An index's name, if there.
  DynamoConstraints index(@Nullable String value) {
    return value == null ? this : name("indexName", value);
  }

  private DynamoConstraints name(String name, String value) {
    return length(name, value, 3, 255).pattern(name, value, NAME);
  }

  DynamoConstraints returnConsumedCapacity(@Nullable String value) {
    return oneOf("returnConsumedCapacity", value, "INDEXES", "TOTAL", "NONE");
  }

  /// @param at the structure's path with a dot at its end, or nothing
  DynamoConstraints returnValuesOnFailure(String at, @Nullable String value) {
    return oneOf(at + "returnValuesOnConditionCheckFailure", value, "ALL_OLD", "NONE");
  }

  DynamoConstraints returnItemCollectionMetrics(@Nullable String value) {
    return oneOf("returnItemCollectionMetrics", value, "SIZE", "NONE");
  }
}
