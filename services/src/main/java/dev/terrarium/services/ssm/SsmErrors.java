package dev.terrarium.services.ssm;

import dev.terrarium.kernel.Errors;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.ssm.model.HierarchyLevelLimitExceededException;
import software.amazon.awssdk.services.ssm.model.InvalidAllowedPatternException;
import software.amazon.awssdk.services.ssm.model.InvalidFilterKeyException;
import software.amazon.awssdk.services.ssm.model.InvalidFilterOptionException;
import software.amazon.awssdk.services.ssm.model.InvalidFilterValueException;
import software.amazon.awssdk.services.ssm.model.InvalidKeyIdException;
import software.amazon.awssdk.services.ssm.model.InvalidNextTokenException;
import software.amazon.awssdk.services.ssm.model.InvalidPolicyAttributeException;
import software.amazon.awssdk.services.ssm.model.InvalidPolicyTypeException;
import software.amazon.awssdk.services.ssm.model.InvalidResourceIdException;
import software.amazon.awssdk.services.ssm.model.MalformedResourcePolicyDocumentException;
import software.amazon.awssdk.services.ssm.model.ParameterAlreadyExistsException;
import software.amazon.awssdk.services.ssm.model.ParameterMaxVersionLimitExceededException;
import software.amazon.awssdk.services.ssm.model.ParameterNotFoundException;
import software.amazon.awssdk.services.ssm.model.ParameterPatternMismatchException;
import software.amazon.awssdk.services.ssm.model.ParameterVersionLabelLimitExceededException;
import software.amazon.awssdk.services.ssm.model.ParameterVersionNotFoundException;
import software.amazon.awssdk.services.ssm.model.PoliciesLimitExceededException;
import software.amazon.awssdk.services.ssm.model.ResourceNotFoundException;
import software.amazon.awssdk.services.ssm.model.ResourcePolicyConflictException;
import software.amazon.awssdk.services.ssm.model.ResourcePolicyInvalidParameterException;
import software.amazon.awssdk.services.ssm.model.ResourcePolicyLimitExceededException;
import software.amazon.awssdk.services.ssm.model.ResourcePolicyNotFoundException;
import software.amazon.awssdk.services.ssm.model.SsmException;
import software.amazon.awssdk.services.ssm.model.TooManyTagsErrorException;

/// Parameter Store's errors, as AWS words them. The codes of most lack the word `Exception`.
final class SsmErrors {
  private SsmErrors() {}

  static AwsServiceException validation(String message) {
    return Errors.of(SsmException.builder(), 400, "ValidationException", message);
  }

  static AwsServiceException denied(String message) {
    return Errors.of(SsmException.builder(), 400, "AccessDeniedException", message);
  }

  static AwsServiceException notFound() {
    return Errors.of(ParameterNotFoundException.builder(), 400, "ParameterNotFound", "");
  }

  static AwsServiceException noVersion(String version, String name) {
    return Errors.of(
        ParameterVersionNotFoundException.builder(),
        400,
        "ParameterVersionNotFound",
        "Systems Manager could not find version %s of %s. Verify the version and try again."
            .formatted(version, name));
  }

  static AwsServiceException alreadyExists() {
    return Errors.of(
        ParameterAlreadyExistsException.builder(),
        400,
        "ParameterAlreadyExists",
        "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.");
  }

  static AwsServiceException tooDeep() {
    return Errors.of(
        HierarchyLevelLimitExceededException.builder(),
        400,
        "HierarchyLevelLimitExceededException",
        "A hierarchy can have a maximum of 15 levels. For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-parameter-name-constraints.html");
  }

  static AwsServiceException maxVersions(String name, long oldest) {
    return Errors.of(
        ParameterMaxVersionLimitExceededException.builder(),
        400,
        "ParameterMaxVersionLimitExceeded",
        "You attempted to create a new version of %s by calling the PutParameter API with the overwrite flag. Version %d, the oldest version, can't be deleted because it has a label associated with it. Move the label to another version of the parameter, and try again."
            .formatted(name, oldest));
  }

  static AwsServiceException allowedPattern(String message) {
    return Errors.of(
        InvalidAllowedPatternException.builder(), 400, "InvalidAllowedPatternException", message);
  }

  static AwsServiceException mismatch(String pattern) {
    return Errors.of(
        ParameterPatternMismatchException.builder(),
        400,
        "ParameterPatternMismatchException",
        "Parameter value, cannot be validated against allowedPattern: " + pattern);
  }

  static AwsServiceException keyId(String message) {
    return Errors.of(InvalidKeyIdException.builder(), 400, "InvalidKeyId", message);
  }

  static AwsServiceException filterKey(String message) {
    return Errors.of(InvalidFilterKeyException.builder(), 400, "InvalidFilterKey", message);
  }

  static AwsServiceException filterOption(String message) {
    return Errors.of(InvalidFilterOptionException.builder(), 400, "InvalidFilterOption", message);
  }

  static AwsServiceException filterValue(String message) {
    return Errors.of(InvalidFilterValueException.builder(), 400, "InvalidFilterValue", message);
  }

  static AwsServiceException token() {
    return Errors.of(
        InvalidNextTokenException.builder(),
        400,
        "InvalidNextToken",
        "The specified token is not valid.");
  }

  static AwsServiceException policyType(String message) {
    return Errors.of(
        InvalidPolicyTypeException.builder(), 400, "InvalidPolicyTypeException", message);
  }

  static AwsServiceException policyAttribute(String message) {
    return Errors.of(
        InvalidPolicyAttributeException.builder(), 400, "InvalidPolicyAttributeException", message);
  }

  static AwsServiceException policiesLimit() {
    return Errors.of(
        PoliciesLimitExceededException.builder(),
        400,
        "PoliciesLimitExceededException",
        "You specified more than the maximum number of allowed policies for the parameter. The maximum is 10.");
  }

  static AwsServiceException labelLimit() {
    return Errors.of(
        ParameterVersionLabelLimitExceededException.builder(),
        400,
        "ParameterVersionLabelLimitExceeded",
        "A parameter version can have maximum 10 labels.Move one or more labels to another version and try again.");
  }

  static AwsServiceException resourceId() {
    return Errors.of(InvalidResourceIdException.builder(), 400, "InvalidResourceId", "");
  }

  static AwsServiceException tooManyTags() {
    return Errors.of(TooManyTagsErrorException.builder(), 400, "TooManyTagsError", "");
  }

  static AwsServiceException noResource(String message) {
    return Errors.of(
        ResourceNotFoundException.builder(), 400, "ResourceNotFoundException", message);
  }

  static AwsServiceException policyInvalid(String message) {
    return Errors.of(
        ResourcePolicyInvalidParameterException.builder(),
        400,
        "ResourcePolicyInvalidParameterException",
        message);
  }

  static AwsServiceException policyConflict() {
    return Errors.of(
        ResourcePolicyConflictException.builder(),
        400,
        "ResourcePolicyConflictException",
        "The hash provided in the call doesn't match the stored hash.");
  }

  static AwsServiceException noPolicy() {
    return Errors.of(
        ResourcePolicyNotFoundException.builder(),
        400,
        "ResourcePolicyNotFoundException",
        "No policies with the specified policy ID could be found.");
  }

  static AwsServiceException policyLimit() {
    return Errors.of(
        ResourcePolicyLimitExceededException.builder(),
        400,
        "ResourcePolicyLimitExceededException",
        "The PutResourcePolicy API action enforces two limits. A policy can't be greater than 1024 bytes in size. And only one policy can be attached to a resource.");
  }

  static AwsServiceException malformedPolicy(String message) {
    return Errors.of(
        MalformedResourcePolicyDocumentException.builder(),
        400,
        "MalformedResourcePolicyDocumentException",
        message);
  }

  /// Something that AWS has and Terrarium does not.
  static AwsServiceException missing(String what) {
    return Errors.of(501, "NotImplemented", "Terrarium does not implement ssm with " + what);
  }
}
