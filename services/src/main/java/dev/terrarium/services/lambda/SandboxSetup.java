package dev.terrarium.services.lambda;

import java.nio.file.Path;
import java.util.Map;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;

/// What a sandbox is made from.
///
/// @param code the version's files
/// @param layers its layers' files, one over the other; an empty folder if it has none
/// @param environment every environment variable of the function
record SandboxSetup(
    FunctionKey function,
    FunctionConfiguration configuration,
    Path code,
    Path layers,
    Map<String, String> environment,
    SandboxLog log) {
  /// How long an invocation may take.
  int timeoutSeconds() {
    return configuration.timeout();
  }
}
