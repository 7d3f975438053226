package dev.terrarium.app;

import dev.terrarium.kernel.Ids;
import dev.terrarium.kernel.Json;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `terrarium snapshot save|restore|fork|list`.
@Command(
    name = "snapshot",
    description = "Saves the whole cloud as it is, and brings it back.",
    mixinStandardHelpOptions = true)
final class SnapshotCommand {
  /// A file that is there while the folder holds neither the old state nor the restored one.
  private static final String UNFINISHED = "restoring";

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
    checkUnused(place.data);
    var mark = place.data.resolve(UNFINISHED);
    Files.writeString(mark, name);
    for (var part : new String[] {"store", "blobs", "watermark"}) {
      Folders.delete(place.data.resolve(part));
    }
    copyTree(saved, place.data);
    Files.delete(mark);
    spec.commandLine().getOut().println("Restored " + name + " to " + place.data);
    return 0;
  }

  @Command(
      description =
          "Makes another cloud out of the running one, which goes on: the two share nothing from"
              + " then on. Start it with 'up --data <folder> --port <another>'.",
      mixinStandardHelpOptions = true)
  int fork(@Mixin Place place, @Parameters(description = "A new folder for it.") Path folder)
      throws IOException {
    if (Files.exists(folder)) {
      throw new IllegalStateException(folder + " is there already.");
    }
    var body = Json.object().put("name", "fork-" + new Ids().uuid());
    var answer = new Remote(place.endpoint()).post("/_terrarium/snapshot", body);
    var saved = Path.of(answer.path("directory").asText());
    Files.createDirectories(folder);
    copyTree(saved, folder);
    Folders.delete(saved);
    spec.commandLine().getOut().println("Forked to " + folder);
    return 0;
  }

  @Command(description = "Lists what was saved.", mixinStandardHelpOptions = true)
  int list(@Mixin Place place) throws IOException {
    var root = place.data.resolve("snapshots");
    if (Files.isDirectory(root)) {
      try (var all = Files.list(root)) {
        all.map(saved -> saved.getFileName().toString())
            .filter(name -> !name.startsWith("."))
            .sorted()
            .forEach(spec.commandLine().getOut()::println);
      }
    }
    return 0;
  }

  /// Refuses a folder on which a Terrarium runs, at whatever port.
  private static void checkUnused(Path data) throws IOException {
    var lock = data.resolve("store").resolve("LOCK");
    if (Files.exists(lock)) {
      try (var file = FileChannel.open(lock, StandardOpenOption.WRITE);
          var held = file.tryLock()) {
        if (held == null) {
          throw new IllegalStateException("A Terrarium at another port runs on " + data + ".");
        }
      }
    }
  }

  /// Refuses a folder that was left between one state and another.
  static void checkWhole(Path data) throws IOException {
    var mark = data.resolve(UNFINISHED);
    if (Files.exists(mark)) {
      throw new IllegalStateException(
          "Restoring was interrupted. Do it again: terrarium snapshot restore "
              + Files.readString(mark));
    }
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
}
