package dev.terrarium.kernel;

import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/// Builds AWS's errors. What a service throws is what its callers get: over the wire in the
/// protocol's error form, in process as the SDK's own exception.
public final class Errors {
  private Errors() {}

  /// An error of a type that the SDK does not model, such as S3's `NoSuchBucketPolicy` or any
  /// service's `ValidationException`.
  public static AwsServiceException of(int status, String code, String message) {
    return of(AwsServiceException.builder(), status, code, message);
  }

  /// An error of a type that the SDK models: `of(QueueDoesNotExistException.builder(), 400, …)`.
  ///
  /// @param <E> the type
  /// @param builder the type's own builder
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  public static <E extends AwsServiceException> E of(
      AwsServiceException.Builder builder, int status, String code, String message) {
    return (E)
        builder
            .message(message)
            .statusCode(status)
            .awsErrorDetails(
                AwsErrorDetails.builder().errorCode(code).errorMessage(message).build())
            .build();
  }

  /// AWS's code of an error.
  public static String code(AwsServiceException error) {
    var details = error.awsErrorDetails();
    return details == null || details.errorCode() == null ? "InternalFailure" : details.errorCode();
  }

  /// AWS's message of an error, without what the SDK adds to it.
  public static String message(AwsServiceException error) {
    var details = error.awsErrorDetails();
    var message = details == null ? error.getMessage() : details.errorMessage();
    return message == null ? "" : message;
  }

  /// Terrarium does not have the operation.
  public static AwsServiceException notImplemented(String service, String operation) {
    return of(
        501, "NotImplemented", "Terrarium does not implement " + service + ":" + operation + ".");
  }
}
