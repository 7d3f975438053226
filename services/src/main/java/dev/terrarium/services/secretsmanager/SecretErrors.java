package dev.terrarium.services.secretsmanager;

import dev.terrarium.kernel.Errors;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.secretsmanager.model.DecryptionFailureException;
import software.amazon.awssdk.services.secretsmanager.model.EncryptionFailureException;
import software.amazon.awssdk.services.secretsmanager.model.InvalidNextTokenException;
import software.amazon.awssdk.services.secretsmanager.model.InvalidParameterException;
import software.amazon.awssdk.services.secretsmanager.model.InvalidRequestException;
import software.amazon.awssdk.services.secretsmanager.model.MalformedPolicyDocumentException;
import software.amazon.awssdk.services.secretsmanager.model.PublicPolicyException;
import software.amazon.awssdk.services.secretsmanager.model.ResourceExistsException;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;
import software.amazon.awssdk.services.secretsmanager.model.SecretsManagerException;

/// Secrets Manager's errors, as AWS words them.
final class SecretErrors {
  private SecretErrors() {}

  static AwsServiceException validation(String message) {
    return Errors.of(SecretsManagerException.builder(), 400, "ValidationException", message);
  }

  static AwsServiceException denied(String message) {
    return Errors.of(SecretsManagerException.builder(), 400, "AccessDeniedException", message);
  }

  static AwsServiceException notFound(String message) {
    return Errors.of(
        ResourceNotFoundException.builder(), 400, "ResourceNotFoundException", message);
  }

  static AwsServiceException noSecret() {
    return notFound("Secrets Manager can't find the specified secret.");
  }

  static AwsServiceException noValue(String what) {
    return notFound("Secrets Manager can't find the specified secret value for " + what);
  }

  static AwsServiceException exists(String message) {
    return Errors.of(ResourceExistsException.builder(), 400, "ResourceExistsException", message);
  }

  static AwsServiceException parameter(String message) {
    return Errors.of(
        InvalidParameterException.builder(), 400, "InvalidParameterException", message);
  }

  static AwsServiceException request(String message) {
    return Errors.of(InvalidRequestException.builder(), 400, "InvalidRequestException", message);
  }

  static AwsServiceException deleted() {
    return request(
        "You can't perform this operation on the secret because it was marked for deletion.");
  }

  static AwsServiceException replica() {
    return request(
        "Operation not permitted on a replica secret. Call must be made in primary secret's region.");
  }

  static AwsServiceException token() {
    return Errors.of(
        InvalidNextTokenException.builder(),
        400,
        "InvalidNextTokenException",
        "Invalid NextToken value.");
  }

  static AwsServiceException encryption() {
    return Errors.of(
        EncryptionFailureException.builder(),
        400,
        "EncryptionFailure",
        "Secrets Manager can't encrypt the protected secret text using the provided KMS key. Check that the KMS key is available, enabled, and not in an invalid state.");
  }

  static AwsServiceException decryption() {
    return Errors.of(
        DecryptionFailureException.builder(),
        400,
        "DecryptionFailure",
        "Secrets Manager can't decrypt the protected secret text using the provided KMS key.");
  }

  static AwsServiceException policy(String message) {
    return Errors.of(
        MalformedPolicyDocumentException.builder(),
        400,
        "MalformedPolicyDocumentException",
        message);
  }

  static AwsServiceException publicPolicy() {
    return Errors.of(
        PublicPolicyException.builder(),
        400,
        "PublicPolicyException",
        "You must remove the public access that the resource policy grants before you attach it.");
  }

  /// Something that AWS has and Terrarium does not.
  static AwsServiceException missing(String what) {
    return Errors.of(
        501, "NotImplemented", "Terrarium does not implement secretsmanager with " + what);
  }
}
