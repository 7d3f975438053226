package dev.terrarium.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A server in a process of its own.
final class Child implements AutoCloseable {
  private final Process process;
  private final int port;
  private final Path log;

  private Child(Process process, int port, Path log) {
    this.process = process;
    this.port = port;
    this.log = log;
  }

  /// Terrarium, in memory.
  static Child memory() throws IOException, InterruptedException {
    return terrarium("--ephemeral");
  }

  /// Terrarium, on disk.
  static Child disk(Path data) throws IOException, InterruptedException {
    return terrarium("--data", data.toString());
  }

  /// What is measured of one of Terrarium's stores.
  interface Measurement {
    /// @param store what the store is called in tables
    void of(String store, Child child) throws IOException, InterruptedException;
  }

  /// Measures Terrarium in memory, then on disk.
  static void both(Measurement measurement) throws IOException, InterruptedException {
    try (var memory = memory()) {
      measurement.of("memory", memory);
    }
    try (var folder = Folder.create();
        var disk = disk(folder.path())) {
      measurement.of("disk", disk);
    }
  }

  private static Child terrarium(String... options) throws IOException, InterruptedException {
    var port = freePort();
    var arguments = new ArrayList<>(List.of("up", "--port", "" + port));
    arguments.addAll(List.of(options));
    return start("dev.terrarium.app.Main", port, arguments);
  }

  /// The same HTTP library with nothing behind it.
  static Child ceiling(int answerBytes, Path folder) throws IOException, InterruptedException {
    var port = freePort();
    return start(
        Ceiling.class.getName(), port, List.of("" + port, "" + answerBytes, folder.toString()));
  }

  /// Amazon's DynamoDB Local, in memory or, if `data` is given, on disk.
  ///
  /// @param libraries where its jars and natives are
  static Child dynamoDbLocal(Path libraries, @Nullable Path data)
      throws IOException, InterruptedException {
    var port = freePort();
    var command = new ArrayList<String>();
    command.add(java());
    command.addAll(List.of("-Xms32m", "-Xmx2g", "-Dsqlite4java.library.path=" + libraries));
    command.addAll(List.of("-cp", libraries + "/*"));
    command.add("com.amazonaws.services.dynamodbv2.local.main.ServerRunner");
    command.addAll(List.of("-sharedDb", "-disableTelemetry", "-port", "" + port));
    command.addAll(data == null ? List.of("-inMemory") : List.of("-dbPath", data.toString()));
    return start(port, command);
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private static Child start(String main, int port, List<String> arguments)
      throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(java());
    command.addAll(flags());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
    command.addAll(arguments);
    return start(port, command);
  }

  private static Child start(int port, List<String> command)
      throws IOException, InterruptedException {
    var log = Files.createTempFile("terrarium-bench", ".log");
    var process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    var child = new Child(process, port, log);
    for (int i = 0; i < 600; i++) {
      if (process.waitFor(100, TimeUnit.MILLISECONDS)) {
        throw new IOException("It did not start: " + Files.readString(log));
      }
      if (child.listens()) {
        return child;
      }
    }
    throw new IOException("It does not listen: " + Files.readString(log));
  }

  /// What the launcher starts Java with.
  private static List<String> flags() {
    var given = System.getenv("BENCH_JAVA_FLAGS");
    if (given == null) {
      throw new IllegalStateException("Start it by bench/run");
    }
    return List.of(given.split(" +", -1));
  }

  private boolean listens() {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 100);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  int port() {
    return port;
  }

  long pid() {
    return process.pid();
  }

  /// How much of the processors it has used.
  Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  URI endpoint() {
    return URI.create("http://localhost:" + port);
  }

  static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      Files.deleteIfExists(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
