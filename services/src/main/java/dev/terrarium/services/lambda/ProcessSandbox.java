package dev.terrarium.services.lambda;

import dev.terrarium.kernel.time.Clock;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A sandbox that is a process of its own and speaks the Runtime API.
///
/// The process's output comes through one pipe. Before it posts an answer, a bootstrap of ours
/// writes a line that is only `\0`; the answer is taken as complete when the reader has met it, so
/// that everything printed stands before `END` in the log. A function's own bootstrap writes no
/// such line, and its last lines may come a moment late, as on AWS.
final class ProcessSandbox implements Sandbox, RuntimeApi.Host {
  private static final Duration FLUSH_MAX = Duration.ofMillis(200);
  private static final Duration MEMORY_CHECK = Duration.ofMillis(100);
  private static final char LINE_BREAK_IN_MESSAGE = '\u001e';

  private final Clock clock;
  private final SandboxSetup setup;
  private final boolean marks;
  private final int megabytesMax;
  private final RuntimeApi api;
  private final Process process;
  private final Handover handover;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition marked = lock.newCondition();

  private long marksSeen;
  private long marksDue;
  private volatile int memoryUsed;

  /// Starts the process and waits until it asks for work, has failed, or 10 seconds have passed.
  ///
  /// @param marks whether the bootstrap ends an invocation's output with a `\0` line
  /// @param megabytesMax the memory beyond which the process is ended, or 0
  ProcessSandbox(
      Clock clock, SandboxSetup setup, List<String> command, boolean marks, int megabytesMax) {
    this.megabytesMax = megabytesMax;
    this.clock = clock;
    this.setup = setup;
    this.handover = new Handover(clock, setup.timeoutSeconds());
    this.marks = marks;
    try {
      api = new RuntimeApi(this);
      var builder = new ProcessBuilder(command).directory(setup.code().toFile());
      builder.redirectErrorStream(true);
      builder.environment().clear();
      builder.environment().putAll(setup.environment());
      builder.environment().put("AWS_LAMBDA_RUNTIME_API", api.address());
      process = start(builder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofPlatform().daemon().name("lambda-output-" + process.pid()).start(this::readOutput);
    var _ = process.onExit().thenRun(handover::wake);
    handover.awaitReady(() -> !process.isAlive());
  }

  private Process start(ProcessBuilder builder) throws IOException {
    try {
      return builder.start();
    } catch (IOException e) {
      api.close();
      throw e;
    }
  }

  @Override
  public Outcome invoke(Invocation invocation) {
    var id = invocation.requestId();
    var outcome =
        handover.run(
            invocation,
            () -> process.isAlive() ? null : crashed(id),
            megabytesMax > 0 ? MEMORY_CHECK.toNanos() : Long.MAX_VALUE,
            () -> hasTooMuchMemory() ? killed(id) : null);
    awaitOutput();
    return outcome;
  }

  @Override
  public RuntimeApi.Next next() throws InterruptedException {
    var invocation = handover.take();
    var deadline = clock.millis() - clock.offsetMillis() + handover.left().toMillis();
    return new RuntimeApi.Next(invocation, deadline);
  }

  @Override
  public void respond(String requestId, byte[] payload) {
    finish(
        requestId,
        payload.length > Invocations.SYNC_BYTES_MAX
            ? new Outcome(
                Outcome.platform(
                        "Function.ResponseSizeTooLarge",
                        "Response payload size exceeded maximum allowed payload size (6291556"
                            + " bytes).")
                    .payload(),
                "Unhandled",
                "Function.ResponseSizeTooLarge",
                false,
                true)
            : Outcome.success(payload));
  }

  @Override
  public void fail(String requestId, byte[] error, String errorType) {
    var handled = errorType.startsWith("Handled");
    finish(
        requestId, new Outcome(error, handled ? "Handled" : "Unhandled", errorType, false, true));
  }

  @Override
  public void failInit(byte[] error, String errorType) {
    handover.failInit(new Outcome(error, "Unhandled", errorType, false, false));
  }

  @Override
  public @Nullable ResponseSink sink(String requestId) {
    var invocation = handover.running(requestId);
    return invocation == null ? null : invocation.sink();
  }

  @Override
  public void streamed(String requestId, byte[] error, String errorType) {
    finish(
        requestId,
        errorType.isEmpty()
            ? Outcome.success(new byte[0])
            : new Outcome(error, "Unhandled", errorType, false, true));
  }

  private void finish(String requestId, Outcome result) {
    lock.lock();
    try {
      marksDue++;
    } finally {
      lock.unlock();
    }
    handover.finish(requestId, result);
  }

  @Override
  public int memoryUsedMegabytes() {
    var status = Path.of("/proc/" + process.pid() + "/status");
    if (memoryUsed == 0 || clock.ticks() % 16 == 0) {
      try {
        for (var line : Files.readAllLines(status)) {
          if (line.startsWith("VmHWM:")) {
            memoryUsed = Integer.parseInt(line.replaceAll("\\D", "")) / 1024;
          }
        }
      } catch (IOException _) {
        // It has ended, or this is no Linux: the last known value stands.
        return Math.max(1, memoryUsed);
      }
    }
    return Math.max(1, memoryUsed);
  }

  @Override
  public void close() {
    handover.close();
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    api.close();
  }

  /// Waits until the reader has met everything printed before the answer.
  private void awaitOutput() {
    if (!marks) {
      return;
    }
    var start = clock.ticks();
    lock.lock();
    try {
      while (marksSeen < marksDue && process.isAlive()) {
        var left = FLUSH_MAX.toNanos() - (clock.ticks() - start);
        if (left <= 0) {
          marksSeen = marksDue;
          return;
        }
        marked.awaitNanos(left);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  /// Whether the process has more memory of its own than the function may have.
  private boolean hasTooMuchMemory() {
    try {
      for (var line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
        if (line.startsWith("RssAnon:")) {
          return Integer.parseInt(line.replaceAll("\\D", "")) / 1024 > megabytesMax;
        }
      }
    } catch (IOException _) {
      // It has ended, or this is no Linux.
      return false;
    }
    return false;
  }

  private Outcome killed(String requestId) {
    memoryUsed = megabytesMax;
    process.destroyForcibly();
    return Outcome.platform(
        "Runtime.ExitError",
        "RequestId: " + requestId + " Error: Runtime exited with error: signal: killed");
  }

  private Outcome crashed(String requestId) {
    var prefix = "RequestId: " + requestId + " Error: ";
    var status = process.isAlive() ? -1 : process.exitValue();
    if (status == 0) {
      return Outcome.platform(
          "Runtime.ExitError", prefix + "Runtime exited without providing a reason");
    }
    var how =
        switch (status) {
          case 128 + 6 -> "signal: aborted";
          case 128 + 9 -> "signal: killed";
          case 128 + 11 -> "signal: segmentation fault";
          case 128 + 15 -> "signal: terminated";
          default -> "exit status " + status;
        };
    return Outcome.platform("Runtime.ExitError", prefix + "Runtime exited with error: " + how);
  }

  private void readOutput() {
    var line = new ByteArrayOutputStream();
    try (var in = new BufferedInputStream(process.getInputStream(), 16 * 1024)) {
      for (int b = in.read(); b >= 0; b = in.read()) {
        if (b == 0 && marks) {
          emit(line);
          mark();
        } else if (b == '\n') {
          emit(line);
        } else if (line.size() < 1024 * 1024) {
          line.write(b);
        }
      }
    } catch (IOException _) {
      // The process has ended.
    }
    emit(line);
  }

  private void emit(ByteArrayOutputStream line) {
    if (line.size() > 0) {
      setup.log().line(line.toString(StandardCharsets.UTF_8).replace(LINE_BREAK_IN_MESSAGE, '\n'));
      line.reset();
    }
  }

  private void mark() {
    lock.lock();
    try {
      marksSeen++;
      marked.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
