package dev.terrarium.services.firehose;

import dev.terrarium.kernel.Constraints;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/// What Firehose's model says of single parameters.
final class FirehoseConstraints extends Constraints<FirehoseConstraints> {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_.-]+");

  @Override
  protected FirehoseConstraints self() {
    return this;
  }

  @Override
  protected AwsServiceException refusal(String message) {
    return FirehoseErrors.validation(message);
  }

  /// The name of a delivery stream, which must be there.
  FirehoseConstraints stream(@Nullable String name) {
    return required("deliveryStreamName", name).name("deliveryStreamName", name);
  }

  FirehoseConstraints name(String name, @Nullable String value) {
    return value == null ? this : length(name, value, 1, 64).pattern(name, value, NAME);
  }
}
