package dev.terrarium.wire;

import dev.terrarium.kernel.Errors;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/// How services say that they do not know who is asking. Each protocol grew its own codes and
/// statuses; see *Common Errors* in the API references of S3, STS (query), DynamoDB (JSON) and
/// Lambda (REST).
enum Refusals {
  /// S3's own.
  S3,
  /// awsQuery and ec2Query.
  QUERY,
  /// awsJson, where whatever is the caller's fault is a 400.
  JSON,
  /// restJson1, rpcv2Cbor and what else there is.
  REST;

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private AwsServiceException error(String code, String message) {
    return Errors.of(this == JSON ? 400 : 403, code, message);
  }

  /// There is no such access key.
  AwsServiceException unknownKey() {
    return switch (this) {
      case S3 ->
          error(
              "InvalidAccessKeyId",
              "The AWS Access Key Id you provided does not exist in our records.");
      case QUERY ->
          error("InvalidClientTokenId", "The security token included in the request is invalid.");
      case JSON, REST ->
          error(
              "UnrecognizedClientException",
              "The security token included in the request is invalid.");
    };
  }

  /// The signature is another one.
  AwsServiceException mismatch() {
    return this == S3
        ? error(
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. Check"
                + " your key and signing method.")
        : ofSignature(
            "The request signature we calculated does not match the signature you provided. Check"
                + " your AWS Secret Access Key and signing method. Consult the service"
                + " documentation for details.");
  }

  private AwsServiceException ofSignature(String message) {
    return error(this == QUERY ? "SignatureDoesNotMatch" : "InvalidSignatureException", message);
  }

  /// It was signed too long ago, or too far ahead.
  AwsServiceException skewed(Instant signed, Instant now, Duration allowed) {
    if (this == S3) {
      return error(
          "RequestTimeTooSkewed",
          "The difference between the request time and the current time is too large.");
    }
    var minutes = allowed.toMinutes();
    return signed.isBefore(now)
        ? ofSignature(
            "Signature expired: %s is now earlier than %s (%s - %d min.)"
                .formatted(date(signed), date(now.minus(allowed)), date(now), minutes))
        : ofSignature(
            "Signature not yet current: %s is still later than %s (%s + %d min.)"
                .formatted(date(signed), date(now.plus(allowed)), date(now), minutes));
  }

  private static String date(Instant instant) {
    return DATE.format(instant);
  }

  /// A header that changes what a request means is not under the signature.
  AwsServiceException headerNotSigned(String name) {
    return this == S3
        ? error("AccessDenied", "There were headers present in the request which were not signed")
        : ofSignature("'" + name + "' must be a 'SignedHeader' in the AWS Authorization.");
  }

  /// The key was made for another day than the one on which it signs.
  AwsServiceException otherDay(String scope, String date) {
    var day = date.substring(0, Math.min(8, date.length()));
    return this == S3
        ? Errors.of(
            400,
            "AuthorizationHeaderMalformed",
            "The authorization header is malformed; Invalid credential date \"%s\". This date is not the same as X-Amz-Date: \"%s\"."
                .formatted(scope, day))
        : ofSignature(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '%s' != '%s', from '%s'."
                .formatted(scope, day, date));
  }

  /// The date is none.
  AwsServiceException noDate() {
    return this == S3
        ? error("AccessDenied", "AWS authentication requires a valid Date or x-amz-date header")
        : error(
            this == QUERY ? "IncompleteSignature" : "IncompleteSignatureException",
            "Date must be in ISO-8601 'basic format'.");
  }

  /// The session token is not that of the key.
  AwsServiceException wrongToken() {
    return this == S3
        ? Errors.of(400, "InvalidToken", "The provided token is malformed or otherwise invalid.")
        : unknownKey();
  }

  /// The session is over.
  AwsServiceException expiredToken() {
    return switch (this) {
      case S3 -> Errors.of(400, "ExpiredToken", "The provided token has expired.");
      case QUERY -> error("ExpiredToken", "The security token included in the request is expired");
      case JSON, REST ->
          error("ExpiredTokenException", "The security token included in the request is expired");
    };
  }

  /// Nobody signed.
  AwsServiceException unsigned() {
    return switch (this) {
      case S3 -> error("AccessDenied", "Access Denied");
      case QUERY -> error("MissingAuthenticationToken", "Request is missing Authentication Token");
      case JSON, REST ->
          error("MissingAuthenticationTokenException", "Missing Authentication Token");
    };
  }
}
