package dev.terrarium.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.kernel.store.MemoryStore;
import dev.terrarium.kernel.time.Clock;
import dev.terrarium.kernel.time.Timers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class SignalsTest {
  private static final int ITEMS = 20_000;

  private final Clock clock = Clock.stoppedAt(Instant.EPOCH);
  private final Timers timers = new Timers(clock, new MemoryStore(), handler -> {});
  private final Signals signals = new Signals(timers);

  @AfterEach
  void close() {
    timers.close();
  }

  /// The clock stands, so a wake-up that is lost would leave somebody waiting for ever.
  @Test
  void noWakeUpIsLost() throws InterruptedException {
    var there = new AtomicInteger();
    var taken = new AtomicInteger();
    var wrong = new AtomicReference<@Nullable String>();
    var takers = new ArrayList<Thread>();
    for (int t = 0; t < 4; t++) {
      takers.add(Thread.ofPlatform().start(() -> take(there, taken, wrong)));
    }
    for (int i = 0; i < ITEMS; i++) {
      there.incrementAndGet();
      signals.signalOne("q");
      if (i % 64 == 0) {
        LockSupport.parkNanos(1);
      }
    }
    for (var taker : takers) {
      while (taker.isAlive()) {
        if (taken.get() >= ITEMS) {
          signals.signal("q");
        }
        taker.join(1);
      }
    }
    assertThat(wrong.get()).isNull();
    assertThat(taken).hasValue(ITEMS);
  }

  private void take(
      AtomicInteger there, AtomicInteger taken, AtomicReference<@Nullable String> wrong) {
    var deadline = Instant.EPOCH.plusSeconds(1);
    try (var watch = signals.watch("q")) {
      while (taken.get() < ITEMS) {
        if (there.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
          taken.incrementAndGet();
          if (there.get() > 0) {
            signals.signalOne("q");
          }
        } else if (!watch.await(deadline)) {
          wrong.set("the deadline passed on a clock that stands");
          return;
        }
      }
    } catch (InterruptedException e) {
      wrong.set("interrupted");
    }
  }

  @Test
  void aSignalBeforeTheWaitEndsIt() throws InterruptedException {
    try (var watch = signals.watch("a", "b")) {
      signals.signal("b");
      assertThat(watch.await(Instant.EPOCH.plusSeconds(1))).isTrue();
    }
  }
}
