package dev.terrarium.services.lambda;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The host's Python and Node, and the scripts that make runtimes of them.
final class Interpreters {
  private static final int START_SECONDS_MAX = 10;

  private final Path folder;
  private final Map<String, String> found = new ConcurrentHashMap<>();

  Interpreters(Path folder) {
    this.folder = folder;
  }

  /// The Python of a runtime: of the same version if the host has it, else the default one.
  String python(String runtime) {
    return found.computeIfAbsent(
        runtime,
        name -> {
          for (var candidate : List.of(name, "python3", "python")) {
            var path = run(candidate, "-c", "import sys; print(sys.executable)");
            if (path != null) {
              return path;
            }
          }
          throw missing(name, "python3");
        });
  }

  /// Node.
  String node() {
    return found.computeIfAbsent(
        "node",
        name -> {
          var path = run(name, "-p", "process.execPath");
          if (path == null) {
            throw missing("nodejs", name);
          }
          return path;
        });
  }

  /// One of our own scripts, as a file.
  String script(String name) {
    return found.computeIfAbsent(
        name,
        resource -> {
          var file = folder.resolve(resource);
          try (var in = Interpreters.class.getResourceAsStream(resource)) {
            Files.write(file, Objects.requireNonNull(in).readAllBytes());
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          return file.toString();
        });
  }

  private static RuntimeException missing(String runtime, String program) {
    return LambdaErrors.invalid(
        "The runtime "
            + runtime
            + " needs "
            + program
            + " on the PATH of Terrarium's host, and there is none.");
  }

  /// What a program prints, or null if it is not there or fails.
  private static @Nullable String run(String... command) {
    try {
      var process =
          new ProcessBuilder(command)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .directory(new java.io.File("/"))
              .start();
      process.getOutputStream().close();
      var output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (!process.waitFor(START_SECONDS_MAX, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return null;
      }
      return process.exitValue() == 0 && !output.isEmpty() ? output : null;
    } catch (IOException _) {
      return null;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return null;
    }
  }
}
