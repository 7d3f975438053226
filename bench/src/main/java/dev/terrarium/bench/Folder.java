package dev.terrarium.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/// A folder that is gone afterwards. It lies on the disk of the project, not where `/tmp` may be
/// memory.
record Folder(Path path) implements AutoCloseable {
  static Folder create() throws IOException {
    var target = Path.of(System.getProperty("terrarium.home", "."), "bench", "target");
    Files.createDirectories(target);
    return new Folder(Files.createTempDirectory(target, "data"));
  }

  @Override
  public void close() throws IOException {
    try (var files = Files.walk(path)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
