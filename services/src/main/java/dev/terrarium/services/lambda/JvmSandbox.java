package dev.terrarium.services.lambda;

import dev.terrarium.kernel.time.Clock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.IntConsumer;

/// A sandbox inside of this JVM: a class loader and a thread of its own.
///
/// The cheapest and the one that a debugger sees into, but less of a sandbox than a process: a
/// handler that is out of time is interrupted and left alone, and if it does not heed that it goes
/// on; system properties are everybody's; java.util.logging's console writes to this process's own
/// output.
final class JvmSandbox implements Sandbox {
  /// Thrown through user code by `System.exit`.
  private static final class Exit extends Error {
    private static final long serialVersionUID = 1L;
    final int status;

    Exit(int status) {
      super("exit " + status, null, false, false);
      this.status = status;
    }
  }

  private final SandboxSetup setup;
  private final SandboxClassLoader loader;
  private final Map<String, String> environment;
  private final Thread thread;
  private final Handover handover;

  JvmSandbox(Clock clock, SandboxSetup setup) {
    this.setup = setup;
    this.handover = new Handover(clock, setup.timeoutSeconds());
    this.environment = new java.util.concurrent.ConcurrentHashMap<>(setup.environment());
    loader =
        SandboxClassLoader.of(SandboxClassLoader.classPath(setup.code(), setup.layers()), true);
    prepareBridge();
    thread =
        Thread.ofPlatform().daemon().name("lambda-" + setup.function().name()).unstarted(this::run);
    thread.setContextClassLoader(loader);
    thread.start();
    handover.awaitReady(() -> false);
  }

  private void prepareBridge() {
    var bridge = loader.bridge();
    var output = new PrintStream(new Lines(), true, StandardCharsets.UTF_8);
    try {
      bridge.getField("environment").set(null, java.util.Collections.unmodifiableMap(environment));
      bridge.getField("out").set(null, output);
      bridge.getField("err").set(null, output);
      IntConsumer exit =
          status -> {
            throw new Exit(status);
          };
      bridge.getField("exit").set(null, exit);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Outcome invoke(Invocation invocation) {
    return handover.run(invocation, () -> null, Long.MAX_VALUE, () -> null);
  }

  /// The JVM's own use of its heap, since what of it is the sandbox's cannot be told.
  @Override
  public int memoryUsedMegabytes() {
    var runtime = Runtime.getRuntime();
    var used = (int) ((runtime.totalMemory() - runtime.freeMemory()) >> 20);
    return Math.clamp(used, 1, setup.configuration().memorySize());
  }

  @Override
  public void close() {
    handover.close();
    thread.interrupt();
    try {
      loader.close();
    } catch (IOException e) {
      System.getLogger(JvmSandbox.class.getName())
          .log(System.Logger.Level.DEBUG, "Closing a class loader", e);
    }
  }

  private void run() {
    JavaHandler handler;
    try {
      handler = JavaHandler.load(loader, setup.configuration().handler());
    } catch (Throwable e) {
      failed(e);
      return;
    }
    try {
      while (!handover.closed()) {
        var invocation = handover.take();
        handover.finish(invocation.requestId(), handle(handler, invocation));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private Outcome handle(JavaHandler handler, Invocation invocation) {
    environment.put("_X_AMZN_TRACE_ID", invocation.traceHeader());
    var context =
        new JavaContext(
            invocation.requestId(),
            invocation.functionArn(),
            invocation.traceHeader(),
            invocation.clientContext(),
            environment,
            () -> handover.left().toMillis(),
            setup.log()::line);
    try {
      return Outcome.success(handler.handle(invocation.payload(), context));
    } catch (Exit e) {
      return Outcome.platform(
          "Runtime.ExitError",
          "RequestId: "
              + invocation.requestId()
              + " Error: Runtime exited "
              + (e.status == 0
                  ? "without providing a reason"
                  : "with error: exit status " + e.status));
    } catch (Throwable e) {
      setup.log().line(JavaErrors.text(e));
      return Outcome.failure(JavaErrors.json(e), !(e instanceof VirtualMachineError));
    }
  }

  private void failed(Throwable error) {
    setup.log().line(JavaErrors.text(error));
    handover.failInit(Outcome.failure(JavaErrors.json(error), false));
  }

  /// What is printed, as lines to the log.
  private final class Lines extends OutputStream {
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    @Override
    public synchronized void write(int b) {
      if (b == '\n') {
        setup.log().line(line.toString(StandardCharsets.UTF_8));
        line.reset();
      } else {
        line.write(b);
      }
    }
  }
}
