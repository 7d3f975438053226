package dev.terrarium.services.codedeploy;

import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.KeyCodec;

/// Under what something is stored.
///
/// @param application what a group or a revision is of; empty for what stands alone
/// @param name an application's, a group's or a configuration's name, a deployment's id
record DeployKey(String account, String region, String application, String name) {
  static final KeyCodec<DeployKey> CODEC =
      KeyCodec.of(
          (key, writer) ->
              writer
                  .string(key.account)
                  .string(key.region)
                  .string(key.application)
                  .string(key.name),
          reader ->
              new DeployKey(reader.string(), reader.string(), reader.string(), reader.string()));

  static DeployKey of(Scope scope, String name) {
    return new DeployKey(scope.account(), scope.region(), "", name);
  }

  static DeployKey of(Scope scope, String application, String name) {
    return new DeployKey(scope.account(), scope.region(), application, name);
  }

  Scope scope() {
    return new Scope(account, region);
  }

  /// What is signalled when a deployment changes.
  String signal() {
    return scope().arn("codedeploy", "deployment:" + name);
  }

  /// The ARN of an application.
  static String application(Scope scope, String name) {
    return scope.arn("codedeploy", "application:" + name);
  }

  /// The ARN of a deployment group.
  static String group(Scope scope, String application, String name) {
    return scope.arn("codedeploy", "deploymentgroup:" + application + "/" + name);
  }
}
