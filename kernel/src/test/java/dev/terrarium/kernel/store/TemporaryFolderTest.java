package dev.terrarium.kernel.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporaryFolderTest {
  /// As a process that was killed leaves it: nobody holds the lock.
  private static Path abandoned(Path parent, Path young) throws IOException {
    var folder = parent.resolve("terrarium-blobs-abandoned");
    Files.createDirectories(folder.resolve("bodies"));
    Files.writeString(folder.resolve("bodies/body"), "text");
    var lock = Files.createFile(folder.resolve("lock"));
    age(lock, Files.getLastModifiedTime(young), Duration.ofMinutes(2));
    return folder;
  }

  private static void age(Path file, FileTime from, Duration by) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(from.toInstant().minus(by)));
  }

  @Test
  void whatAKilledProcessLeftIsRemoved(@TempDir Path parent) throws IOException {
    try (var mine = TemporaryFolder.in(parent)) {
      var left = abandoned(parent, mine.path().resolve("lock"));
      mine.sweep();
      assertThat(left).doesNotExist();
      assertThat(mine.path()).isDirectory();
    }
  }

  @Test
  void whatIsInUseOrHasJustBeenMadeStays(@TempDir Path parent) throws IOException {
    try (var mine = TemporaryFolder.in(parent);
        var other = TemporaryFolder.in(parent)) {
      age(
          other.path().resolve("lock"),
          Files.getLastModifiedTime(mine.path().resolve("lock")),
          Duration.ofHours(1));
      var foreign = Files.createDirectory(parent.resolve("terrarium-blobs-without-a-lock"));
      var young = abandoned(parent, mine.path().resolve("lock"));
      age(
          young.resolve("lock"),
          Files.getLastModifiedTime(mine.path().resolve("lock")),
          Duration.ofSeconds(50));
      mine.sweep();
      assertThat(other.path()).isDirectory();
      assertThat(foreign).isDirectory();
      assertThat(young).isDirectory();
    }
  }

  @Test
  void itGoesWithEverythingInIt(@TempDir Path parent) throws IOException {
    var folder = TemporaryFolder.in(parent);
    Files.writeString(folder.path().resolve("file"), "text");
    folder.close();
    assertThat(folder.path()).doesNotExist();
  }
}
