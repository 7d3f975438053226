package dev.terrarium.kernel.time;

import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.BinaryReader;
import dev.terrarium.kernel.store.BinaryWriter;
import dev.terrarium.kernel.store.Key;
import dev.terrarium.kernel.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;

/// Terrarium's one clock. It runs with the machine's, at a rate of its own, or stands still; it can
/// be set and advanced by hand. Everything that waits in the product waits for this clock.
///
/// Use [Timers#advance] rather than [#jump] to move time: it fires what falls due on the way, in
/// order.
public final class Clock {
  /// How the clock runs: at machine time `realNanos` it showed `millis`, and since then it has run
  /// at `rate` (0: it stands).
  private record Course(long realNanos, long millis, double rate) {}

  private static final byte[] KEY = Key.of("kernel.clock");

  private final LongSupplier nanos;
  private final LongSupplier wallMillis;
  private final CopyOnWriteArrayList<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile Course course;

  /// The machine's clock.
  public Clock() {
    this(System::nanoTime, System::currentTimeMillis);
  }

  private Clock(LongSupplier nanos, LongSupplier wallMillis) {
    this.nanos = nanos;
    this.wallMillis = wallMillis;
    this.course = new Course(nanos.getAsLong(), wallMillis.getAsLong(), 1);
  }

  /// A clock that stands at `start` until it is moved. For tests.
  public static Clock stoppedAt(Instant start) {
    var clock = new Clock();
    clock.course = new Course(clock.nanos.getAsLong(), start.toEpochMilli(), 0);
    return clock;
  }

  /// Now.
  public Instant now() {
    return Instant.ofEpochMilli(millis());
  }

  /// Now, in milliseconds since 1970.
  public long millis() {
    var now = course;
    if (now.rate == 0) {
      return now.millis;
    }
    var passed = (nanos.getAsLong() - now.realNanos) / 1e6;
    return now.millis + (long) (passed * now.rate);
  }

  /// How fast it runs: 1 with the machine, 0 not at all.
  public double rate() {
    return course.rate;
  }

  /// How many milliseconds it is ahead of the machine's clock.
  public long offsetMillis() {
    return millis() - wallMillis.getAsLong();
  }

  /// Stands still from now on.
  public void stop() {
    rate(0);
  }

  /// Runs at the given rate from now on.
  ///
  /// @param rate 0 to 1,000,000
  public void rate(double rate) {
    if (!(rate >= 0 && rate <= 1_000_000)) {
      throw new IllegalArgumentException("A clock's rate is between 0 and 1000000");
    }
    course = new Course(nanos.getAsLong(), millis(), rate);
    changed();
  }

  /// Shows `instant` from now on, and runs on as before. Does not fire what lies between.
  public void jump(Instant instant) {
    course = new Course(nanos.getAsLong(), instant.toEpochMilli(), course.rate);
    changed();
  }

  /// Runs with the machine's clock again, and shows its time.
  public void reset() {
    course = new Course(nanos.getAsLong(), wallMillis.getAsLong(), 1);
    changed();
  }

  /// The machine's time until this clock shows `instant`: zero if it does already, a very long time
  /// if it stands.
  public Duration realTimeUntil(Instant instant) {
    var millis = instant.toEpochMilli() - millis();
    if (millis <= 0) {
      return Duration.ZERO;
    }
    var rate = course.rate;
    return rate == 0 ? Duration.ofDays(365) : Duration.ofNanos((long) (millis * 1e6 / rate) + 1);
  }

  /// A steady count of nanoseconds for measuring how long something took. Not moved by hand.
  public long ticks() {
    return nanos.getAsLong();
  }

  /// Writes down how the clock differs from the machine's.
  public void save(Store store) {
    var writer = new BinaryWriter(1);
    writer.number(offsetMillis()).number(millis()).number(Double.doubleToLongBits(rate()));
    store.commit(new Batch().put(KEY, writer.toBytes()));
  }

  /// Takes up what [#save] wrote: a clock that stood stands where it stood, one that ran has run
  /// on.
  public void restore(Store store) {
    var saved = store.get(KEY);
    if (saved != null) {
      var reader = new BinaryReader(saved);
      var offset = reader.number();
      var stoodAt = reader.number();
      var rate = Double.longBitsToDouble(reader.number());
      var shown = rate == 0 ? stoodAt : Math.max(stoodAt, wallMillis.getAsLong() + offset);
      course = new Course(nanos.getAsLong(), shown, rate);
      changed();
    }
  }

  void onChange(Runnable listener) {
    listeners.add(listener);
  }

  private void changed() {
    listeners.forEach(Runnable::run);
  }
}
