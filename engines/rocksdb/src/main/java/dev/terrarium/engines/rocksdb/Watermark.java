package dev.terrarium.engines.rocksdb;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// How far the log is known to have been synced: one number in a mapped file, written after each
/// sync.
///
/// It may lag behind the truth after a crash of the machine, never be ahead of it. So a store that
/// comes back with less than its watermark has lost something that was acknowledged.
final class Watermark implements AutoCloseable {
  private static final int POSITION = 0;
  private static final int DIRTY = 8;

  private final FileChannel channel;
  private final MappedByteBuffer buffer;
  private final boolean wasDirty;

  Watermark(Path file) throws IOException {
    this.channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    this.buffer = channel.map(FileChannel.MapMode.READ_WRITE, 0, 16);
    this.wasDirty = buffer.getLong(DIRTY) != 0;
    buffer.putLong(DIRTY, 1);
  }

  long get() {
    return buffer.getLong(POSITION);
  }

  /// Whether the last process did not close it.
  boolean wasDirty() {
    return wasDirty;
  }

  void set(long position) {
    buffer.putLong(POSITION, position);
  }

  @Override
  public void close() {
    buffer.putLong(DIRTY, 0);
    buffer.force();
    abandon();
  }

  /// Lets go of the file as the last process left it.
  void abandon() {
    try {
      channel.close();
    } catch (IOException e) {
      System.getLogger(Watermark.class.getName())
          .log(System.Logger.Level.WARNING, "Cannot close the watermark", e);
    }
  }
}
