package dev.terrarium.services.s3;

import dev.terrarium.kernel.store.Cursor;
import dev.terrarium.kernel.store.Key;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.kernel.store.Store;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A walk over the objects of a bucket in the order of their keys, and, if wanted, over all
/// versions of each from the newest to the oldest.
///
/// The walk can leave out everything that begins with a common prefix. A few entries are stepped
/// over, which is cheap; for many the walk is opened anew behind them, so that what a listing costs
/// depends on what it returns and not on what is folded away.
final class KeyWalk implements AutoCloseable {
  private static final int STEPS_BEFORE_SEEK = 12;

  private final Source objects;
  private final @Nullable Source versions;
  private @Nullable Source current;
  private byte[] lastKey = new byte[0];
  private boolean latest;

  /// @param prefix with what the keys begin
  /// @param start where to begin
  /// @param allVersions whether old versions and delete markers are visited
  KeyWalk(
      Store store,
      ObjectTable table,
      String bucket,
      String prefix,
      Start start,
      boolean allVersions) {
    this.objects =
        new Source(
            store,
            table.objects(),
            key -> new ObjectKey(bucket, key),
            StoredObject.CODEC::decode,
            prefix,
            start);
    this.versions =
        allVersions
            ? new Source(
                store,
                table.versions(),
                key -> new ObjectTable.VersionKey(bucket, key, 0),
                StoredObject.CODEC::decode,
                prefix,
                start)
            : null;
  }

  /// Where a walk begins: behind a key, at a key, or behind everything that begins with it.
  record Start(String key, Kind kind) {
    static final Start FIRST = new Start("", Kind.AT);

    enum Kind {
      AT,
      BEHIND,
      BEHIND_ALL_WITH
    }
  }

  /// Moves to the next entry.
  boolean next() {
    if (current != null) {
      current.advance();
    }
    var second = versions;
    if (second == null) {
      current = objects;
    } else if (!objects.valid || !second.valid) {
      current = objects.valid ? objects : second;
    } else {
      current = Arrays.compareUnsigned(objects.key, second.key) <= 0 ? objects : second;
    }
    if (!current.valid) {
      return false;
    }
    latest = !Arrays.equals(current.key, lastKey);
    lastKey = current.key;
    return true;
  }

  /// The key of the entry.
  String key() {
    return new Key.Reader(lastKey, 0).string();
  }

  /// The entry.
  StoredObject object() {
    return java.util.Objects.requireNonNull(current).object();
  }

  /// Whether it is the newest version of its key.
  boolean latest() {
    return latest;
  }

  /// Leaves out everything from here on that begins with `prefix`.
  void skip(String prefix) {
    current = null;
    objects.skip(prefix);
    if (versions != null) {
      versions.skip(prefix);
    }
  }

  @Override
  public void close() {
    objects.cursor.close();
    if (versions != null) {
      versions.cursor.close();
    }
  }

  /// One of the two tables.
  private static final class Source {
    private final Store store;
    private final int head;
    private final Function<String, byte[]> rawPrefix;
    private final byte @Nullable [] end;
    private final Function<byte[], StoredObject> decode;
    private Cursor cursor;
    private boolean valid;
    private byte[] key = new byte[0];

    <K> Source(
        Store store,
        Keyspace<K, StoredObject> table,
        Function<String, K> at,
        Function<byte[], StoredObject> decode,
        String prefix,
        Start start) {
      this.store = store;
      this.decode = decode;
      var tail = keyTail(table, at);
      this.rawPrefix =
          text -> {
            var raw = table.rawKey(at.apply(text));
            return Arrays.copyOf(raw, raw.length - tail);
          };
      this.head = rawPrefix.apply("").length;
      var first = rawPrefix.apply(prefix);
      this.end = Key.after(first);
      var from = from(start);
      this.cursor = open(Arrays.compareUnsigned(first, from) >= 0 ? first : from);
      advance();
    }

    /// How many bytes follow the characters of the key: its end, and in the table of versions the
    /// sequence number.
    private static <K> int keyTail(Keyspace<K, StoredObject> table, Function<String, K> at) {
      var one = table.rawKey(at.apply("x"));
      var tail = 0;
      while (one[one.length - 1 - tail] != 'x') {
        tail++;
      }
      return tail;
    }

    private byte[] from(Start start) {
      var prefix = rawPrefix.apply(start.key);
      return switch (start.kind) {
        case AT -> prefix;
        case BEHIND -> behind(new Key.Writer().raw(prefix).raw(new byte[2]).toBytes());
        case BEHIND_ALL_WITH -> behind(prefix);
      };
    }

    private static byte[] behind(byte[] prefix) {
      var after = Key.after(prefix);
      return after == null ? prefix : after;
    }

    private Cursor open(byte[] from) {
      if (end != null && Arrays.compareUnsigned(from, end) >= 0) {
        return store.scan(end, end, false);
      }
      return store.scan(from, end, false);
    }

    private void advance() {
      valid = cursor.next();
      if (valid) {
        var raw = cursor.key();
        var length = head;
        while (raw[length] != 0 || raw[length + 1] != 0) {
          length += raw[length] == 0 ? 2 : 1;
        }
        key = Arrays.copyOfRange(raw, head, length + 2);
      }
    }

    private StoredObject object() {
      return decode.apply(cursor.value());
    }

    private void skip(String prefix) {
      var raw = rawPrefix.apply(prefix);
      var steps = 0;
      while (valid && startsWith(cursor.key(), raw)) {
        if (steps++ == STEPS_BEFORE_SEEK) {
          cursor.close();
          cursor = open(behind(raw));
        }
        advance();
      }
    }

    private static boolean startsWith(byte[] bytes, byte[] prefix) {
      return bytes.length >= prefix.length
          && Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
    }
  }
}
