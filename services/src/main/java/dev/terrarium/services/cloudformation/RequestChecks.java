package dev.terrarium.services.cloudformation;

import dev.terrarium.kernel.Constraints;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.cloudformation.model.Capability;
import software.amazon.awssdk.services.cloudformation.model.Tag;

/// What CloudFormation's model says of single parameters.
final class RequestChecks extends Constraints<RequestChecks> {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z][-a-zA-Z0-9]*");
  private static final Pattern TOKEN = Pattern.compile("[a-zA-Z0-9][-a-zA-Z0-9]*");
  private static final int TAGS_MAX = 50;

  @Override
  protected RequestChecks self() {
    return this;
  }

  @Override
  protected AwsServiceException refusal(String message) {
    return StackErrors.validation(message);
  }

  /// The name of something new.
  RequestChecks name(String parameter, @Nullable String value) {
    return required(parameter, value)
        .length(parameter, value, 1, 128)
        .pattern(parameter, value, NAME);
  }

  /// What requests that make or change stacks have in common.
  RequestChecks stack(
      List<String> capabilities,
      @Nullable String roleArn,
      @Nullable String clientRequestToken,
      List<Tag> tags) {
    among("capabilities", capabilities, names(Capability.knownValues()));
    return length("roleARN", roleArn, 20, 2048)
        .length("clientRequestToken", clientRequestToken, 1, 128)
        .pattern("clientRequestToken", clientRequestToken, TOKEN)
        .count("tags", tags, 0, TAGS_MAX);
  }

  /// Words of which all are known.
  RequestChecks among(String parameter, List<String> given, List<String> words) {
    return words.containsAll(given)
        ? this
        : refuse(
            given,
            parameter,
            "Member must satisfy constraint: [Member must satisfy enum value set: ["
                + String.join(", ", words)
                + "]]");
  }

  /// The words of an enumeration.
  static List<String> names(Set<?> values) {
    return values.stream().map(String::valueOf).sorted().toList();
  }
}
