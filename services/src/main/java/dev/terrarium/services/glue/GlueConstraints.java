package dev.terrarium.services.glue;

import dev.terrarium.kernel.Constraints;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/// What Glue's model says of single parameters.
final class GlueConstraints extends Constraints<GlueConstraints> {
  private static final Pattern LINE =
      Pattern.compile("[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\t]*");
  private static final int NAME_LENGTH_MAX = 255;

  @Override
  protected GlueConstraints self() {
    return this;
  }

  @Override
  protected AwsServiceException refusal(String message) {
    return GlueErrors.validation(message);
  }

  /// A name, which must be there.
  GlueConstraints name(String name, @Nullable String value) {
    return required(name, value).length(name, value, 1, NAME_LENGTH_MAX).pattern(name, value, LINE);
  }

  /// How many results a page may have.
  GlueConstraints page(@Nullable Integer maxResults, int most) {
    return range("maxResults", maxResults, 1, most);
  }
}
