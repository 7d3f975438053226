package dev.terrarium.kernel;

import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.Key;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.kernel.store.Store;
import java.util.ArrayList;

/// Ranges of the store that a service no longer needs: what was in a table or a stream that is
/// deleted. They are noted in the batch that makes them useless and removed in the background, some
/// keys at a time; a process that ends meanwhile leaves the note, and [#sweepLater] goes on.
public final class Garbage {
  private static final int AT_ONCE = 1000;
  private static final byte[] NOTED = {1};
  private static final KeyCodec<byte[]> PREFIX =
      KeyCodec.of((prefix, writer) -> writer.raw(prefix), Key.Reader::rest);

  private final Cloud cloud;
  private final String service;
  private final Store store;
  private final Keyspace<byte[], byte[]> prefixes;

  /// @param service whose it is; its notes are in the keyspace `<service>.garbage`
  public Garbage(Cloud cloud, String service) {
    this.cloud = cloud;
    this.service = service;
    this.store = cloud.store();
    this.prefixes = new Keyspace<>(store, service + ".garbage", PREFIX, Codec.BYTES);
  }

  /// Has all keys that begin with `prefix` removed, some time after the batch has committed and
  /// [#sweepLater] was called. Nothing writes there any more.
  public void discard(Batch batch, byte[] prefix) {
    prefixes.put(batch, prefix, NOTED);
  }

  /// Removes what was noted, in the background.
  public void sweepLater() {
    var noted = new ArrayList<byte[]>();
    prefixes.scan((prefix, nothing) -> noted.add(prefix));
    if (!noted.isEmpty()) {
      cloud.background(service, "sweep", cloud.defaultScope(), () -> noted.forEach(this::sweep));
    }
  }

  private void sweep(byte[] prefix) {
    boolean more = true;
    while (more) {
      more = sweepSome(prefix);
    }
    prefixes.delete(prefix);
  }

  private boolean sweepSome(byte[] prefix) {
    var batch = new Batch();
    int count = 0;
    try (var cursor = store.scan(prefix, Key.after(prefix), false)) {
      while (count < AT_ONCE && cursor.next()) {
        batch.delete(cursor.key());
        count++;
      }
    }
    store.commit(batch);
    return count == AT_ONCE;
  }
}
