package dev.terrarium.services.ssm;

import dev.terrarium.kernel.Constraints;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/// What Systems Manager's model says of single parameters.
final class SsmConstraints extends Constraints<SsmConstraints> {
  @Override
  protected SsmConstraints self() {
    return this;
  }

  @Override
  protected AwsServiceException refusal(String message) {
    return SsmErrors.validation(message);
  }

  /// A parameter's name, which must be there.
  SsmConstraints name(@Nullable String value) {
    return required("name", value).length("name", value, 1, 2048);
  }
}
