package dev.terrarium.services.codedeploy;

import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Page;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.codedeploy.model.ApplicationDoesNotExistException;
import software.amazon.awssdk.services.codedeploy.model.ApplicationNameRequiredException;
import software.amazon.awssdk.services.codedeploy.model.BatchLimitExceededException;
import software.amazon.awssdk.services.codedeploy.model.DeploymentConfigDoesNotExistException;
import software.amazon.awssdk.services.codedeploy.model.DeploymentConfigNameRequiredException;
import software.amazon.awssdk.services.codedeploy.model.DeploymentDoesNotExistException;
import software.amazon.awssdk.services.codedeploy.model.DeploymentGroupDoesNotExistException;
import software.amazon.awssdk.services.codedeploy.model.DeploymentGroupNameRequiredException;
import software.amazon.awssdk.services.codedeploy.model.DeploymentIdRequiredException;
import software.amazon.awssdk.services.codedeploy.model.InvalidApplicationNameException;
import software.amazon.awssdk.services.codedeploy.model.InvalidDeploymentConfigNameException;
import software.amazon.awssdk.services.codedeploy.model.InvalidDeploymentGroupNameException;
import software.amazon.awssdk.services.codedeploy.model.InvalidDeploymentIdException;
import software.amazon.awssdk.services.codedeploy.model.InvalidNextTokenException;

/// CodeDeploy's errors and what its names must be like, as AWS words them. There is no general
/// error of validation: each parameter has its own.
final class DeployErrors {
  private static final int NAME_LENGTH_MAX = 100;
  private static final int BATCH_MAX = 100;
  private static final int PAGE_SIZE = 100;
  private static final Pattern ID = Pattern.compile("d-[A-Z0-9]{9}");

  private DeployErrors() {}

  /// An error whose code is the name of its type.
  static AwsServiceException of(AwsServiceException.Builder builder, String message) {
    var type = builder.build().getClass().getSimpleName().replace("Ec2", "EC2");
    return Errors.of(builder, 400, type, message);
  }

  static AwsServiceException noApplication(String name) {
    return of(ApplicationDoesNotExistException.builder(), "No application found for name: " + name);
  }

  static AwsServiceException noGroup(String name) {
    return of(
        DeploymentGroupDoesNotExistException.builder(),
        "No Deployment Group found for name: " + name);
  }

  static AwsServiceException noConfig(String name) {
    return of(
        DeploymentConfigDoesNotExistException.builder(),
        "No Deployment Configuration found for name: " + name);
  }

  static AwsServiceException noDeployment(String id) {
    return of(
        DeploymentDoesNotExistException.builder(), "The deployment " + id + " could not be found");
  }

  static String applicationName(@Nullable String name) {
    if (name == null || name.isEmpty()) {
      throw of(ApplicationNameRequiredException.builder(), "The application name is required");
    }
    if (name.length() > NAME_LENGTH_MAX) {
      throw of(
          InvalidApplicationNameException.builder(),
          "The application name exceeds " + NAME_LENGTH_MAX + " characters");
    }
    return name;
  }

  static String groupName(@Nullable String name) {
    if (name == null || name.isEmpty()) {
      throw of(
          DeploymentGroupNameRequiredException.builder(), "The deployment group name is required");
    }
    if (name.length() > NAME_LENGTH_MAX) {
      throw of(
          InvalidDeploymentGroupNameException.builder(),
          "The deployment group name exceeds " + NAME_LENGTH_MAX + " characters");
    }
    return name;
  }

  static String configName(@Nullable String name) {
    if (name == null || name.isEmpty()) {
      throw of(
          DeploymentConfigNameRequiredException.builder(),
          "The deployment configuration name is required");
    }
    if (name.length() > NAME_LENGTH_MAX) {
      throw of(
          InvalidDeploymentConfigNameException.builder(),
          "The deployment configuration name exceeds " + NAME_LENGTH_MAX + " characters");
    }
    return name;
  }

  static String deploymentId(@Nullable String id) {
    if (id == null || id.isEmpty()) {
      throw of(DeploymentIdRequiredException.builder(), "The deployment ID is required");
    }
    if (!ID.matcher(id).matches()) {
      throw of(
          InvalidDeploymentIdException.builder(),
          "Specified DeploymentId is not in the valid format: " + id);
    }
    return id;
  }

  /// What a batch asks for, which must not be too much.
  static List<String> batch(List<String> names) {
    if (names.size() > BATCH_MAX) {
      throw of(
          BatchLimitExceededException.builder(),
          "The maximum number of names or IDs allowed for this request (100) was exceeded.");
    }
    return names;
  }

  /// A page of a list that is in the order of its names.
  static <T> Page<T> page(List<T> all, Function<T, String> name, @Nullable String token) {
    try {
      return Page.behind(token, all, name, PAGE_SIZE);
    } catch (IllegalArgumentException e) {
      var error = of(InvalidNextTokenException.builder(), "The next token is invalid");
      error.addSuppressed(e);
      throw error;
    }
  }
}
