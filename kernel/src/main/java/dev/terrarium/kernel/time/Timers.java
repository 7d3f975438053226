package dev.terrarium.kernel.time;

import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.kernel.store.Store;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Everything that happens later, by the [Clock].
///
/// Two kinds: an *alarm* ([#at]) wakes somebody in this process and is forgotten with it; a *timer*
/// ([#schedule]) is part of the store, so it survives a restart and commits together with what it
/// is about. A timer fires at least once: it is deleted after its handler has returned, and a crash
/// between the two fires it again. Handlers are short, or start background work and return.
///
/// One thread waits for the earliest of both kinds. [#advance] moves the clock by hand through
/// every moment at which something falls due, in order, and lets the work that it woke come to rest
/// at each.
public final class Timers implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Timers.class.getName());
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(5);

  private record TimerKey(long due, String handler, String id) {}

  private record AlarmKey(long due, long number) implements Comparable<AlarmKey> {
    @Override
    public int compareTo(AlarmKey other) {
      var order = Long.compare(due, other.due);
      return order != 0 ? order : Long.compare(number, other.number);
    }
  }

  /// An alarm that was set.
  public interface Alarm {
    /// Forgets it, if it has not gone off.
    void cancel();
  }

  private final Clock clock;
  private final Store store;
  private final Keyspace<TimerKey, byte[]> timers;
  private final Activity activity = new Activity();
  private final Map<String, Consumer<Timer>> handlers = new ConcurrentHashMap<>();
  private final Consumer<String> openHandler;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ReentrantLock firing = new ReentrantLock();
  private final TreeMap<AlarmKey, Runnable> alarms = new TreeMap<>();
  private final Set<Waiter> waiters = ConcurrentHashMap.newKeySet();
  private long alarmNumber;
  private long generation;
  private volatile boolean closed;
  private final Thread thread;

  /// @param openHandler is told the name of a handler that is due but not there, and may bring it
  public Timers(Clock clock, Store store, Consumer<String> openHandler) {
    this.clock = clock;
    this.store = store;
    this.openHandler = openHandler;
    this.timers =
        new Keyspace<>(
            store,
            "kernel.timers",
            KeyCodec.of(
                (key, writer) -> writer.number(key.due).string(key.handler).string(key.id),
                reader -> new TimerKey(reader.number(), reader.string(), reader.string())),
            Codec.BYTES);
    clock.onChange(this::wake);
    this.thread = Thread.ofPlatform().daemon().name("timers").unstarted(this::run);
  }

  /// The clock by which they fire.
  public Clock clock() {
    return clock;
  }

  /// Begins to fire.
  public void start() {
    thread.start();
  }

  /// Names who does what a [Timer] asks for.
  public void handle(String handler, Consumer<Timer> action) {
    handlers.put(handler, action);
    wake();
  }

  /// Sets a timer when the batch commits. The same due time, handler and id again replace it.
  public void schedule(Batch batch, Timer timer) {
    timers.put(batch, key(timer), timer.payload());
    batch.afterCommit(this::wake);
  }

  /// Takes a timer back when the batch commits.
  public void cancel(Batch batch, Timer timer) {
    timers.delete(batch, key(timer));
  }

  /// Has something done at a moment, or at once if it has passed, unless the process ends before.
  /// The action must be short: it runs on the timers' own thread.
  public Alarm at(Instant due, Runnable action) {
    lock.lock();
    try {
      var key = new AlarmKey(due.toEpochMilli(), alarmNumber++);
      alarms.put(key, action);
      if (alarms.firstKey().equals(key)) {
        generation++;
        changed.signalAll();
      }
      return () -> forget(key);
    } finally {
      lock.unlock();
    }
  }

  /// Waits on the calling thread until a moment.
  ///
  /// @throws InterruptedException if the thread is asked to end
  public void sleepUntil(Instant moment) throws InterruptedException {
    new Waiter().await(this, moment);
  }

  /// Runs work on a virtual thread of its own. [#advance] lets it come to rest before time moves
  /// on. Once everything ends, nothing is begun any more.
  public Thread background(String name, Runnable work) {
    if (closed) {
      return Thread.ofVirtual().name(name).unstarted(work);
    }
    activity.enter();
    return Thread.ofVirtual()
        .name(name)
        .start(() -> {
          try {
            ScopedValue.where(Waiter.COUNTED, activity).run(work);
          } catch (CancellationException e) {
            LOG.log(Level.DEBUG, "Background work {0} ends with the cloud", name);
          } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "Background work " + name + " failed", e);
          } finally {
            activity.exit();
          }
        });
  }

  /// Asks a thread of background work to end what it waits for. Unlike [Thread#interrupt] alone, it
  /// counts as busy from now on: what it does next is awaited by [#advance].
  public void interrupt(Thread working) {
    working.interrupt(); // First: a wait that begins after the search below sees this.
    for (var waiter : waiters) {
      if (waiter.isOf(working)) {
        waiter.shutDown();
      }
    }
  }

  /// Moves the clock forward, stopping at everything that falls due on the way. Returns when the
  /// clock shows the new time and what fell due has been done.
  public void advance(Duration by) {
    advanceTo(clock.now().plus(by));
  }

  /// As [#advance], to a moment; does nothing if it has passed.
  public void advanceTo(Instant target) {
    firing.lock();
    try {
      activity.awaitIdle(Activity.settleNanosMax());
      while (true) {
        var next = nextDue();
        if (next == null || next > target.toEpochMilli()) {
          break;
        }
        if (next > clock.millis()) {
          clock.jump(Instant.ofEpochMilli(next));
        }
        fireDue();
        activity.awaitIdle(Activity.settleNanosMax());
      }
      if (clock.now().isBefore(target)) {
        clock.jump(target);
      }
    } finally {
      firing.unlock();
    }
  }

  /// When the next alarm or timer is due, or null.
  public @Nullable Instant next() {
    var next = nextDue();
    return next == null ? null : Instant.ofEpochMilli(next);
  }

  /// Ends: whatever waits for the clock is asked to end, and nothing fires any more.
  @Override
  public void close() {
    closed = true;
    wake();
    waiters.forEach(Waiter::shutDown);
    try {
      if (thread.isAlive() && thread != Thread.currentThread()) {
        thread.join(CLOSE_MAX);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void waits(Waiter waiter) {
    waiters.add(waiter);
    if (closed) {
      waiter.shutDown();
    }
  }

  void waitsNoMore(Waiter waiter) {
    waiters.remove(waiter);
  }

  private static TimerKey key(Timer timer) {
    return new TimerKey(timer.due().toEpochMilli(), timer.handler(), timer.id());
  }

  private void forget(AlarmKey key) {
    lock.lock();
    try {
      alarms.remove(key);
    } finally {
      lock.unlock();
    }
  }

  private void wake() {
    lock.lock();
    try {
      generation++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Long nextDue() {
    Long next = firstTimer() instanceof Timer timer ? (Long) timer.due().toEpochMilli() : null;
    lock.lock();
    try {
      if (!alarms.isEmpty() && (next == null || alarms.firstKey().due < next)) {
        next = alarms.firstKey().due;
      }
    } finally {
      lock.unlock();
    }
    return next;
  }

  private @Nullable Timer firstTimer() {
    var first = new Timer[1];
    timers.scan((key, payload) -> {
      first[0] = new Timer(Instant.ofEpochMilli(key.due), key.handler, key.id, payload);
      return false;
    });
    return first[0];
  }

  private void run() {
    while (!closed) {
      try {
        long seen;
        lock.lock();
        try {
          seen = generation;
        } finally {
          lock.unlock();
        }
        firing.lock();
        try {
          fireDue();
        } finally {
          firing.unlock();
        }
        await(seen);
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        if (!closed) {
          LOG.log(Level.ERROR, "Timers cannot go on as they should", e);
        }
      }
    }
  }

  /// Waits until something is due or something has changed since `seen`.
  private void await(long seen) throws InterruptedException {
    var next = nextDue();
    lock.lock();
    try {
      if (generation == seen && !closed) {
        var wait =
            next == null ? Duration.ofDays(365) : clock.realTimeUntil(Instant.ofEpochMilli(next));
        if (wait.isPositive()) {
          awaitOnce(wait);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /// A wake-up too early does no harm: the caller looks again.
  @SuppressWarnings("WaitNotInLoop")
  private void awaitOnce(Duration wait) throws InterruptedException {
    changed.awaitNanos(wait.toNanos());
  }

  private void fireDue() {
    while (!closed) {
      var alarm = pollAlarm();
      if (alarm != null) {
        guarded("An alarm", alarm);
        continue;
      }
      var timer = firstTimer();
      if (timer == null || timer.due().isAfter(clock.now())) {
        return;
      }
      fire(timer);
    }
  }

  private @Nullable Runnable pollAlarm() {
    lock.lock();
    try {
      if (alarms.isEmpty() || alarms.firstKey().due > clock.millis()) {
        return null;
      }
      return alarms.pollFirstEntry().getValue();
    } finally {
      lock.unlock();
    }
  }

  private void fire(Timer timer) {
    if (!handlers.containsKey(timer.handler())) {
      openHandler.accept(timer.handler());
    }
    var handler = handlers.get(timer.handler());
    if (handler == null) {
      LOG.log(Level.ERROR, "Nobody handles the timer {0}; it is tried again", timer.handler());
    } else {
      if (guarded("The timer " + timer.handler(), () -> handler.accept(timer))) {
        timers.delete(key(timer));
        return;
      }
    }
    var batch = new Batch();
    cancel(batch, timer);
    var later = clock.now().plus(RETRY);
    schedule(batch, new Timer(later, timer.handler(), timer.id(), timer.payload()));
    store.commit(batch);
  }

  private static boolean guarded(String what, Runnable action) {
    try {
      action.run();
      return true;
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, what + " failed", e);
      return false;
    }
  }
}
