package dev.terrarium.testkit;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/// Puts the seed, and how to see the failure again, in front of every failure.
final class SeedReporter implements TestExecutionExceptionHandler {
  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure) {
    var seed = context.getDisplayName().replaceFirst("^seed ", "");
    throw new AssertionError("replay with -Dseed=" + seed + ": " + failure.getMessage(), failure);
  }
}
