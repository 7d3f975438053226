package dev.terrarium.engines.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibraryTest {
  @Test
  void theLibraryIsTakenOutOfItsArchiveOnce(@TempDir Path home) throws Exception {
    var folder = NativeLibrary.kept(home);
    Path library;
    try (var files = Files.list(folder)) {
      library = files.toList().getFirst();
    }
    assertThat(Files.size(library)).isGreaterThan(1_000_000);
    var key = Files.readAttributes(library, "fileKey").get("fileKey");
    assertThat(NativeLibrary.kept(home)).isEqualTo(folder);
    assertThat(folder).isDirectoryContaining(file -> file.equals(library));
    assertThat(Files.readAttributes(library, "fileKey").get("fileKey")).isEqualTo(key);
  }
}
