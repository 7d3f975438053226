package dev.terrarium.engines.rocksdb;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.rocksdb.RocksDB;
import org.rocksdb.util.Environment;

/// RocksDB's native library, taken out of its archive once and kept in the user's folder
/// `~/.terrarium/native`.
///
/// By itself RocksDB writes its seventeen megabytes into the folder for temporary files each time a
/// process starts, and whoever is killed leaves them there.
final class NativeLibrary {
  private static final System.Logger LOG = System.getLogger(NativeLibrary.class.getName());

  private NativeLibrary() {}

  /// Loads it, once in a process.
  static void load() {
    try {
      RocksDB.loadLibrary(List.of(kept(home()).toString()));
    } catch (IOException | URISyntaxException | UnsatisfiedLinkError e) {
      LOG.log(Level.DEBUG, "RocksDB's library cannot be kept", e);
      RocksDB.loadLibrary();
    }
  }

  private static Path home() {
    return Path.of(System.getProperty("user.home"), ".terrarium", "native");
  }

  /// The folder that holds the library of just this archive; it is made if need be.
  static Path kept(Path home) throws IOException, URISyntaxException {
    var archive =
        Path.of(RocksDB.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    if (!Files.isRegularFile(archive)) {
      throw new FileNotFoundException(archive + " is no archive");
    }
    var folder = home.resolve(archive.getFileName() + "-" + Files.size(archive));
    var library = folder.resolve(Environment.getJniLibraryFileName("rocksdbjni"));
    if (!Files.exists(library)) {
      Files.createDirectories(folder);
      // Another process may do the same: whoever comes last replaces the same with the same.
      var temporary = Files.createTempFile(folder, "library", ".part");
      try (var in =
          RocksDB.class.getResourceAsStream("/" + Environment.getJniLibraryFileName("rocksdb"))) {
        if (in == null) {
          throw new FileNotFoundException("The archive has no library for this machine");
        }
        Files.copy(in, temporary, StandardCopyOption.REPLACE_EXISTING);
        Files.move(temporary, library, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(temporary);
      }
    }
    return folder;
  }
}
