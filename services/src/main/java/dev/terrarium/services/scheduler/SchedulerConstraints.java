package dev.terrarium.services.scheduler;

import dev.terrarium.kernel.Constraints;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/// What the Scheduler's model says of single parameters.
final class SchedulerConstraints extends Constraints<SchedulerConstraints> {
  private static final Pattern NAME = Pattern.compile("^[0-9a-zA-Z-_.]+$");
  private static final Pattern TOKEN = Pattern.compile("^[a-zA-Z0-9-_]+$");

  @Override
  protected SchedulerConstraints self() {
    return this;
  }

  @Override
  protected AwsServiceException refusal(String message) {
    return SchedulerErrors.validation(message);
  }

  /// A name that must be there.
  SchedulerConstraints name(@Nullable String value) {
    return required("name", value).name("name", value);
  }

  /// A name, if it is there.
  SchedulerConstraints name(String name, @Nullable String value) {
    return text(name, value, 1, 64, NAME);
  }

  SchedulerConstraints token(@Nullable String value) {
    return text("clientToken", value, 1, 64, TOKEN);
  }

  SchedulerConstraints page(@Nullable Integer max, @Nullable String token) {
    return range("maxResults", max, 1, 100).length("nextToken", token, 1, 2048);
  }

  /// A text's length and form, if it is there.
  SchedulerConstraints text(
      String name, @Nullable String value, int min, int max, Pattern pattern) {
    return length(name, value, min, max).pattern(name, value, pattern);
  }
}
