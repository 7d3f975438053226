package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Cloud;

/// The functions' CloudWatch metrics.
final class FunctionMetrics implements AutoCloseable {
  FunctionMetrics(Cloud cloud) {}

  void invoked(FunctionKey function, double millis, boolean failed) {}

  void throttled(FunctionKey function) {}

  @Override
  public void close() {}
}
