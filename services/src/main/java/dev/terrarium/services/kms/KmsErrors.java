package dev.terrarium.services.kms;

import dev.terrarium.kernel.Errors;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.kms.model.AlreadyExistsException;
import software.amazon.awssdk.services.kms.model.ConflictException;
import software.amazon.awssdk.services.kms.model.DisabledException;
import software.amazon.awssdk.services.kms.model.DryRunOperationException;
import software.amazon.awssdk.services.kms.model.IncorrectKeyException;
import software.amazon.awssdk.services.kms.model.IncorrectKeyMaterialException;
import software.amazon.awssdk.services.kms.model.InvalidAliasNameException;
import software.amazon.awssdk.services.kms.model.InvalidArnException;
import software.amazon.awssdk.services.kms.model.InvalidCiphertextException;
import software.amazon.awssdk.services.kms.model.InvalidGrantTokenException;
import software.amazon.awssdk.services.kms.model.InvalidImportTokenException;
import software.amazon.awssdk.services.kms.model.InvalidKeyUsageException;
import software.amazon.awssdk.services.kms.model.InvalidMarkerException;
import software.amazon.awssdk.services.kms.model.KmsException;
import software.amazon.awssdk.services.kms.model.KmsInvalidMacException;
import software.amazon.awssdk.services.kms.model.KmsInvalidSignatureException;
import software.amazon.awssdk.services.kms.model.KmsInvalidStateException;
import software.amazon.awssdk.services.kms.model.LimitExceededException;
import software.amazon.awssdk.services.kms.model.MalformedPolicyDocumentException;
import software.amazon.awssdk.services.kms.model.NotFoundException;
import software.amazon.awssdk.services.kms.model.TagException;
import software.amazon.awssdk.services.kms.model.UnsupportedOperationException;

/// KMS's errors, as AWS words them. Several say nothing but their name.
final class KmsErrors {
  private KmsErrors() {}

  static AwsServiceException validation(String message) {
    return Errors.of(KmsException.builder(), 400, "ValidationException", message);
  }

  static AwsServiceException denied(String message) {
    return Errors.of(KmsException.builder(), 400, "AccessDeniedException", message);
  }

  static AwsServiceException notAuthorized() {
    return Errors.of(KmsException.builder(), 400, "NotAuthorizedException", "");
  }

  static AwsServiceException notFound(String message) {
    return Errors.of(NotFoundException.builder(), 400, "NotFoundException", message);
  }

  static AwsServiceException noKey(KeyRef key) {
    return notFound("Key '" + key.arn() + "' does not exist");
  }

  static AwsServiceException noAlias(String arn) {
    return notFound("Alias " + arn + " is not found.");
  }

  static AwsServiceException invalidArn(String message) {
    return Errors.of(InvalidArnException.builder(), 400, "InvalidArnException", message);
  }

  static AwsServiceException alreadyExists(String message) {
    return Errors.of(AlreadyExistsException.builder(), 400, "AlreadyExistsException", message);
  }

  static AwsServiceException aliasName(String message) {
    return Errors.of(
        InvalidAliasNameException.builder(), 400, "InvalidAliasNameException", message);
  }

  static AwsServiceException disabled(String arn) {
    return Errors.of(DisabledException.builder(), 400, "DisabledException", arn + " is disabled.");
  }

  static AwsServiceException state(String message) {
    return Errors.of(KmsInvalidStateException.builder(), 400, "KMSInvalidStateException", message);
  }

  static AwsServiceException usage(String message) {
    return Errors.of(InvalidKeyUsageException.builder(), 400, "InvalidKeyUsageException", message);
  }

  static AwsServiceException ciphertext() {
    return Errors.of(InvalidCiphertextException.builder(), 400, "InvalidCiphertextException", "");
  }

  static AwsServiceException incorrectKey() {
    return Errors.of(
        IncorrectKeyException.builder(),
        400,
        "IncorrectKeyException",
        "The key ID in the request does not identify a CMK that can perform this operation.");
  }

  static AwsServiceException unreadable() {
    return denied(
        "The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.");
  }

  static AwsServiceException dryRun() {
    return Errors.of(
        DryRunOperationException.builder(),
        400,
        "DryRunOperationException",
        "The request would have succeeded, but the DryRun option is set.");
  }

  static AwsServiceException signature() {
    return Errors.of(
        KmsInvalidSignatureException.builder(), 400, "KMSInvalidSignatureException", "");
  }

  static AwsServiceException mac() {
    return Errors.of(KmsInvalidMacException.builder(), 400, "KMSInvalidMacException", "");
  }

  static AwsServiceException unsupported(String message) {
    return Errors.of(
        UnsupportedOperationException.builder(), 400, "UnsupportedOperationException", message);
  }

  static AwsServiceException policy(String message) {
    return Errors.of(
        MalformedPolicyDocumentException.builder(),
        400,
        "MalformedPolicyDocumentException",
        message);
  }

  static AwsServiceException tag(String message) {
    return Errors.of(TagException.builder(), 400, "TagException", message);
  }

  static AwsServiceException limit(String message) {
    return Errors.of(LimitExceededException.builder(), 400, "LimitExceededException", message);
  }

  static AwsServiceException marker() {
    return Errors.of(InvalidMarkerException.builder(), 400, "InvalidMarkerException", "");
  }

  static AwsServiceException grantToken() {
    return Errors.of(
        InvalidGrantTokenException.builder(),
        400,
        "InvalidGrantTokenException",
        "Invalid grant token.");
  }

  static AwsServiceException conflict(String message) {
    return Errors.of(ConflictException.builder(), 400, "ConflictException", message);
  }

  static AwsServiceException importToken() {
    return Errors.of(InvalidImportTokenException.builder(), 400, "InvalidImportTokenException", "");
  }

  static AwsServiceException incorrectMaterial(String message) {
    return Errors.of(
        IncorrectKeyMaterialException.builder(), 400, "IncorrectKeyMaterialException", message);
  }

  /// Something that AWS has and Terrarium does not.
  static AwsServiceException missing(String what) {
    return Errors.of(501, "NotImplemented", "Terrarium does not implement kms with " + what);
  }
}
