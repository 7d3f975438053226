package dev.terrarium.services.eventbridge;

import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Page;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.eventbridge.model.IllegalStatusException;
import software.amazon.awssdk.services.eventbridge.model.InvalidEventPatternException;
import software.amazon.awssdk.services.eventbridge.model.LimitExceededException;
import software.amazon.awssdk.services.eventbridge.model.ManagedRuleException;
import software.amazon.awssdk.services.eventbridge.model.PolicyLengthExceededException;
import software.amazon.awssdk.services.eventbridge.model.ResourceAlreadyExistsException;
import software.amazon.awssdk.services.eventbridge.model.ResourceNotFoundException;

/// EventBridge's errors, as AWS words them.
final class EventsErrors {
  private static final int PAGE_SIZE = 100;

  private EventsErrors() {}

  static AwsServiceException validation(String message) {
    return Errors.of(400, "ValidationException", message);
  }

  /// A parameter that is there but says nothing that is known.
  static AwsServiceException invalid(String parameter, String reason) {
    return validation("Parameter " + parameter + " is not valid. Reason: " + reason);
  }

  static AwsServiceException notFound(String message) {
    return Errors.of(
        ResourceNotFoundException.builder(), 400, "ResourceNotFoundException", message);
  }

  static AwsServiceException noBus(String name) {
    return notFound("Event bus " + name + " does not exist.");
  }

  static AwsServiceException noRule(RuleKey key) {
    return notFound("Rule " + key.name() + " does not exist on EventBus " + key.bus().name() + ".");
  }

  static AwsServiceException exists(String message) {
    return Errors.of(
        ResourceAlreadyExistsException.builder(), 400, "ResourceAlreadyExistsException", message);
  }

  static AwsServiceException tooMany() {
    return Errors.of(
        LimitExceededException.builder(),
        400,
        "LimitExceededException",
        "The requested resource exceeds the maximum number allowed.");
  }

  static AwsServiceException policyTooLong() {
    return Errors.of(
        PolicyLengthExceededException.builder(),
        400,
        "PolicyLengthExceededException",
        "The event bus policy size exceeds the maximum allowed size of 10240 bytes.");
  }

  static AwsServiceException illegalStatus(String message) {
    return Errors.of(IllegalStatusException.builder(), 400, "IllegalStatusException", message);
  }

  static AwsServiceException pattern(String reason) {
    return Errors.of(
        InvalidEventPatternException.builder(),
        400,
        "InvalidEventPatternException",
        "Event pattern is not valid. Reason: " + reason);
  }

  static AwsServiceException managed(RuleKey key) {
    return Errors.of(
        ManagedRuleException.builder(),
        400,
        "ManagedRuleException",
        "Rule "
            + key.name()
            + " is managed by an AWS service and can only be deleted or have its targets removed"
            + " with the Force parameter.");
  }

  /// A page of a list that is in the order of its names.
  static <T> Page<T> page(
      List<T> all, Function<T, String> name, @Nullable Integer limit, @Nullable String token) {
    try {
      return Page.behind(token, all, name, limit == null ? PAGE_SIZE : limit);
    } catch (IllegalArgumentException e) {
      var error = validation("The next token is not valid.");
      error.addSuppressed(e);
      throw error;
    }
  }
}
