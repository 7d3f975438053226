package dev.terrarium.services.lambda;

/// An event source mapping at work.
sealed interface Poller permits QueuePoller, StreamPoller {
  /// Begins, once.
  void start();

  /// Takes nothing more. What is being handled is handled to its end, then `whenEnded` runs, on any
  /// thread.
  void stop(Runnable whenEnded);

  /// Ends because everything does; what is being handled comes again.
  void abandon();
}
