package dev.terrarium.engines.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrarium.kernel.store.StoreException;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class CommitterTest {
  @Test
  void nobodyReturnsBeforeASyncCoversIt() throws InterruptedException {
    var written = new AtomicLong();
    var covered = new AtomicLong();
    var syncs = new AtomicInteger();
    var early = new AtomicInteger();
    Committer.Sync sync =
        () -> {
          var upTo = written.get();
          LockSupport.parkNanos(1);
          covered.set(upTo);
          syncs.incrementAndGet();
        };
    try (var committer = new Committer(written::get, sync, p -> {})) {
      var threads = new ArrayList<Thread>();
      for (int t = 0; t < 64; t++) {
        threads.add(
            Thread.ofVirtual()
                .start(() -> {
                  for (int i = 0; i < 300; i++) {
                    var position = written.incrementAndGet();
                    committer.await(position);
                    if (covered.get() < position) {
                      early.incrementAndGet();
                    }
                  }
                }));
      }
      for (var thread : threads) {
        thread.join();
      }
      assertThat(early).hasValue(0);
      assertThat(committer.durable()).isEqualTo(64 * 300);
      assertThat(syncs.get()).isPositive().isLessThanOrEqualTo(64 * 300);
    }
  }

  @Test
  void whatNobodyWaitsForIsSyncedWhenAskedFor() throws InterruptedException {
    var written = new AtomicLong();
    var asked = 1_000;
    var covered = new CountDownLatch(1);
    LongConsumer synced =
        position -> {
          if (position == asked) {
            covered.countDown();
          }
        };
    try (var committer = new Committer(written::get, () -> {}, synced)) {
      for (int i = 1; i <= asked; i++) {
        written.set(i);
        committer.hasten(i);
      }
      covered.await();
      assertThat(committer.durable()).isLessThanOrEqualTo(asked);
    }
    assertThat(written).hasValue(asked);
  }

  @Test
  void afterAFailedSyncNothingIsAcknowledged() {
    var written = new AtomicLong();
    Committer.Sync sync =
        () -> {
          throw new IllegalStateException("the disk is gone");
        };
    try (var committer = new Committer(written::get, sync, p -> {})) {
      written.set(1);
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> committer.await(1))
            .isInstanceOf(StoreException.class)
            .hasRootCauseMessage("the disk is gone");
      }
      committer.await(0);
    }
  }

  @Test
  void whoComesAfterTheEndIsToldSo() {
    var written = new AtomicLong();
    var committer = new Committer(written::get, () -> {}, p -> {});
    committer.close();
    written.set(1);
    assertThatThrownBy(() -> committer.await(1)).isInstanceOf(StoreException.class);
  }
}
