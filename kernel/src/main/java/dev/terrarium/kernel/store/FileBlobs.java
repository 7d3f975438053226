package dev.terrarium.kernel.store;

import dev.terrarium.kernel.Ids;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// [Blobs] as plain files: `<root>/ab/abcdef…`, written under `<root>/new` and renamed when whole.
public class FileBlobs implements Blobs {
  private final Path root;
  private final boolean durable;
  private final Supplier<String> ids;
  private final AtomicInteger keeping = new AtomicInteger();
  private final Queue<String> postponed = new ConcurrentLinkedQueue<>();

  /// @param root the folder, made if need be; what an earlier process left half-written is removed
  /// @param durable whether to sync; not for what ends with the process anyway
  /// @param ids makes names that were never used before, of at least three characters
  public FileBlobs(Path root, boolean durable, Supplier<String> ids) throws IOException {
    this.root = root;
    this.durable = durable;
    this.ids = ids;
    deleteTree(root.resolve("new"));
    Files.createDirectories(root.resolve("new"));
  }

  /// Bodies in a temporary folder that goes with them.
  public static FileBlobs temporary(Ids ids) {
    return temporary(ids, null);
  }

  /// As [#temporary(Ids)], beginning with the bodies that `other` has now.
  public static FileBlobs temporary(Ids ids, @Nullable Blobs other) {
    try {
      var folder = TemporaryFolder.create();
      var directory = folder.path().resolve("bodies");
      if (other != null) {
        other.checkpoint(directory);
      }
      return new FileBlobs(directory, false, () -> ids.hex(32)) {
        @Override
        public void close() {
          folder.close();
        }
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Writer create() throws IOException {
    return new FileWriter(ids.get());
  }

  @Override
  public InputStream open(String id, long from, long to) throws IOException {
    var channel = FileChannel.open(path(id), StandardOpenOption.READ);
    return new RangeStream(channel, from, to);
  }

  @Override
  public Path file(String id) {
    return path(id);
  }

  @Override
  public long size(String id) throws IOException {
    return Files.size(path(id));
  }

  @Override
  public List<String> ids() throws IOException {
    try (var files = Files.walk(root)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.startsWith(root.resolve("new")))
          .map(file -> file.getFileName().toString())
          .toList();
    }
  }

  @Override
  public void delete(String id) throws IOException {
    postponed.add(id);
    deletePostponed();
  }

  @Override
  public Kept keep() {
    keeping.incrementAndGet();
    return () -> {
      keeping.decrementAndGet();
      deletePostponed();
    };
  }

  private void deletePostponed() throws IOException {
    while (keeping.get() == 0) {
      var id = postponed.poll();
      if (id == null) {
        return;
      }
      Files.deleteIfExists(path(id));
    }
  }

  @Override
  public void checkpoint(Path directory) throws IOException {
    Files.createDirectory(directory);
    try (var files = Files.walk(root)) {
      for (var file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        if (!file.startsWith(root.resolve("new"))) {
          var target = directory.resolve(root.relativize(file));
          Files.createDirectories(target.getParent());
          link(file, target);
        }
      }
    }
  }

  @Override
  public void clear() throws IOException {
    deleteTree(root);
    Files.createDirectories(root.resolve("new"));
  }

  @Override
  public void close() {}

  /// Bodies never change, so a second name for the same file is as good as a copy.
  private static void link(Path file, Path target) throws IOException {
    try {
      Files.createLink(target, file);
    } catch (UnsupportedOperationException | java.nio.file.FileSystemException e) {
      Files.copy(file, target);
    }
  }

  private Path path(String id) {
    if (id.length() < 3 || id.indexOf('/') >= 0 || id.indexOf('.') >= 0) {
      throw new IllegalArgumentException("Not the id of a body: " + id);
    }
    return root.resolve(id.substring(0, 2)).resolve(id);
  }

  static void deleteTree(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
              throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private void sync(Path directory) throws IOException {
    try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private final class FileWriter implements Writer {
    private final String id;
    private final Path unfinished;
    private final FileChannel channel;
    private boolean finished;

    FileWriter(String id) throws IOException {
      this.id = id;
      this.unfinished = root.resolve("new").resolve(id);
      this.channel =
          FileChannel.open(unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    @Override
    public String id() {
      return id;
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      var buffer = ByteBuffer.wrap(bytes, from, length);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    }

    @Override
    public void append(String other, long from, long to) throws IOException {
      try (var source = FileChannel.open(path(other), StandardOpenOption.READ)) {
        long at = from;
        while (at < to) {
          var moved = source.transferTo(at, to - at, channel);
          if (moved <= 0) {
            throw new IOException("The body " + other + " is shorter than " + to);
          }
          at += moved;
        }
      }
    }

    @Override
    public String finish() throws IOException {
      var target = path(id);
      if (durable) {
        channel.force(false);
      }
      channel.close();
      var parent = root.resolve(id.substring(0, 2));
      Files.createDirectories(parent);
      Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
      if (durable) {
        sync(parent);
        sync(root);
      }
      finished = true;
      return id;
    }

    @Override
    public void close() {
      if (!finished) {
        try {
          channel.close();
          Files.deleteIfExists(unfinished);
        } catch (IOException e) {
          System.getLogger(FileBlobs.class.getName())
              .log(System.Logger.Level.WARNING, "Cannot remove " + unfinished, e);
        }
      }
    }
  }

  /// A part of a file; reads from the page cache into the caller's buffer.
  private static final class RangeStream extends InputStream {
    private final FileChannel channel;
    private long at;
    private final long end;

    RangeStream(FileChannel channel, long from, long to) {
      this.channel = channel;
      this.at = from;
      this.end = to;
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (at >= end) {
        return -1;
      }
      var buffer = ByteBuffer.wrap(bytes, offset, (int) Math.min(length, end - at));
      var count = channel.read(buffer, at);
      if (count > 0) {
        at += count;
      }
      return count;
    }

    @Override
    public long transferTo(java.io.OutputStream out) throws IOException {
      var buffer = new byte[128 * 1024];
      long total = 0;
      for (int n = read(buffer, 0, buffer.length); n >= 0; n = read(buffer, 0, buffer.length)) {
        out.write(buffer, 0, n);
        total += n;
      }
      return total;
    }

    @Override
    public int available() {
      return (int) Math.min(Integer.MAX_VALUE, end - at);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
