package dev.terrarium.kernel.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.MemoryStore;
import dev.terrarium.testkit.Seed;
import dev.terrarium.testkit.Seeded;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class TimersTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final Clock clock = Clock.stoppedAt(START);
  private final MemoryStore store = new MemoryStore();
  private final Timers timers = started(clock, store);
  private final List<String> log = Collections.synchronizedList(new ArrayList<>());

  private static Timers started(Clock clock, MemoryStore store) {
    var timers = new Timers(clock, store, handler -> {});
    timers.start();
    return timers;
  }

  @AfterEach
  void close() {
    timers.close();
  }

  private void note(String what) {
    log.add(Duration.between(START, clock.now()).toSeconds() + ":" + what);
  }

  private void schedule(int seconds, String id) {
    var batch = new Batch();
    timers.schedule(batch, new Timer(START.plusSeconds(seconds), "test.note", id));
    store.commit(batch);
  }

  @Seeded(tries = 20)
  void advancingFiresInOrderEachAtItsOwnInstant(Seed seed) {
    log.clear();
    timers.advanceTo(START);
    var random = seed.random();
    var base = (int) Duration.between(START, clock.now()).toSeconds();
    timers.handle("test.note", timer -> note(timer.id()));
    var expected = new ArrayList<Integer>();
    for (int i = 0; i < 40; i++) {
      var at = base + 1 + random.nextInt(100);
      expected.add(at);
      if (random.nextBoolean()) {
        schedule(at, "t" + i);
      } else {
        timers.at(START.plusSeconds(at), () -> note("alarm"));
      }
    }
    timers.advance(Duration.ofSeconds(200));
    expected.sort(null);
    assertThat(log.stream().map(l -> Integer.parseInt(l.split(":")[0]))).isEqualTo(expected);
    assertThat(clock.now()).isEqualTo(START.plusSeconds(base + 200));
  }

  @Test
  void whatFiringSchedulesFiresInTheSameAdvance() {
    timers.handle(
        "test.note",
        timer -> {
          note(timer.id());
          if (timer.id().equals("late")) {
            return;
          }
          timers.background(
              "cascade",
              () -> {
                try {
                  timers.sleepUntil(clock.now().plusSeconds(2));
                  note("woke");
                  schedule(20, "late");
                } catch (InterruptedException e) {
                  note("interrupted");
                }
              });
        });
    schedule(5, "first");
    timers.advance(Duration.ofSeconds(30));
    assertThat(log).containsExactly("5:first", "7:woke", "20:late");
  }

  @Test
  void aTimerSurvivesAReopenAndACancelledOneDoesNot() {
    schedule(5, "kept");
    schedule(6, "cancelled");
    var batch = new Batch();
    timers.cancel(batch, new Timer(START.plusSeconds(6), "test.note", "cancelled"));
    store.commit(batch);
    timers.close();
    var later = started(clock, store);
    later.handle("test.note", timer -> note(timer.id()));
    later.advance(Duration.ofSeconds(10));
    later.close();
    assertThat(log).containsExactly("5:kept");
  }

  @Test
  void aHandlerThatFailsIsAskedAgain() {
    var tries = new AtomicInteger();
    timers.handle(
        "test.note",
        timer -> {
          note(timer.id());
          if (tries.incrementAndGet() < 3) {
            throw new IllegalStateException("on purpose");
          }
        });
    schedule(5, "a");
    timers.advance(Duration.ofSeconds(10));
    assertThat(log).containsExactly("5:a", "6:a", "7:a");
  }

  @Test
  void aRunningClockFiresByItself() throws InterruptedException {
    var fired = new CountDownLatch(1);
    timers.at(START.plusSeconds(3600), fired::countDown);
    clock.rate(1_000_000);
    fired.await();
    assertThat(clock.now()).isAfterOrEqualTo(START.plusSeconds(3600));
    clock.stop();
    assertThat(clock.now()).isEqualTo(clock.now());
    assertThat(clock.rate()).isZero();
  }

  @Test
  void aMovedClockIsKept() {
    timers.advance(Duration.ofDays(3));
    clock.save(store);
    var next = new Clock();
    next.restore(store);
    assertThat(next.now()).isEqualTo(START.plus(Duration.ofDays(3)));
    assertThat(next.rate()).isZero();
  }

  @Test
  void aWaitTellsADeadlineFromAWakeUp() throws InterruptedException {
    for (int i = 0; i < 500; i++) {
      assertThat(new Waiter().await(timers, clock.now())).isFalse();
    }
    var waiter = new Waiter();
    assertThat(waiter.wake()).isTrue();
    assertThat(waiter.wake()).isFalse();
    assertThat(waiter.await(timers, clock.now().plusSeconds(1))).isTrue();
  }

  @Test
  void whoIsInterruptedIsBusyFromThenOn() {
    for (int i = 0; i < 500; i++) {
      var ended = new AtomicBoolean();
      var sleeper =
          timers.background(
              "sleeper",
              () -> {
                try {
                  timers.sleepUntil(clock.now().plusSeconds(3600));
                } catch (InterruptedException e) {
                  ended.set(!Thread.currentThread().isInterrupted());
                }
              });
      if (i % 2 == 0) {
        timers.advance(Duration.ZERO);
      }
      timers.interrupt(sleeper);
      timers.advance(Duration.ZERO);
      assertThat(ended).isTrue();
    }
  }

  @Test
  void closingEndsWhateverWaits() throws InterruptedException {
    var began = new CountDownLatch(1);
    var ended = new CountDownLatch(1);
    Thread.ofVirtual()
        .start(() -> {
          began.countDown();
          try {
            timers.sleepUntil(clock.now().plusSeconds(1));
          } catch (InterruptedException e) {
            ended.countDown();
          }
        });
    began.await();
    timers.close();
    ended.await();
    assertThatThrownBy(() -> timers.sleepUntil(clock.now().plusSeconds(1)))
        .isInstanceOf(InterruptedException.class);
  }
}
