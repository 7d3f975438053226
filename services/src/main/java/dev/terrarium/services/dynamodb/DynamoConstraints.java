package dev.terrarium.services.dynamodb;

import dev.terrarium.kernel.Constraints;
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
    if (value == null) {
      return required("tableName", null);
    } else if (value.startsWith("arn:")) {
      return this;
    }
    return name("tableName", value);
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

  DynamoConstraints returnItemCollectionMetrics(@Nullable String value) {
    return oneOf("returnItemCollectionMetrics", value, "SIZE", "NONE");
  }
}
