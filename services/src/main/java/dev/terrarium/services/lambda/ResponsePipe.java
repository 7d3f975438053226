package dev.terrarium.services.lambda;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Carries an answer, piece by piece, from the thread on which a function runs to the one that
/// wants it. A function that is faster than its reader waits.
final class ResponsePipe implements ResponseSink {
  private static final int PIECES_MAX = 16;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<byte[]> pieces = new ArrayDeque<>();
  private @Nullable String contentType;
  private Dispatcher.@Nullable Completed completed;
  private @Nullable RuntimeException failure;
  private boolean abandoned;

  @Override
  public void begin(String type) {
    lock.lock();
    try {
      contentType = type.isEmpty() ? "application/octet-stream" : type;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void write(byte[] bytes, int length) throws IOException {
    lock.lock();
    try {
      while (pieces.size() >= PIECES_MAX && !abandoned) {
        changed.await();
      }
      if (abandoned) {
        throw new IOException("Nobody wants the answer any more");
      }
      pieces.add(Arrays.copyOf(bytes, length));
      changed.signalAll();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    } finally {
      lock.unlock();
    }
  }

  /// Runs the invocation; whatever comes of it goes through the pipe.
  void run(java.util.function.Supplier<Dispatcher.Completed> invocation) {
    Dispatcher.Completed ended = null;
    RuntimeException thrown = null;
    try {
      ended = invocation.get();
    } catch (RuntimeException e) {
      thrown = e;
    }
    lock.lock();
    try {
      completed = ended;
      failure = thrown;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// The answer's content type, as soon as it begins.
  ///
  /// @throws RuntimeException what kept the function from running
  String awaitBegin() throws InterruptedException {
    lock.lock();
    try {
      while (contentType == null && completed == null && failure == null) {
        changed.await();
      }
      if (failure != null) {
        throw failure;
      }
      return contentType == null ? "application/json" : contentType;
    } finally {
      lock.unlock();
    }
  }

  /// The next piece, or null if there is no more and [#completed] tells how it ended.
  ///
  /// @throws RuntimeException what kept the function from running to its end
  byte @Nullable [] next() throws InterruptedException {
    lock.lock();
    try {
      while (pieces.isEmpty() && completed == null && failure == null) {
        changed.await();
      }
      if (pieces.isEmpty() && failure != null) {
        throw failure;
      }
      changed.signalAll();
      return pieces.poll();
    } finally {
      lock.unlock();
    }
  }

  /// How the invocation ended.
  Dispatcher.Completed completed() {
    lock.lock();
    try {
      return java.util.Objects.requireNonNull(completed);
    } finally {
      lock.unlock();
    }
  }

  /// Nobody wants more of it.
  void abandon() {
    lock.lock();
    try {
      abandoned = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
