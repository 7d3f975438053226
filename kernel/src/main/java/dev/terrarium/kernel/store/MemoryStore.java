package dev.terrarium.kernel.store;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The store of tests and of `--ephemeral`: an immutable tree behind one reference.
///
/// Everything is as durable as it will ever be when [#commit] returns. Starts in no time, forks for
/// free.
public final class MemoryStore implements Store {
  private static final int FORMAT = 0x7e44a001;

  private final ReentrantLock writing = new ReentrantLock();
  private volatile PersistentTree tree;
  private volatile long position;

  /// An empty store.
  public MemoryStore() {
    this(PersistentTree.EMPTY);
  }

  private MemoryStore(PersistentTree tree) {
    this.tree = tree;
  }

  /// A store with the same content that changes independently from now on. Takes constant time.
  public MemoryStore fork() {
    return new MemoryStore(tree);
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    return tree.get(key);
  }

  @Override
  public Cursor scan(byte[] from, byte @Nullable [] to, boolean reverse) {
    return new TreeCursor(tree, from, to, reverse);
  }

  @Override
  public Snapshot snapshot() {
    var moment = tree;
    return new Snapshot() {
      @Override
      public byte @Nullable [] get(byte[] key) {
        return moment.get(key);
      }

      @Override
      public Cursor scan(byte[] from, byte @Nullable [] to, boolean reverse) {
        return new TreeCursor(moment, from, to, reverse);
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public void commit(Batch batch) {
    if (!batch.isEmpty()) {
      writing.lock();
      try {
        var changed = tree;
        for (var change : batch.changes()) {
          var value = change.value();
          changed = value == null ? changed.delete(change.key()) : changed.put(change.key(), value);
        }
        tree = changed;
        position++;
      } finally {
        writing.unlock();
      }
    }
    batch.committed();
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public void awaitDurable(long position) {}

  @Override
  public void hasten() {}

  @Override
  public void checkpoint(Path directory) {
    try {
      Files.createDirectory(directory);
      var target = directory.resolve("memory.store");
      try (var out =
              new DataOutputStream(
                  new BufferedOutputStream(Files.newOutputStream(target), 1 << 16));
          var cursor = scan(new byte[0], null, false)) {
        out.writeInt(FORMAT);
        while (cursor.next()) {
          out.writeInt(cursor.key().length);
          out.write(cursor.key());
          out.writeInt(cursor.value().length);
          out.write(cursor.value());
        }
        out.writeInt(-1);
      }
    } catch (IOException e) {
      throw new StoreException("Cannot write the checkpoint " + directory + ": " + e, e);
    }
  }

  /// A store with the content that [#checkpoint] wrote.
  public static MemoryStore restore(Path directory) {
    var source = directory.resolve("memory.store");
    try (var in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(source), 1 << 16))) {
      if (in.readInt() != FORMAT) {
        throw new StoreException(source + " is not a checkpoint of the memory store");
      }
      var tree = PersistentTree.EMPTY;
      for (var length = in.readInt(); length >= 0; length = in.readInt()) {
        var key = in.readNBytes(length);
        tree = tree.put(key, in.readNBytes(in.readInt()));
      }
      return new MemoryStore(tree);
    } catch (IOException e) {
      throw new StoreException("Cannot read the checkpoint " + directory + ": " + e, e);
    }
  }

  @Override
  public void clear() {
    writing.lock();
    try {
      tree = PersistentTree.EMPTY;
      position++;
    } finally {
      writing.unlock();
    }
  }

  @Override
  public void close() {}
}
