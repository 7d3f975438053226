package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.Key;

/// A function's place.
record FunctionKey(Scope scope, String name) {
  /// The version that changes.
  static final String LATEST = "$LATEST";

  /// The ARN without a qualifier.
  String arn() {
    return scope.arn("lambda", "function:" + name);
  }

  /// The ARN of a version or alias.
  String arn(String qualifier) {
    return arn() + ":" + qualifier;
  }

  static void write(FunctionKey key, Key.Writer to) {
    to.string(key.scope.account()).string(key.scope.region()).string(key.name);
  }

  static FunctionKey read(Key.Reader from) {
    return new FunctionKey(new Scope(from.string(), from.string()), from.string());
  }

  /// The beginning of the keys of everything that belongs to the function.
  Object[] parts() {
    return new Object[] {scope.account(), scope.region(), name};
  }
}
