package dev.terrarium.app;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.systems.CloudControl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The cloud that a run happens on.
abstract class RunCloud implements CloudControl, AutoCloseable {
  private static final int START_SECONDS_MAX = 60;

  private final URI endpoint;

  private RunCloud(int port) {
    this.endpoint = URI.create("http://localhost:" + port);
  }

  @Override
  public URI endpoint() {
    return endpoint;
  }

  @Override
  public abstract void close();

  /// One that was there before and stays.
  static RunCloud running(int port) {
    return new RunCloud(port) {
      @Override
      public void close() {}
    };
  }

  /// One in this process, for this run.
  static RunCloud inProcess(@Nullable Path data, int port) {
    var daemon =
        new Daemon(new Daemon.Settings(data, "127.0.0.1", port, false, Cloud.DEFAULT_SCOPE));
    return new RunCloud(daemon.port()) {
      @Override
      public void close() {
        daemon.close();
      }
    };
  }

  /// One in a process of its own, which can be killed.
  static RunCloud child(Path data, int port) throws IOException {
    return new Child(data, port == 0 ? freePort() : port);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static final class Child extends RunCloud {
    private final Path data;
    private final int port;
    private Process process;

    Child(Path data, int port) {
      super(port);
      this.data = data;
      this.port = port;
      this.process = start();
    }

    private Process start() {
      try {
        var started = new ProcessBuilder(command()).inheritIO().start();
        var remote = new Remote("http://localhost:" + port);
        for (int i = 0; i < START_SECONDS_MAX * 20; i++) {
          if (started.waitFor(50, TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("The cloud ended with " + started.exitValue());
          } else if (remote.isRunning()) {
            return started;
          }
        }
        started.destroyForcibly();
        throw new IllegalStateException("The cloud does not answer");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("Interrupted", e);
      }
    }

    /// This very program again, as `up`.
    private List<String> command() {
      var command = new ArrayList<String>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(
          List.of(
              "--enable-native-access=ALL-UNNAMED",
              "--sun-misc-unsafe-memory-access=allow",
              "-XX:+UseCompactObjectHeaders",
              "-Xmx2g",
              "-cp",
              System.getProperty("java.class.path"),
              Main.class.getName(),
              "up",
              "--data",
              data.toString(),
              "--port",
              Integer.toString(port)));
      return command;
    }

    @Override
    public void killAndRestart() {
      process.destroyForcibly().onExit().join();
      process = start();
    }

    @Override
    public void close() {
      process.destroy();
      process.onExit().join();
    }
  }
}
