package dev.terrarium.services.ecr;

import dev.terrarium.kernel.Errors;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.ecr.model.ImageNotFoundException;
import software.amazon.awssdk.services.ecr.model.InvalidParameterException;
import software.amazon.awssdk.services.ecr.model.InvalidTagParameterException;
import software.amazon.awssdk.services.ecr.model.LifecyclePolicyNotFoundException;
import software.amazon.awssdk.services.ecr.model.RepositoryAlreadyExistsException;
import software.amazon.awssdk.services.ecr.model.RepositoryNotFoundException;
import software.amazon.awssdk.services.ecr.model.RepositoryPolicyNotFoundException;
import software.amazon.awssdk.services.ecr.model.TooManyTagsException;

/// ECR's errors, as AWS words them.
final class EcrErrors {
  private EcrErrors() {}

  static AwsServiceException invalid(String message) {
    return Errors.of(
        InvalidParameterException.builder(), 400, "InvalidParameterException", message);
  }

  static AwsServiceException invalidTag(String message) {
    return Errors.of(
        InvalidTagParameterException.builder(), 400, "InvalidTagParameterException", message);
  }

  static AwsServiceException tooManyTags(RepositoryKey key) {
    return Errors.of(
        TooManyTagsException.builder(),
        400,
        "TooManyTagsException",
        "The tags for the repository " + where(key) + " exceed the limit of 50");
  }

  static AwsServiceException exists(RepositoryKey key) {
    return Errors.of(
        RepositoryAlreadyExistsException.builder(),
        400,
        "RepositoryAlreadyExistsException",
        "The repository " + where(key).replace("' in", "' already exists in"));
  }

  static AwsServiceException notFound(RepositoryKey key) {
    return Errors.of(
        RepositoryNotFoundException.builder(),
        400,
        "RepositoryNotFoundException",
        "The repository " + where(key).replace("' in", "' does not exist in"));
  }

  static AwsServiceException noPolicy(RepositoryKey key) {
    return Errors.of(
        RepositoryPolicyNotFoundException.builder(),
        400,
        "RepositoryPolicyNotFoundException",
        "Repository policy does not exist for the repository " + where(key));
  }

  static AwsServiceException noLifecycle(RepositoryKey key) {
    return Errors.of(
        LifecyclePolicyNotFoundException.builder(),
        400,
        "LifecyclePolicyNotFoundException",
        "Lifecycle policy does not exist for the repository " + where(key));
  }

  static AwsServiceException noImage(RepositoryKey key, String id) {
    return Errors.of(
        ImageNotFoundException.builder(),
        400,
        "ImageNotFoundException",
        "The image with imageId {" + id + "} does not exist within the repository " + where(key));
  }

  private static String where(RepositoryKey key) {
    return "with name '" + key.name() + "' in the registry with id '" + key.account() + "'";
  }
}
