package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Signals;
import dev.terrarium.services.lambda.ShardReader.Entry;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Delivers a lane's batches: tries, splits, gives up, and keeps the state of the tumbling window.
///
/// Used by one thread at a time.
final class LaneDelivery {
  private static final int STATE_BYTES_MAX = 1024 * 1024;

  /// Records still to be delivered together.
  ///
  /// @param failures how often the function has failed on them
  /// @param invokes how often it was called with them, or with batches that they were part of
  private record Attempt(List<Entry> entries, int failures, int invokes) {
    Attempt from(int index) {
      return new Attempt(entries.subList(index, entries.size()), failures, invokes);
    }

    Attempt to(int index) {
      return new Attempt(entries.subList(0, index), failures, invokes);
    }

    Attempt failed() {
      return new Attempt(entries, failures + 1, invokes);
    }

    Attempt invoked() {
      return new Attempt(entries, failures, invokes + 1);
    }
  }

  private final Cloud cloud;
  private final PollerWork work;
  private final MappingTarget target;
  private final String shard;
  private final FailedBatches failedBatches;
  private final BiConsumer<List<Entry>, ShardProgress.Lane> done;
  private final Duration ageMax;
  private final int retriesMax;
  private final boolean bisects;
  private final long windowMillis;
  private ShardProgress.Lane mark;
  private MappingTarget.@Nullable Ran last;

  /// @param done is told what was handled or given up, and where the lane then stands
  LaneDelivery(
      Cloud cloud,
      StreamPoller poller,
      String shard,
      ShardProgress.Lane mark,
      BiConsumer<List<Entry>, ShardProgress.Lane> done) {
    this.cloud = cloud;
    this.work = poller.work;
    this.target = poller.target;
    this.shard = shard;
    this.mark = mark;
    this.done = done;
    this.failedBatches = new FailedBatches(cloud, target, poller.source, shard);
    var mapping = target.mapping;
    this.retriesMax = mapping.maximumRetryAttempts();
    this.bisects = mapping.bisectBatchOnFunctionError();
    this.windowMillis = Duration.ofSeconds(mapping.tumblingWindowInSeconds()).toMillis();
    var wanted = Duration.ofSeconds(mapping.maximumRecordAgeInSeconds());
    var kept = poller.retention();
    this.ageMax = wanted.isNegative() || wanted.compareTo(kept) > 0 ? kept : wanted;
  }

  boolean hasWindows() {
    return windowMillis > 0;
  }

  /// The beginning of the open window, or -1.
  long window() {
    return mark.window();
  }

  Instant windowEnd() {
    return Instant.ofEpochMilli(mark.window() + windowMillis);
  }

  int stateLength() {
    return mark.state().length();
  }

  /// Whether a record belongs to a later window than the open one.
  boolean isBehindWindow(StreamSource.Item item) {
    return mark.window() >= 0 && windowOf(item) > mark.window();
  }

  boolean isSameWindow(StreamSource.Item one, StreamSource.Item other) {
    return windowMillis == 0 || windowOf(one) == windowOf(other);
  }

  private long windowOf(StreamSource.Item item) {
    var millis = item.arrival().toEpochMilli();
    return millis - Math.floorMod(millis, windowMillis);
  }

  /// Delivers a batch to its end, unless everything ends before.
  void deliver(List<Entry> batch, Signals.Watch watch) throws InterruptedException {
    if (windowMillis > 0 && mark.window() < 0) {
      mark = mark.withWindow(windowOf(batch.getFirst().item), "{}");
    }
    var attempts = new ArrayDeque<Attempt>();
    attempts.add(new Attempt(batch, 0, 0));
    int refusals = 0;
    while (!attempts.isEmpty() && !work.stopped()) {
      var attempt = young(attempts.removeFirst());
      if (attempt.entries.isEmpty()) {
        continue;
      }
      var items = attempt.entries.stream().map(e -> e.item).toList();
      target.age(cloud.clock().millis() - items.getLast().arrival().toEpochMilli());
      var result = target.invoke(event(items, false, false));
      if (work.abandoned()) {
        return;
      }
      if (!(result instanceof MappingTarget.Ran ran)) {
        attempts.addFirst(attempt);
        work.backOff(watch, refusals++, expiry(attempt));
        continue;
      }
      refusals = 0;
      last = ran;
      target.count("InvokedEventCount", items.size());
      ended(attempt.invoked(), ran, attempts, watch);
      if (mark.state().length() > STATE_BYTES_MAX) {
        closeWindow(watch, true);
        mark = mark.withWindow(windowOf(batch.getFirst().item), "{}");
      }
    }
  }

  private void ended(
      Attempt attempt, MappingTarget.Ran ran, ArrayDeque<Attempt> attempts, Signals.Watch watch)
      throws InterruptedException {
    var size = attempt.entries.size();
    var good = handled(attempt, ran);
    if (good > 0) {
      finish(attempt.to(good).entries);
    }
    if (good == size) {
      target.result("OK");
      return;
    }
    target.result("PROBLEM: Function call failed");
    target.count("FailedInvokeEventCount", size - good);
    var rest = attempt.from(good);
    if (bisects && good > 0) {
      // The function said itself where to split.
      attempts.addFirst(rest);
    } else if (bisects && size > 1) {
      attempts.addFirst(rest.from(size / 2));
      attempts.addFirst(rest.to(size / 2));
    } else if (retriesMax >= 0 && rest.failures >= retriesMax) {
      giveUp(rest, "RetryAttemptsExhausted");
    } else {
      attempts.addFirst(rest.failed());
      work.backOff(watch, rest.failures, expiry(rest));
    }
  }

  /// How many of an attempt's records, from the first, the function has handled; takes over the
  /// window's state.
  private int handled(Attempt attempt, MappingTarget.Ran ran) {
    if (ran.failed()) {
      return 0;
    }
    if (windowMillis > 0) {
      var state = state(ran.outcome().payload());
      if (state == null) {
        return 0;
      }
      mark = mark.withWindow(mark.window(), state);
    }
    if (!target.reportsFailures()) {
      return attempt.entries.size();
    }
    var all = new HashSet<String>();
    attempt.entries.forEach(entry -> all.add(entry.item.sequence()));
    var failed = BatchReport.failures(ran.outcome().payload(), all);
    int good = 0;
    while (good < attempt.entries.size()
        && !failed.contains(attempt.entries.get(good).item.sequence())) {
      good++;
    }
    return good;
  }

  private static @Nullable String state(byte[] answer) {
    try {
      var state = Json.parse(new String(answer, StandardCharsets.UTF_8)).path("state");
      return state.isObject() ? Json.write(state) : null;
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  /// The window is over: the function is told so, with what it made of it.
  ///
  /// @param early whether the window is over before its time
  void closeWindow(Signals.Watch watch, boolean early) throws InterruptedException {
    for (int failures = 0; !work.stopped(); failures++) {
      var result = target.invoke(event(List.of(), true, early));
      if (work.abandoned()) {
        return;
      }
      var ran = result instanceof MappingTarget.Ran r ? r : null;
      var failed = ran == null || ran.failed();
      if (!failed || ran != null && retriesMax >= 0 && failures >= retriesMax) {
        target.result(failed ? "PROBLEM: Function call failed" : "OK");
        mark = mark.withWindow(-1, "{}");
        done.accept(List.of(), mark);
        return;
      }
      work.backOff(watch, failures, windowEnd().plus(ageMax));
      if (!cloud.clock().now().isBefore(windowEnd().plus(ageMax))) {
        mark = mark.withWindow(-1, "{}");
        done.accept(List.of(), mark);
        return;
      }
    }
  }

  /// Gives up what has become too old; the rest is still to be delivered.
  private Attempt young(Attempt attempt) {
    var oldest = cloud.clock().now().minus(ageMax);
    int old = 0;
    while (old < attempt.entries.size()
        && attempt.entries.get(old).item.arrival().isBefore(oldest)) {
      old++;
    }
    if (old > 0) {
      giveUp(attempt.to(old), "RecordAgeExceeded");
    }
    return attempt.from(old);
  }

  /// When the first record of an attempt becomes too old.
  private Instant expiry(Attempt attempt) {
    return attempt.entries.getFirst().item.arrival().plus(ageMax).plusMillis(1);
  }

  private void giveUp(Attempt attempt, String condition) {
    var items = attempt.entries.stream().map(e -> e.item).toList();
    var event = new String(event(items, false, false), StandardCharsets.UTF_8);
    failedBatches.add(items, condition, attempt.invokes, attempt.invokes == 0 ? null : last, event);
    finish(attempt.entries);
  }

  private void finish(List<Entry> entries) {
    mark = mark.withDone(entries.getLast().item.sequence());
    done.accept(entries, mark);
  }

  private byte[] event(List<StreamSource.Item> items, boolean isFinal, boolean early) {
    var out = new ByteArrayOutputStream();
    out.writeBytes(utf8("{\"Records\":["));
    for (int i = 0; i < items.size(); i++) {
      if (i > 0) {
        out.write(',');
      }
      out.writeBytes(items.get(i).json());
    }
    out.write(']');
    if (windowMillis > 0) {
      var window = Json.object();
      window.put("start", Instant.ofEpochMilli(mark.window()).toString());
      window.put("end", windowEnd().toString());
      var about = Json.object();
      about.set("window", window);
      about.set("state", Json.parse(mark.state()));
      about.put("shardId", shard);
      about.put("eventSourceARN", target.mapping.eventSourceArn());
      about.put("isFinalInvokeForWindow", isFinal);
      about.put("isWindowTerminatedEarly", early);
      out.write(',');
      var text = utf8(Json.write(about));
      out.write(text, 1, text.length - 1);
    } else {
      out.write('}');
    }
    return out.toByteArray();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
