package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Scope;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/// How many invocations run at once, per function and in all, and how many may.
final class Concurrency {
  /// AWS's default for an account and region.
  static final int ACCOUNT_MAX = 1000;

  /// What no reservation may eat into.
  static final int UNRESERVED_MIN = 100;

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<FunctionKey, Integer> running = new HashMap<>();
  private final Map<Scope, Integer> unreservedRunning = new HashMap<>();
  private final Map<FunctionKey, Integer> reserved = new HashMap<>();
  private final Map<Scope, Integer> reservedSum = new HashMap<>();

  Concurrency(LambdaState state) {
    state.functions.scan((key, function) -> {
      if (function.reserved() >= 0) {
        reserve(key, function.reserved());
      }
      return true;
    });
  }

  /// Takes note of a reservation; -1 takes it back.
  void reserve(FunctionKey function, int count) {
    lock.lock();
    try {
      var before = count < 0 ? reserved.remove(function) : reserved.put(function, count);
      var change = Math.max(0, count) - (before == null ? 0 : before);
      reservedSum.merge(function.scope(), change, Integer::sum);
    } finally {
      lock.unlock();
    }
  }

  /// What is reserved in an account and region by all functions but one.
  int reservedBesides(FunctionKey function) {
    lock.lock();
    try {
      return reservedSum.getOrDefault(function.scope(), 0) - reserved.getOrDefault(function, 0);
    } finally {
      lock.unlock();
    }
  }

  /// What is not reserved.
  int unreserved(Scope scope) {
    lock.lock();
    try {
      return ACCOUNT_MAX - reservedSum.getOrDefault(scope, 0);
    } finally {
      lock.unlock();
    }
  }

  /// Begins an invocation, or refuses it; tells whether it runs on a reservation.
  boolean enter(FunctionKey function) {
    lock.lock();
    try {
      var own = reserved.get(function);
      var now = running.getOrDefault(function, 0);
      var scope = function.scope();
      if (own != null) {
        if (now >= own) {
          throw LambdaErrors.throttled("ReservedFunctionConcurrentInvocationLimitExceeded");
        }
      } else {
        var all = unreservedRunning.getOrDefault(scope, 0);
        if (all >= ACCOUNT_MAX - reservedSum.getOrDefault(scope, 0)) {
          throw LambdaErrors.throttled("ConcurrentInvocationLimitExceeded");
        }
        unreservedRunning.put(scope, all + 1);
      }
      running.put(function, now + 1);
      return own != null;
    } finally {
      lock.unlock();
    }
  }

  /// Ends one.
  ///
  /// @param wasReserved what [#enter] told
  void leave(FunctionKey function, boolean wasReserved) {
    lock.lock();
    try {
      running.computeIfPresent(function, (key, count) -> count == 1 ? null : count - 1);
      if (!wasReserved) {
        unreservedRunning.computeIfPresent(function.scope(), (key, count) -> count - 1);
      }
    } finally {
      lock.unlock();
    }
  }

  /// How many run now.
  int running(FunctionKey function) {
    lock.lock();
    try {
      return running.getOrDefault(function, 0);
    } finally {
      lock.unlock();
    }
  }
}
