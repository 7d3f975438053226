package dev.terrarium.services.lambda;

/// A place where one version runs, one invocation at a time.
interface Sandbox extends AutoCloseable {
  /// Runs one invocation and returns when it has ended, one way or the other, at the latest after
  /// the version's timeout.
  Outcome invoke(Invocation invocation);

  /// The highest memory use so far in MB.
  int memoryUsedMegabytes();

  /// Ends whatever runs in it.
  @Override
  void close();
}
