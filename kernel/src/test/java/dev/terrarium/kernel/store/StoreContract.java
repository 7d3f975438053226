package dev.terrarium.kernel.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.testkit.Seed;
import dev.terrarium.testkit.Seeded;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What every engine promises: it is a sorted map, at every moment, after every reopening.
///
/// An engine subclasses this and says how it is opened.
public abstract class StoreContract {
  private static final int STEPS = 250;

  @TempDir Path directory = Path.of("");
  private Store store = new MemoryStore();
  private NavigableMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);

  /// Opens the store in a folder that may hold one already.
  protected abstract Store open(Path folder);

  /// Closes and opens again; an engine without a disk returns the store as it is.
  protected abstract Store reopened(Store opened, Path folder);

  /// Opens what [Store#checkpoint] wrote.
  protected abstract Store openCheckpoint(Path checkpoint);

  @BeforeEach
  void openStore() {
    store = open(directory.resolve("a"));
    model = new TreeMap<>(Arrays::compareUnsigned);
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  private record Moment(Snapshot snapshot, NavigableMap<byte[], byte[]> model) {}

  @Seeded(tries = 12)
  void behavesAsASortedMap(Seed seed) {
    var random = seed.random();
    var moments = new ArrayList<Moment>();
    for (int step = 0; step < STEPS; step++) {
      switch (random.nextInt(20)) {
        case 0 -> moments.add(new Moment(store.snapshot(), copy(model)));
        case 1 -> {
          if (!moments.isEmpty()) {
            var moment = moments.remove(random.nextInt(moments.size()));
            assertSame(random, moment);
            moment.snapshot.close();
          }
        }
        case 2 -> {
          if (random.nextInt(20) == 0) {
            store.clear();
            model.clear();
          }
        }
        case 3 -> assertRange(random, store::scan, model);
        default -> commit(random);
      }
    }
    for (var moment : moments) {
      assertSame(random, moment);
      moment.snapshot.close();
    }
    assertThat(dump(store::scan, new byte[0], null, false)).isEqualTo(texts(model, false));
    store = reopened(store, directory.resolve("a"));
    assertThat(dump(store::scan, new byte[0], null, false)).isEqualTo(texts(model, false));
    assertThat(dump(store::scan, new byte[0], null, true)).isEqualTo(texts(model, true));
  }

  @Seeded(tries = 6)
  void aCheckpointHoldsTheMomentAtWhichItWasMade(Seed seed) {
    var random = seed.random();
    for (int step = 0; step < 60; step++) {
      commit(random);
    }
    var then = copy(model);
    store.checkpoint(directory.resolve("copy"));
    for (int step = 0; step < 60; step++) {
      commit(random);
    }
    try (var copy = openCheckpoint(directory.resolve("copy"))) {
      assertThat(dump(copy::scan, new byte[0], null, false)).isEqualTo(texts(then, false));
      copy.commit(new Batch().put(new byte[] {1, 2, 3}, new byte[] {4}));
    }
    assertThat(dump(store::scan, new byte[0], null, false)).isEqualTo(texts(model, false));
  }

  @Test
  void aCursorSeesTheMomentAtWhichItWasOpened() {
    store.commit(new Batch().put(bytes("a"), bytes("1")).put(bytes("b"), bytes("1")));
    try (var cursor = store.scan(new byte[0], null, false)) {
      store.commit(new Batch().delete(bytes("b")).put(bytes("c"), bytes("1")));
      assertThat(cursor.next()).isTrue();
      assertThat(cursor.key()).isEqualTo(bytes("a"));
      assertThat(cursor.next()).isTrue();
      assertThat(cursor.key()).isEqualTo(bytes("b"));
      assertThat(cursor.next()).isFalse();
    }
  }

  @Test
  void whatACommitWakesSeesTheCommit() {
    var seen = new ArrayList<byte @Nullable []>();
    store.commit(
        new Batch().put(bytes("k"), bytes("v")).afterCommit(() -> seen.add(store.get(bytes("k")))));
    assertThat(seen).containsExactly(bytes("v"));
  }

  @Test
  void positionsGrowWithEveryCommitAndBecomeDurable() {
    var before = store.position();
    store.commit(new Batch().put(bytes("k"), bytes("v")));
    assertThat(store.position()).isGreaterThan(before);
    store.awaitDurable(store.position());
    assertThat(store.get(bytes("k"))).isEqualTo(bytes("v"));
  }

  @Test
  void takesKeysAndValuesOfTheGreatestSize() {
    var key = new byte[Store.KEY_BYTES_MAX - 1];
    var value = new byte[Store.VALUE_BYTES_MAX];
    new Random(1).nextBytes(key);
    new Random(2).nextBytes(value);
    store.commit(new Batch().put(key, value).put(bytes("empty"), new byte[0]));
    store = reopened(store, directory.resolve("a"));
    assertThat(Arrays.equals(store.get(key), value)).isTrue();
    assertThat(store.get(bytes("empty"))).isEmpty();
  }

  /// The store, for laws that only one engine has.
  protected Store store() {
    return store;
  }

  private void commit(Random random) {
    var batch = new Batch();
    for (int i = random.nextInt(8); i >= 0; i--) {
      var key = key(random);
      if (random.nextInt(3) == 0) {
        batch.delete(key);
        model.remove(key);
      } else {
        var value = new byte[random.nextInt(20) == 0 ? 6000 : random.nextInt(40)];
        random.nextBytes(value);
        batch.put(key, value);
        model.put(key, value);
      }
    }
    store.commit(batch);
    var key = key(random);
    assertThat(store.get(key)).isEqualTo(model.get(key));
  }

  private static void assertSame(Random random, Moment moment) {
    assertThat(dump(moment.snapshot::scan, new byte[0], null, false))
        .isEqualTo(texts(moment.model, false));
    assertRange(random, moment.snapshot::scan, moment.model);
    var key = key(random);
    assertThat(moment.snapshot.get(key)).isEqualTo(moment.model.get(key));
  }

  private static void assertRange(Random random, Scan scan, NavigableMap<byte[], byte[]> expected) {
    var from = random.nextInt(4) == 0 ? new byte[0] : key(random);
    var to = random.nextInt(4) == 0 ? null : key(random);
    var reverse = random.nextBoolean();
    var empty = to != null && Arrays.compareUnsigned(from, to) > 0;
    NavigableMap<byte[], byte[]> range = expected.tailMap(from, true);
    if (empty) {
      range = new TreeMap<>(Arrays::compareUnsigned);
    } else if (to != null) {
      range = expected.subMap(from, true, to, false);
    }
    assertThat(dump(scan, from, to, reverse)).isEqualTo(texts(range, reverse));
  }

  private interface Scan {
    Cursor scan(byte[] from, byte @Nullable [] to, boolean reverse);
  }

  private static List<String> dump(Scan scan, byte[] from, byte @Nullable [] to, boolean reverse) {
    var found = new ArrayList<String>();
    try (var cursor = scan.scan(from, to, reverse)) {
      while (cursor.next()) {
        found.add(text(cursor.key(), cursor.value()));
      }
    }
    return found;
  }

  private static List<String> texts(NavigableMap<byte[], byte[]> map, boolean reverse) {
    var entries = (reverse ? map.descendingMap() : map).entrySet();
    return entries.stream()
        .map((Map.Entry<byte[], byte[]> e) -> text(e.getKey(), e.getValue()))
        .toList();
  }

  private static String text(byte[] key, byte[] value) {
    return HexFormat.of().formatHex(key) + "=" + value.length + ":" + Arrays.hashCode(value);
  }

  /// Few keys, so that they meet; short ones, long ones, prefixes of each other, all byte values.
  private static byte[] key(Random random) {
    var key = new byte[1 + random.nextInt(random.nextInt(10) == 0 ? 40 : 2)];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) (random.nextInt(16) * 17);
    }
    return key;
  }

  private static NavigableMap<byte[], byte[]> copy(NavigableMap<byte[], byte[]> map) {
    var copy = new TreeMap<byte[], byte[]>(Arrays::compareUnsigned);
    copy.putAll(map);
    return copy;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
