package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.services.lambda.LambdaState.QualifiedKey;
import dev.terrarium.services.lambda.LambdaState.Version;

/// Finds the version that an invocation runs: the named one, or one of an alias's by its weights.
final class VersionRouter {
  private final Cloud cloud;
  private final LambdaState state;

  VersionRouter(Cloud cloud, LambdaState state) {
    this.cloud = cloud;
    this.state = state;
  }

  /// The version to run.
  Version route(FunctionReference reference) {
    var function = reference.function();
    var name = reference.qualifierOrLatest();
    var version = state.version(function, name);
    if (version != null) {
      return version;
    }
    var alias = state.aliases.get(new QualifiedKey(function, name));
    if (alias != null) {
      var chosen = alias.functionVersion();
      if (alias.routingConfig() != null) {
        var draw = cloud.ids().fraction();
        for (var weight : alias.routingConfig().additionalVersionWeights().entrySet()) {
          if (draw < weight.getValue()) {
            chosen = weight.getKey();
            break;
          }
          draw -= weight.getValue();
        }
      }
      version = state.version(function, chosen);
    }
    if (version == null) {
      throw LambdaErrors.noFunction(reference.arn());
    }
    return version;
  }
}
