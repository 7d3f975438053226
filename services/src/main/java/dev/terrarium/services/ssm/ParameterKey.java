package dev.terrarium.services.ssm;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.KeyCodec;

/// Which parameter.
///
/// @param name as it was given: a path if it begins with a slash
record ParameterKey(String account, String region, String name) {
  static final KeyCodec<ParameterKey> CODEC =
      KeyCodec.of(
          (key, to) -> to.string(key.account).string(key.region).string(key.name),
          from -> new ParameterKey(from.string(), from.string(), from.string()));

  /// The parameter of a name, or of the ARN of one.
  static ParameterKey of(String name) {
    return of(Call.current().scope(), name);
  }

  static ParameterKey of(Scope scope, String name) {
    var arn = Arn.of(name);
    if (arn.isPresent() && arn.get().resource().startsWith("parameter/")) {
      var path = arn.get().resource().substring("parameter".length());
      var bare = path.indexOf('/', 1) < 0 ? path.substring(1) : path;
      return new ParameterKey(arn.get().account(), arn.get().region(), bare);
    }
    return new ParameterKey(scope.account(), scope.region(), name);
  }

  Scope scope() {
    return new Scope(account, region);
  }

  String arn() {
    return scope().arn("ssm", name.startsWith("/") ? "parameter" + name : "parameter/" + name);
  }
}
