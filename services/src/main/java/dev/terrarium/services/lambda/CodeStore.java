package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Cloud;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/// Code packages: kept as blobs, unpacked once per content for the sandboxes to read.
///
/// The folder of unpacked code is derived, so it is temporary; it bears the process's number, and
/// the next start removes what a killed process left.
final class CodeStore implements AutoCloseable {
  private static final String PREFIX = "terrarium-lambda-";
  private static final long UNZIPPED_BYTES_MAX = 262_144_000;

  /// A package that was stored.
  ///
  /// @param sha256 in Base64, as AWS shows it
  record Stored(String blob, long size, String sha256) {}

  private final Cloud cloud;
  private final Path work;
  private final ReentrantLock unpacking = new ReentrantLock();

  CodeStore(Cloud cloud) {
    this.cloud = cloud;
    try {
      var temporary = Path.of(System.getProperty("java.io.tmpdir"));
      removeOrphans(temporary);
      work =
          Files.createDirectory(
              temporary.resolve(PREFIX + ProcessHandle.current().pid() + "-" + cloud.ids().hex(8)));
      linkNodeModules();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// AWS's Node runtimes have its SDK beside the code. Here Node finds it above the code, if the
  /// first folder of Terrarium's own NODE_PATH has it.
  private void linkNodeModules() throws IOException {
    var modules = Objects.requireNonNullElse(System.getenv("NODE_PATH"), "").split(":", 2)[0];
    if (!modules.isEmpty()) {
      Files.createSymbolicLink(work.resolve("node_modules"), Path.of(modules).toAbsolutePath());
    }
  }

  /// Where sandboxes and bootstraps may put files of their own.
  Path work() {
    return work;
  }

  /// Stores a zip package.
  Stored store(byte[] zip) {
    return store(new ByteArrayInputStream(zip));
  }

  /// Stores a zip package; refuses what is none, and what is too large unpacked.
  Stored store(InputStream zip) {
    try {
      var digest = sha256();
      long size = 0;
      String blob;
      try (var writer = cloud.blobs().create()) {
        var buffer = new byte[64 * 1024];
        for (int n = zip.read(buffer); n >= 0; n = zip.read(buffer)) {
          digest.update(buffer, 0, n);
          writer.write(buffer, 0, n);
          size += n;
        }
        blob = writer.finish();
      }
      check(blob);
      return new Stored(blob, size, Base64.getEncoder().encodeToString(digest.digest()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Removes a package that nothing refers to any more.
  void delete(String blob) {
    cloud.discard(List.of(blob));
  }

  /// The folder with a package's files.
  Path unpacked(String blob, String sha256) {
    return unpacked(List.of(blob), sha256);
  }

  /// The folder with the files of several packages, later ones over earlier ones.
  ///
  /// @param name what the content is called: the same name, the same content
  Path unpacked(List<String> blobs, String name) {
    var folder =
        work.resolve(
            HexFormat.of()
                .formatHex(sha256().digest(name.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .substring(0, 32));
    unpacking.lock();
    try {
      if (!Files.isDirectory(folder)) {
        var fresh = Files.createTempDirectory(work, "new");
        for (var blob : blobs) {
          unpack(cloud.blobs().file(blob), fresh);
        }
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("r-xr-xr-x"));
        Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      unpacking.unlock();
    }
  }

  @Override
  public void close() {
    try {
      deleteTree(work);
    } catch (IOException e) {
      System.getLogger(CodeStore.class.getName())
          .log(System.Logger.Level.WARNING, "Cannot remove " + work, e);
    }
  }

  private void check(String blob) throws IOException {
    long unzipped = 0;
    boolean empty;
    try (var zip = new ZipFile(cloud.blobs().file(blob).toFile())) {
      empty = zip.size() == 0;
      for (var entries = zip.entries(); entries.hasMoreElements(); ) {
        unzipped += Math.max(0, entries.nextElement().getSize());
      }
    } catch (ZipException e) {
      delete(blob);
      var error =
          LambdaErrors.invalid(
              "Could not unzip uploaded file. Please check your file, then try to upload again.");
      error.addSuppressed(e);
      throw error;
    }
    if (empty) {
      delete(blob);
      throw LambdaErrors.emptyZip();
    }
    if (unzipped >= UNZIPPED_BYTES_MAX) {
      delete(blob);
      throw LambdaErrors.invalid(
          "Unzipped size must be smaller than " + UNZIPPED_BYTES_MAX + " bytes");
    }
  }

  private static void unpack(Path file, Path folder) throws IOException {
    try (var zip = new ZipFile(file.toFile())) {
      for (var entries = zip.entries(); entries.hasMoreElements(); ) {
        var entry = entries.nextElement();
        var target = folder.resolve(entry.getName()).normalize();
        if (!target.startsWith(folder)) {
          throw new ZipException("An entry outside of the package: " + entry.getName());
        }
        if (entry.isDirectory()) {
          Files.createDirectories(target);
        } else {
          Files.createDirectories(target.getParent());
          try (var in = zip.getInputStream(entry)) {
            Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
          }
          Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("r-xr-xr-x"));
        }
      }
    }
  }

  private static void removeOrphans(Path temporary) throws IOException {
    try (var folders = Files.newDirectoryStream(temporary, PREFIX + "*")) {
      for (var folder : folders) {
        var pid = folder.getFileName().toString().substring(PREFIX.length()).split("-")[0];
        if (pid.matches("[0-9]{1,18}") && ProcessHandle.of(Long.parseLong(pid)).isEmpty()) {
          removeOrphan(folder);
        }
      }
    }
  }

  /// Somebody else's may be there too, and is none of our business.
  private static void removeOrphan(Path folder) {
    try {
      deleteTree(folder);
    } catch (IOException e) {
      System.getLogger(CodeStore.class.getName())
          .log(System.Logger.Level.DEBUG, "Cannot remove " + folder, e);
    }
  }

  private static void deleteTree(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(
              Path folder, @org.jspecify.annotations.Nullable IOException failure)
              throws IOException {
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
