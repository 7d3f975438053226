package dev.terrarium.services.eventbridge;

import dev.terrarium.kernel.Errors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/// An attempt to deliver an event failed.
final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// Whether another attempt may help.
  final boolean retryable;

  /// As dead-letter queues are told it: `NO_RESOURCE`, `THROTTLING`.
  final String code;

  /// How long the target asked to be left alone at least, 0 if it did not.
  final long pauseMillis;

  Failure(boolean retryable, String code, @Nullable String message, long pauseMillis) {
    super(message);
    this.retryable = retryable;
    this.code = code;
    this.pauseMillis = pauseMillis;
  }

  Failure(boolean retryable, String code, @Nullable String message) {
    this(retryable, code, message, 0);
  }

  /// What a service's refusal means for the delivery.
  static Failure of(AwsServiceException error) {
    var code = Errors.code(error);
    var message = Errors.message(error);
    if (code.contains("Thrott")
        || code.contains("TooManyRequests")
        || code.contains("ProvisionedThroughput")
        || code.contains("LimitExceeded")
        || code.contains("OverLimit")
        || error.statusCode() == 429) {
      return new Failure(true, "THROTTLING", message);
    } else if (error.statusCode() >= 500) {
      return new Failure(true, "ERROR_FROM_TARGET", message);
    } else if (code.contains("NotFound")
        || code.contains("NonExistent")
        || code.contains("DoesNotExist")
        || code.contains("NoSuch")) {
      return new Failure(false, "NO_RESOURCE", message);
    } else if (error.statusCode() == 403 || code.contains("AccessDenied")) {
      return new Failure(false, "NO_PERMISSIONS", message);
    }
    return new Failure(false, "INVALID_PARAMETER", message);
  }
}
