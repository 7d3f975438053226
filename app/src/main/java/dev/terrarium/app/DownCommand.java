package dev.terrarium.app;

import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `terrarium down`.
@Command(
    name = "down",
    description = "Stops the cloud. What it keeps on disk stays.",
    mixinStandardHelpOptions = true)
final class DownCommand implements Callable<Integer> {
  @Mixin private Place place = new Place();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException, InterruptedException, ExecutionException {
    if (!stop(place)) {
      spec.commandLine().getErr().println("No Terrarium is running at " + place.endpoint() + ".");
      return 3;
    }
    spec.commandLine().getOut().println("Terrarium at " + place.endpoint() + " is down.");
    return 0;
  }

  /// Stops what runs at a place; false if nothing does.
  static boolean stop(Place place) throws IOException, InterruptedException, ExecutionException {
    if (!Files.exists(place.pidFile())) {
      return false;
    }
    var pid = Long.parseLong(Files.readString(place.pidFile()).strip());
    var process = ProcessHandle.of(pid).filter(DownCommand::isTerrarium);
    if (process.isEmpty()) {
      Files.deleteIfExists(place.pidFile());
      return false;
    }
    process.get().destroy();
    try {
      process.get().onExit().get(30, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException("Process " + pid + " does not end.", e);
    }
    Files.deleteIfExists(place.pidFile());
    return true;
  }

  /// A process id may have been given to somebody else since.
  private static boolean isTerrarium(ProcessHandle process) {
    return process.info().commandLine().map(line -> line.contains("terrarium")).orElse(true);
  }
}
