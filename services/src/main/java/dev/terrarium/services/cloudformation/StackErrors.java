package dev.terrarium.services.cloudformation;

import dev.terrarium.kernel.Errors;
import dev.terrarium.services.cloudformation.template.TemplateException;
import software.amazon.awssdk.services.cloudformation.model.AlreadyExistsException;
import software.amazon.awssdk.services.cloudformation.model.ChangeSetNotFoundException;
import software.amazon.awssdk.services.cloudformation.model.CloudFormationException;
import software.amazon.awssdk.services.cloudformation.model.InsufficientCapabilitiesException;

/// CloudFormation's errors.
final class StackErrors {
  private StackErrors() {}

  static CloudFormationException validation(String message) {
    return Errors.of(CloudFormationException.builder(), 400, "ValidationError", message);
  }

  static CloudFormationException validation(TemplateException cause) {
    var error = validation(String.valueOf(cause.getMessage()));
    error.addSuppressed(cause);
    return error;
  }

  static CloudFormationException noStack(String name) {
    return validation("Stack with id " + name + " does not exist");
  }

  static AlreadyExistsException alreadyExists(String message) {
    return Errors.of(AlreadyExistsException.builder(), 400, "AlreadyExistsException", message);
  }

  static InsufficientCapabilitiesException capabilities(String needed) {
    return Errors.of(
        InsufficientCapabilitiesException.builder(),
        400,
        "InsufficientCapabilitiesException",
        "Requires capabilities : [" + needed + "]");
  }

  static ChangeSetNotFoundException noChangeSet(String name) {
    return Errors.of(
        ChangeSetNotFoundException.builder(),
        404,
        "ChangeSetNotFound",
        "ChangeSet [" + name + "] does not exist");
  }
}
