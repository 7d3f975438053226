package dev.terrarium.services.lambda;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// What the host can do to keep a function's process within its bounds and to show it its layers
/// under `/opt`, as far as the host can: with util-linux's `prlimit` and `unshare`.
///
/// The bound on data is there so that a process cannot eat up the host between two looks at how
/// much memory it has; the look itself ([ProcessSandbox]) is what ends it as AWS would.
final class ProcessBounds {
  /// Libraries with a thread for each of many cores reserve much that they never touch.
  private static final long SLACK_BYTES = 4L << 30;

  private static final int FILES_MAX = 1024;
  private static final int PROBE_SECONDS_MAX = 5;
  private static final String BIND = "mount --bind \"$0\" /opt && exec \"$@\"";

  private static final int PROCESS_MEGABYTES = 64;
  private static final int PROCESSES_MIN = 32;
  private static final int PROCESSES_MAX = 1000;
  private static final int PROCESSES_UNKNOWN = 128;

  private final int processesMax = processes();
  private final boolean limits =
      works(List.of("prlimit", "--core=0", "--nofile=" + FILES_MAX, "true"));
  private final List<String> mounts = mounts();

  private ProcessBounds() {}

  /// What this host can do; found out once.
  static ProcessBounds ofHost() {
    return Host.BOUNDS;
  }

  private static final class Host {
    static final ProcessBounds BOUNDS = new ProcessBounds();
  }

  /// The command that runs another within bounds.
  ///
  /// @param opt the layers' files
  /// @param memoryMegabytes of the function, or 0 if the program bounds itself
  List<String> around(List<String> command, Path opt, int memoryMegabytes) {
    var all = new ArrayList<String>();
    if (limits) {
      all.add("prlimit");
      all.add("--core=0");
      all.add("--nofile=" + FILES_MAX);
      if (memoryMegabytes > 0) {
        all.add("--data=" + (2L * memoryMegabytes * 1024 * 1024 + SLACK_BYTES));
      }
    }
    if (!mounts.isEmpty() && hasFiles(opt) && !command.getFirst().startsWith("/opt/")) {
      all.addAll(mounts);
      all.addAll(List.of("sh", "-c", BIND, opt.toString()));
    }
    all.addAll(command);
    return all;
  }

  /// How many sandboxes the host can bear at once, by its memory.
  int processesMax() {
    return processesMax;
  }

  private static int processes() {
    try {
      for (var line : Files.readAllLines(Path.of("/proc/meminfo"))) {
        if (line.startsWith("MemTotal:")) {
          var megabytes = Long.parseLong(line.replaceAll("\\D", "")) / 1024;
          return Math.clamp(megabytes / PROCESS_MEGABYTES, PROCESSES_MIN, PROCESSES_MAX);
        }
      }
    } catch (IOException _) {
      // This is no Linux.
      return PROCESSES_UNKNOWN;
    }
    return PROCESSES_UNKNOWN;
  }

  private static List<String> mounts() {
    for (var way :
        List.of(List.of("unshare", "--mount"), List.of("unshare", "--map-root-user", "--mount"))) {
      var probe = new ArrayList<>(way);
      probe.addAll(List.of("sh", "-c", BIND, System.getProperty("java.io.tmpdir"), "true"));
      if (works(probe)) {
        return way;
      }
    }
    return List.of();
  }

  private static boolean hasFiles(Path folder) {
    try (var files = Files.list(folder)) {
      return files.findAny().isPresent();
    } catch (IOException _) {
      return false;
    }
  }

  private static boolean works(List<String> command) {
    try {
      var process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      process.getOutputStream().close();
      if (!process.waitFor(PROBE_SECONDS_MAX, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return false;
      }
      return process.exitValue() == 0;
    } catch (IOException _) {
      // The host does not have the program.
      return false;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
