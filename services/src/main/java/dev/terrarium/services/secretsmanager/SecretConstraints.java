package dev.terrarium.services.secretsmanager;

import dev.terrarium.kernel.Constraints;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/// What Secrets Manager's model says of single parameters.
final class SecretConstraints extends Constraints<SecretConstraints> {
  @Override
  protected SecretConstraints self() {
    return this;
  }

  @Override
  protected AwsServiceException refusal(String message) {
    return SecretErrors.validation(message);
  }

  /// A secret's name or ARN, which must be there.
  SecretConstraints secret(@Nullable String value) {
    return required("secretId", value).length("secretId", value, 1, 2048);
  }

  /// Checks this, then a token, which AWS refuses in its own words.
  void check(@Nullable String token) {
    check();
    if (token != null && (token.length() < 32 || token.length() > 64)) {
      throw SecretErrors.parameter("ClientRequestToken must be 32-64 characters long.");
    }
  }
}
