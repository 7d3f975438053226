package dev.terrarium.services.s3;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// The bytes of objects: small ones in the store, others in the blobs, streamed.
///
/// A file is noted in the store as garbage before its first byte is written; the batch that first
/// points to it removes the note, and the batch that last points to it puts it back. So whatever is
/// noted when the service opens belongs to nobody and is deleted, without looking at anything else.
/// A file that somebody is still reading through a list of parts is deleted when they are done.
final class Bodies {
  /// Up to this size a body is kept in the store.
  static final int INLINE_BYTES_MAX = 16 * 1024;

  private static final int BUFFER_BYTES = 256 * 1024;

  private final Cloud cloud;
  private final Keyspace<String, byte[]> inline;
  private final Keyspace<String, byte[]> garbage;
  private final Keyspace<String, List<StoredPart>> lists;
  private final Map<String, Integer> pins = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<Doomed> doomed = new ConcurrentLinkedQueue<>();
  private final Worker sweeper;

  /// A file that nothing points to any more.
  ///
  /// @param list the list of parts that it was in, or empty
  private record Doomed(String file, String list) {}

  /// A body that has come in but belongs to nobody yet.
  ///
  /// @param bytes the body itself, if it is small
  record Incoming(Body body, long size, byte @Nullable [] bytes) {}

  /// The body was deleted after its record was read: the record must be read again.
  static final class BodyGoneException extends Exception {
    private static final long serialVersionUID = 1;
  }

  Bodies(Cloud cloud) {
    this.cloud = cloud;
    this.inline = new Keyspace<>(cloud.store(), "s3.bodies", KeyCodec.STRING, Codec.BYTES);
    this.garbage = new Keyspace<>(cloud.store(), "s3.garbage", KeyCodec.STRING, Codec.BYTES);
    this.lists =
        new Keyspace<>(cloud.store(), "s3.part-lists", KeyCodec.STRING, StoredPart.LIST_CODEC);
    this.sweeper = new Worker(cloud, "sweep", cloud.defaultScope(), this::sweep);
    garbage.scan((file, nothing) -> {
      doomed.add(new Doomed(file, ""));
      return true;
    });
    if (!doomed.isEmpty()) {
      sweeper.wake();
    }
  }

  /// Takes a body in, computing its hashes on the way.
  ///
  /// @param sizeMax the most that is taken; one byte more is `EntityTooLarge`
  /// @param expected what the sender says the size is, or null
  Incoming receive(InputStream in, Hashes hashes, long sizeMax, @Nullable Long expected)
      throws IOException {
    var first = first(in, expected);
    hashes.update(first, 0, first.length);
    if (first.length < INLINE_BYTES_MAX) {
      return small(first);
    }
    var next = in.read();
    if (next < 0) {
      return small(first);
    }
    String file = null;
    try (var writer = cloud.blobs().create()) {
      file = writer.id();
      garbage.put(file, new byte[0]);
      writer.write(first, 0, first.length);
      var buffer = new byte[BUFFER_BYTES];
      buffer[0] = (byte) next;
      int count = 1;
      long size = first.length;
      while (count >= 0) {
        size += count;
        if (size > sizeMax) {
          throw tooLarge(size, sizeMax);
        }
        hashes.update(buffer, 0, count);
        writer.write(buffer, 0, count);
        count = in.readNBytes(buffer, 0, buffer.length);
        if (count == 0) {
          break;
        }
      }
      return new Incoming(new Body(Body.Kind.FILE, writer.finish()), size, null);
    } catch (IOException | RuntimeException e) {
      if (file != null) {
        discard(new Incoming(new Body(Body.Kind.FILE, file), 0, null));
      }
      throw e;
    }
  }

  /// As much of a body as is kept in the store: all of it, or not less than that.
  private static byte[] first(InputStream in, @Nullable Long expected) throws IOException {
    if (expected == null || expected < 0 || expected >= INLINE_BYTES_MAX) {
      return in.readNBytes(INLINE_BYTES_MAX);
    }
    var bytes = new byte[expected.intValue()];
    var count = in.readNBytes(bytes, 0, bytes.length);
    if (count < bytes.length) {
      return Arrays.copyOf(bytes, count);
    }
    var next = in.read();
    if (next < 0) {
      return bytes;
    }
    var more = Arrays.copyOf(bytes, INLINE_BYTES_MAX);
    more[count++] = (byte) next;
    count += in.readNBytes(more, count, more.length - count);
    return count < more.length ? Arrays.copyOf(more, count) : more;
  }

  /// Sees to it that reading an object again is of use after its body was gone: that it is another
  /// one now, or none.
  ///
  /// @throws IllegalStateException if it still has the body that is gone
  static void checkReplaced(StoredObject read, @Nullable StoredObject now, BodyGoneException gone) {
    if (now != null && now.content().body().equals(read.content().body())) {
      throw new IllegalStateException("The body of an object is lost", gone);
    }
  }

  /// A copy of a range of a body, hashed on the way.
  Incoming copy(Body body, long from, long to, Hashes hashes)
      throws IOException, BodyGoneException {
    try (var in = open(body, from, to)) {
      return receive(in, hashes, Long.MAX_VALUE, null);
    }
  }

  /// Lets the batch take a body into possession.
  void keep(Batch batch, Incoming incoming) {
    var bytes = incoming.bytes();
    if (bytes != null) {
      if (bytes.length > 0) {
        inline.put(batch, incoming.body().id(), bytes);
      }
    } else {
      garbage.delete(batch, incoming.body().id());
    }
  }

  /// Lets the batch keep the list of the parts of an object.
  Body keepList(Batch batch, String id, List<StoredPart> parts) {
    lists.put(batch, id, parts);
    return new Body(Body.Kind.PARTS, id);
  }

  /// Forgets a body that nobody took into possession.
  void discard(Incoming incoming) {
    if (incoming.body().kind() == Body.Kind.FILE) {
      doomed.add(new Doomed(incoming.body().id(), ""));
      sweeper.wake();
    }
  }

  /// Has a body deleted once the batch has committed.
  void drop(Batch batch, Body body) {
    drop(batch, body, "");
  }

  /// Forgets the list of an object's parts, but not their bodies.
  void dropList(Batch batch, String id) {
    lists.delete(batch, id);
  }

  /// The parts of which an object was put together.
  List<StoredPart> parts(Body body) {
    var parts = body.kind() == Body.Kind.PARTS ? lists.get(body.id()) : null;
    return parts == null ? List.of() : parts;
  }

  /// The bytes `from` (inclusive) to `to` (exclusive).
  InputStream open(Body body, long from, long to) throws IOException, BodyGoneException {
    if (from >= to) {
      return InputStream.nullInputStream();
    }
    return switch (body.kind()) {
      case EMPTY -> InputStream.nullInputStream();
      case INLINE -> {
        var bytes = inline.get(body.id());
        if (bytes == null) {
          throw new BodyGoneException();
        }
        yield new ByteArrayInputStream(bytes, (int) from, (int) (to - from));
      }
      case FILE -> {
        try {
          yield cloud.blobs().open(body.id(), from, to);
        } catch (NoSuchFileException e) {
          throw new BodyGoneException();
        }
      }
      case PARTS -> {
        pins.merge(body.id(), 1, Integer::sum);
        var parts = lists.get(body.id());
        if (parts == null) {
          unpin(body.id());
          throw new BodyGoneException();
        }
        yield new PartsStream(this, parts, from, to, () -> unpin(body.id()));
      }
    };
  }

  /// A new id for something of this class.
  String newId() {
    return cloud.ids().unique(24);
  }

  static RuntimeException tooLarge(long proposed, long max) {
    return S3Errors.draft(
            400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
        .with("ProposedSize", Long.toString(proposed))
        .with("MaxSizeAllowed", Long.toString(max))
        .build();
  }

  private Incoming small(byte[] bytes) {
    return bytes.length == 0
        ? new Incoming(Body.EMPTY, 0, bytes)
        : new Incoming(new Body(Body.Kind.INLINE, newId()), bytes.length, bytes);
  }

  private void drop(Batch batch, Body body, String list) {
    switch (body.kind()) {
      case EMPTY -> {}
      case INLINE -> inline.delete(batch, body.id());
      case FILE -> {
        garbage.put(batch, body.id(), new byte[0]);
        batch.afterCommit(() -> {
          doomed.add(new Doomed(body.id(), list));
          sweeper.wake();
        });
      }
      case PARTS -> {
        for (var part : parts(body)) {
          drop(batch, part.content().body(), body.id());
        }
        lists.delete(batch, body.id());
      }
    }
  }

  private void unpin(String list) {
    pins.computeIfPresent(list, (id, count) -> count == 1 ? null : count - 1);
    if (!doomed.isEmpty()) {
      sweeper.wake();
    }
  }

  private void sweep() {
    var files = new ArrayList<String>();
    doomed.removeIf(one -> !pins.containsKey(one.list()) && files.add(one.file()));
    cloud.discard(files);
    var batch = new Batch();
    files.forEach(file -> garbage.delete(batch, file));
    cloud.store().commit(batch);
  }
}
