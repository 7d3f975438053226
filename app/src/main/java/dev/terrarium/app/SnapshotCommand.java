package dev.terrarium.app;

import dev.terrarium.kernel.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `terrarium snapshot save|restore|list`.
@Command(
    name = "snapshot",
    description = "Saves the whole cloud as it is, and brings it back.",
    mixinStandardHelpOptions = true)
final class SnapshotCommand {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Command(
      description = "Saves the running cloud, without stopping it.",
      mixinStandardHelpOptions = true)
  int save(@Mixin Place place, @Parameters(description = "A name for it.") String name) {
    var answer =
        new Remote(place.endpoint()).post("/_terrarium/snapshot", Json.object().put("name", name));
    spec.commandLine().getOut().println("Saved: " + answer.path("directory").asText());
    return 0;
  }

  @Command(
      description = "Brings a saved cloud back. Stops the running one; start it again with 'up'.",
      mixinStandardHelpOptions = true)
  int restore(@Mixin Place place, @Parameters(description = "Its name.") String name)
      throws IOException, InterruptedException, ExecutionException {
    var saved = place.data.resolve("snapshots").resolve(name);
    if (!Files.isDirectory(saved)) {
      throw new IllegalStateException("There is no snapshot " + name + " in " + saved.getParent());
    }
    DownCommand.stop(place);
    for (var part : new String[] {"store", "blobs", "watermark"}) {
      deleteTree(place.data.resolve(part));
    }
    copyTree(saved, place.data);
    spec.commandLine().getOut().println("Restored " + name + " to " + place.data);
    return 0;
  }

  @Command(description = "Lists what was saved.", mixinStandardHelpOptions = true)
  int list(@Mixin Place place) throws IOException {
    var root = place.data.resolve("snapshots");
    if (Files.isDirectory(root)) {
      try (var saved = Files.list(root)) {
        saved.map(Path::getFileName).sorted().forEach(spec.commandLine().getOut()::println);
      }
    }
    return 0;
  }

  /// Files that are never changed once written become second names; the others are copied.
  private static void copyTree(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (var file : (Iterable<Path>) files::iterator) {
        var target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else if (file.toString().endsWith(".sst")
            || file.toString().endsWith(".blob")
            || file.startsWith(from.resolve("blobs"))) {
          Files.createLink(target, file);
        } else {
          Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }

  private static void deleteTree(Path root) throws IOException {
    if (Files.exists(root)) {
      try (var files = Files.walk(root)) {
        for (var file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
