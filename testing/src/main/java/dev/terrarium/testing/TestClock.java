package dev.terrarium.testing;

import dev.terrarium.kernel.Cloud;
import java.time.Duration;
import java.time.Instant;

/// The clock of a test's cloud, by which all that waits there waits: visibility, delays, windows,
/// retries, schedules, lifecycles.
public final class TestClock {
  private final Cloud cloud;

  TestClock(Cloud cloud) {
    this.cloud = cloud;
  }

  /// What it shows.
  public Instant now() {
    return cloud.clock().now();
  }

  /// Stands still from now on.
  public void stop() {
    cloud.clock().stop();
  }

  /// Runs at a rate: 1 as the machine's, 60 a minute per second.
  public void run(double rate) {
    cloud.clock().rate(rate);
  }

  /// Moves it forward. All that falls due on the way happens, in order, before this returns.
  public void advance(Duration by) {
    cloud.timers().advance(by);
  }

  /// As [#advance], to a moment; does nothing if that has passed.
  public void advanceTo(Instant moment) {
    cloud.timers().advanceTo(moment);
  }

  /// Returns when all that has been set off has been done: messages delivered, functions run. Moves
  /// the clock not at all.
  public void settle() {
    cloud.timers().advance(Duration.ZERO);
  }
}
