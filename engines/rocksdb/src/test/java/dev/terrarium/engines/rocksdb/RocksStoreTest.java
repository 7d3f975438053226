package dev.terrarium.engines.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.Key;
import dev.terrarium.kernel.store.Store;
import dev.terrarium.kernel.store.StoreContract;
import dev.terrarium.kernel.store.StoreException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class RocksStoreTest extends StoreContract {
  @TempDir Path folder = Path.of("");

  @Override
  protected Store open(Path place) {
    return new RocksStore(place);
  }

  @Override
  protected Store reopened(Store opened, Path place) {
    opened.close();
    return new RocksStore(place);
  }

  @Override
  protected Store openCheckpoint(Path checkpoint) {
    return new RocksStore(checkpoint);
  }

  @Test
  void aFolderThatIsInUseIsRefused() {
    try (var first = new RocksStore(folder)) {
      assertThatThrownBy(() -> new RocksStore(folder))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("in use");
      first.commit(new Batch().put(Key.of("k"), new byte[1]));
    }
    new RocksStore(folder).close();
  }

  @Test
  void everythingIsRefusedOnceItIsClosed() {
    var store = new RocksStore(folder);
    store.commit(new Batch().put(Key.of("k"), new byte[1]));
    store.close();
    store.close();
    assertRefused(() -> store.get(Key.of("k")));
    assertRefused(() -> store.commit(new Batch().delete(Key.of("k"))));
    assertRefused(() -> store.scan(new byte[0], null, false).close());
    assertRefused(() -> store.snapshot().close());
    assertRefused(store::position);
    assertRefused(() -> store.awaitDurable(Long.MAX_VALUE));
    assertRefused(store::clear);
  }

  private static void assertRefused(Runnable use) {
    assertThatThrownBy(use::run).isInstanceOf(StoreException.class);
  }

  @Test
  void closingDoesNotWaitForeverForWhoHoldsACursorAndWaits() throws InterruptedException {
    var store = new RocksStore(folder, Duration.ofMillis(100));
    store.commit(new Batch().put(Key.of("k"), new byte[1]));
    var cursor = store.scan(new byte[0], null, false);
    store.close();
    assertThat(cursor.next()).as("its resources are still there").isTrue();
    cursor.close();
  }

  @Test
  void whoeverWaitsWhileItClosesIsTold() throws InterruptedException {
    var store = new RocksStore(folder);
    var waiter =
        Thread.ofVirtual()
            .unstarted(() -> {
              try {
                store.awaitDurable(Long.MAX_VALUE);
              } catch (StoreException e) {
                Thread.currentThread().setName("told");
              }
            });
    waiter.start();
    while (waiter.getState() != Thread.State.WAITING && waiter.isAlive()) {
      Thread.onSpinWait();
    }
    store.close();
    waiter.join();
    assertThat(waiter.getName()).isEqualTo("told");
  }
}
