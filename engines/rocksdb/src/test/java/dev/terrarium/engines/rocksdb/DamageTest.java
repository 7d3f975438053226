package dev.terrarium.engines.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.Key;
import dev.terrarium.kernel.store.StoreException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A store whose files were damaged never comes back with less than it acknowledged, silently.
///
/// The process's end is played by copying the folder of a store that is still open.
@Timeout(60)
final class DamageTest {
  private static final int COMMITS = 400;

  @TempDir Path folder = Path.of("");

  @Test
  void everythingAcknowledgedSurvivesAKill() throws IOException {
    var copy = killed();
    try (var store = new RocksStore(copy)) {
      for (int i = 0; i < COMMITS; i++) {
        assertThat(store.get(Key.of("k", i))).hasSize(100);
      }
    }
  }

  @Test
  void aLogThatWasCutOffIsRefusedByPosition() throws IOException {
    var copy = killed();
    try (var log = new RandomAccessFile(log(copy).toFile(), "rw")) {
      log.setLength(log.length() - 250);
    }
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> new RocksStore(copy))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("position " + COMMITS + " had been acknowledged")
          .hasMessageContaining(copy.toString());
    }
    Files.delete(copy.resolve("watermark"));
    try (var store = new RocksStore(copy)) {
      assertThat(store.get(Key.of("k", 0))).hasSize(100);
      assertThat(store.get(Key.of("k", COMMITS - 1))).isNull();
    }
  }

  @Test
  void aDamagedByteInTheMiddleOfTheLogIsRefused() throws IOException {
    var copy = killed();
    flip(log(copy), 0.5);
    assertThatThrownBy(() -> new RocksStore(copy))
        .isInstanceOf(StoreException.class)
        .hasMessageNotContaining("in use")
        .hasMessageContaining(copy.toString());
  }

  @Test
  void aDamagedTableIsNeverReadSilently() throws IOException {
    try (var store = new RocksStore(folder)) {
      for (int i = 0; i < COMMITS; i++) {
        store.commit(new Batch().put(Key.of("k", i), new byte[100]));
      }
      store.checkpoint(folder.resolve("tables"));
    }
    var tables = folder.resolve("tables");
    flip(file(tables, ".sst"), 0.2);
    assertThatThrownBy(
            () -> {
              try (var store = new RocksStore(tables)) {
                for (int i = 0; i < COMMITS; i++) {
                  assertThat(store.get(Key.of("k", i))).hasSize(100);
                }
              }
            })
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("damaged")
        .hasMessageNotContaining("in use");
  }

  private Path killed() throws IOException {
    var copy = folder.resolve("copy");
    try (var store = new RocksStore(folder.resolve("original"))) {
      for (int i = 0; i < COMMITS; i++) {
        store.commit(new Batch().put(Key.of("k", i), new byte[100]));
      }
      store.awaitDurable(store.position());
      try (var files = Files.walk(folder.resolve("original"))) {
        for (var file : (Iterable<Path>) files::iterator) {
          var target = copy.resolve(folder.resolve("original").relativize(file).toString());
          if (Files.isDirectory(file)) {
            Files.createDirectories(target);
          } else {
            Files.copy(file, target);
          }
        }
      }
    }
    return copy;
  }

  private static void flip(Path damaged, double where) throws IOException {
    try (var file = new RandomAccessFile(damaged.toFile(), "rw")) {
      var at = (long) (file.length() * where);
      file.seek(at);
      var there = file.read();
      file.seek(at);
      file.write(there ^ 0x55);
    }
  }

  private static Path log(Path store) throws IOException {
    return file(store, ".log");
  }

  private static Path file(Path store, String ending) throws IOException {
    try (var files = Files.list(store.resolve("store"))) {
      return files.filter(f -> f.toString().endsWith(ending)).findFirst().orElseThrow();
    }
  }
}
