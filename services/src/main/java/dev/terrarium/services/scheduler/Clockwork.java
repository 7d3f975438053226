package dev.terrarium.services.scheduler;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.time.Timers.Alarm;
import dev.terrarium.services.scheduler.Invocation.InvocationKey;
import dev.terrarium.services.scheduler.SchedulerStore.DueKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Sees to it that what is due happens: one alarm for the first moment at which anything is,
/// however many schedules there are.
///
/// What fell due while the process was down happens at once when it is up again, once for each
/// schedule, as with all timers; while it is up, each moment has its invocation, however late.
final class Clockwork implements AutoCloseable {
  private static final int CHUNK = 256;
  private static final int AT_ONCE_MAX = 256;

  /// When to look again at what neither succeeded nor failed as it should.
  private static final long FAILED_MILLIS = 60_000;

  private final SchedulerStore store;
  private final Cloud cloud;
  private final Attempts attempts;
  private final Plan plan;
  private final ReentrantLock lock = new ReentrantLock();
  private final Set<String> beingMade = ConcurrentHashMap.newKeySet();
  private Instant started = Instant.EPOCH;
  private @Nullable Alarm alarm;
  private long alarmAt = Long.MAX_VALUE;
  private boolean turning;
  private boolean again;

  /// Whether invocations are due for which there was no room.
  private volatile boolean crowded;

  private volatile boolean closed;

  Clockwork(SchedulerStore store, Attempts attempts) {
    this.store = store;
    this.cloud = store.cloud;
    this.attempts = attempts;
    this.plan = new Plan(cloud.ids());
  }

  /// Takes up what the store holds.
  void start() {
    started = cloud.clock().now();
    wind();
  }

  @Override
  public void close() {
    closed = true;
    lock.lock();
    try {
      if (alarm != null) {
        alarm.cancel();
      }
    } finally {
      lock.unlock();
    }
  }

  /// A schedule has been stored.
  void due(ScheduleRecord schedule) {
    if (schedule.isDue()) {
      wakeAt(schedule.at());
    }
  }

  /// @param moment [Long#MAX_VALUE] for never
  private void wakeAt(long moment) {
    lock.lock();
    try {
      if (closed || moment >= alarmAt) {
        return;
      }
      if (alarm != null) {
        alarm.cancel();
      }
      alarmAt = moment;
      alarm = cloud.timers().at(Instant.ofEpochMilli(moment), this::ring);
    } finally {
      lock.unlock();
    }
  }

  private void ring() {
    lock.lock();
    try {
      alarm = null;
      alarmAt = Long.MAX_VALUE;
      again = true;
      if (turning || closed) {
        return;
      }
      turning = true;
    } finally {
      lock.unlock();
    }
    cloud.background("scheduler", "Turn", cloud.defaultScope(), this::turn);
  }

  private void turn() {
    while (isToTurn()) {
      while (!closed && fire()) {}
      begin();
    }
    wind();
  }

  private boolean isToTurn() {
    lock.lock();
    try {
      turning = again && !closed;
      again = false;
      return turning;
    } finally {
      lock.unlock();
    }
  }

  /// Sets the alarm for what is next.
  private void wind() {
    store.due.scan((key, value) -> {
      wakeAt(key.at());
      return false;
    });
    if (!crowded) {
      store.invocations.scan((key, invocation) -> {
        if (beingMade.contains(key.id())) {
          return true;
        }
        wakeAt(key.at());
        return false;
      });
    }
  }

  /// Notes the invocations of schedules that are due; false if none was.
  private boolean fire() {
    var now = cloud.clock().millis();
    var due = new ArrayList<DueKey>();
    store.due.scan((key, value) -> {
      if (key.at() <= now) {
        due.add(key);
      }
      return key.at() <= now && due.size() < CHUNK;
    });
    due.forEach(this::fire);
    return !due.isEmpty();
  }

  /// In one batch: the invocation, and the schedule with its next moment.
  private void fire(DueKey key) {
    boolean _ =
        store.change(
            key.schedule().group(),
            batch -> {
              var schedule = store.schedules.get(key.schedule());
              if (schedule == null || !schedule.isDue() || schedule.at() != key.at()) {
                return false;
              }
              var next = plan.invoked(schedule, started);
              var group = key.schedule().group();
              var id = cloud.ids().unique(16);
              store.put(batch, key.schedule(), schedule, next);
              store.invocations.put(
                  batch,
                  new InvocationKey(key.at(), group.account(), group.region(), id),
                  new Invocation(
                      key.schedule(),
                      schedule.config().target(),
                      schedule.due(),
                      Math.max(key.at(), cloud.clock().millis()),
                      0,
                      !next.isDue()));
              return true;
            });
  }

  /// Begins the attempts that are due, as many as there is room for.
  private void begin() {
    var now = cloud.clock().millis();
    var ready = new ArrayList<Map.Entry<InvocationKey, Invocation>>();
    var room = AT_ONCE_MAX - beingMade.size();
    crowded = false;
    store.invocations.scan((key, invocation) -> {
      if (key.at() > now) {
        return false;
      }
      if (!beingMade.contains(key.id())) {
        if (ready.size() >= room) {
          crowded = true;
          return false;
        }
        ready.add(Map.entry(key, invocation));
      }
      return true;
    });
    for (var one : ready) {
      var key = one.getKey();
      beingMade.add(key.id());
      if (store.invocations.contains(key)) {
        cloud.background("scheduler", "Invoke", key.scope(), () -> make(key, one.getValue()));
      } else { // Its attempt ended while these were gathered.
        beingMade.remove(key.id());
      }
    }
    // Those that made the crowd may have ended before it was noted.
    wakeAt(nextLook(Long.MAX_VALUE));
  }

  /// When to look at what had no room, if there is room again by now.
  private long nextLook(long otherwise) {
    return crowded && beingMade.size() <= AT_ONCE_MAX / 2
        ? Math.min(otherwise, cloud.clock().millis())
        : otherwise;
  }

  private void make(InvocationKey key, Invocation invocation) {
    var next = cloud.clock().millis() + FAILED_MILLIS;
    try {
      next = attempts.make(key, invocation);
    } finally {
      beingMade.remove(key.id());
      wakeAt(nextLook(next));
    }
  }
}
