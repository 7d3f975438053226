package dev.terrarium.kernel.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class MemoryStoreTest extends StoreContract {
  @Override
  protected Store open(Path folder) {
    return new MemoryStore();
  }

  @Override
  protected Store reopened(Store opened, Path folder) {
    return opened;
  }

  @Override
  protected Store openCheckpoint(Path checkpoint) {
    return MemoryStore.restore(checkpoint);
  }

  @Test
  void aForkAndItsOriginGoTheirOwnWays() {
    var origin = (MemoryStore) store();
    var key = Key.of("k");
    origin.commit(new Batch().put(key, new byte[] {1}));
    var fork = origin.fork();
    fork.commit(new Batch().put(key, new byte[] {2}));
    origin.commit(new Batch().put(Key.of("l"), new byte[] {3}));
    assertThat(origin.get(key)).containsExactly(1);
    assertThat(fork.get(key)).containsExactly(2);
    assertThat(fork.get(Key.of("l"))).isNull();
  }
}
