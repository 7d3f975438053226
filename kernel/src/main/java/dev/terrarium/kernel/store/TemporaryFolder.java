package dev.terrarium.kernel.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/// A folder for what ends with its owner. It holds a lock as long as its process lives; the first
/// that a process makes removes those of processes that were killed.
final class TemporaryFolder implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(TemporaryFolder.class.getName());
  private static final String PREFIX = "terrarium-blobs";
  private static final String LOCK = "lock";
  private static final AtomicBoolean SWEPT = new AtomicBoolean();

  /// One that has just been made may not hold its lock yet.
  private static final Duration YOUNG = Duration.ofMinutes(1);

  private final Path path;
  private final FileChannel lock;

  private TemporaryFolder(Path path) throws IOException {
    this.path = path;
    this.lock =
        FileChannel.open(
            path.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    var _ = lock.tryLock();
  }

  /// Makes one among the system's temporary files.
  static TemporaryFolder create() throws IOException {
    var made = new TemporaryFolder(Files.createTempDirectory(PREFIX));
    if (SWEPT.compareAndSet(false, true)) {
      made.sweep();
    }
    return made;
  }

  /// Makes one in a folder, without looking at others.
  static TemporaryFolder in(Path parent) throws IOException {
    return new TemporaryFolder(Files.createTempDirectory(parent, PREFIX));
  }

  Path path() {
    return path;
  }

  /// Removes the folders beside this one that nobody holds.
  void sweep() {
    try (var others = Files.newDirectoryStream(path.resolveSibling(""), PREFIX + "*")) {
      for (var other : others) {
        if (!other.equals(path)) {
          sweep(other);
        }
      }
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "Cannot look for old folders beside " + path, e);
    }
  }

  private void sweep(Path other) {
    var file = other.resolve(LOCK);
    try {
      if (!Files.exists(file) || isYoung(file)) {
        return;
      }
      try (var channel = FileChannel.open(file, StandardOpenOption.WRITE);
          var taken = channel.tryLock()) {
        if (taken != null) {
          FileBlobs.deleteTree(other);
        }
      }
    } catch (IOException | OverlappingFileLockException e) {
      LOG.log(Level.DEBUG, "Cannot remove " + other, e);
    }
  }

  private boolean isYoung(Path file) throws IOException {
    var made = Files.getLastModifiedTime(path.resolve(LOCK)).toInstant();
    return Files.getLastModifiedTime(file).toInstant().plus(YOUNG).isAfter(made);
  }

  /// Removes it with everything in it.
  @Override
  public void close() {
    try {
      FileBlobs.deleteTree(path);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "Cannot remove " + path, e);
    }
    try {
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
