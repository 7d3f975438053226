package dev.terrarium.services.eventbridge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.BinaryReader;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.kernel.store.PojoCodec;
import dev.terrarium.kernel.time.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import software.amazon.awssdk.services.eventbridge.model.DescribeReplayResponse;
import software.amazon.awssdk.services.eventbridge.model.ReplayState;

/// Replays events step by step, each step a batch that also says how far it has come: a crash
/// repeats none. Steps are a second apart, so that a replay can be watched and cancelled.
final class ReplayRunner {
  static final Duration STEP = Duration.ofSeconds(1);
  private static final String HANDLER = "events.replay";
  private static final int EVENTS_AT_ONCE = 1000;

  final Keyspace<BusKey, DescribeReplayResponse> replays;
  private final Keyspace<BusKey, Long> positions;
  private final EventStore store;
  private final Cloud cloud;
  private final ArchiveStore archives;
  private final Router router;

  ReplayRunner(EventStore store, ArchiveStore archives, Router router) {
    this.store = store;
    this.cloud = store.cloud;
    this.archives = archives;
    this.router = router;
    this.replays =
        store.keyspace("replays", BusKey.CODEC, new PojoCodec<>(DescribeReplayResponse::builder));
    this.positions =
        store.keyspace(
            "positions",
            BusKey.CODEC,
            Codec.of(1, (number, writer) -> writer.number(number), BinaryReader::number));
    cloud.timers().handle(HANDLER, this::step);
  }

  /// Plans the next step.
  void next(Batch batch, BusKey replay, Instant due) {
    var scope = replay.scope();
    var id = scope.account() + " " + scope.region() + " " + replay.name();
    cloud.timers().schedule(batch, new Timer(due, HANDLER, id));
  }

  private void step(Timer timer) {
    var parts = timer.id().split(" ", 3);
    var key = new BusKey(new Scope(parts[0], parts[1]), parts[2]);
    cloud.as(
        "events",
        "Replay",
        key.scope(),
        () ->
            store.change(batch -> {
              var replay = replays.get(key);
              if (replay != null) {
                replays.put(batch, key, step(batch, key, replay));
              }
              return batch;
            }));
  }

  private DescribeReplayResponse step(Batch batch, BusKey key, DescribeReplayResponse replay) {
    var now = cloud.clock().now();
    return switch (replay.state()) {
      case STARTING -> {
        next(batch, key, now.plus(STEP));
        yield replay.toBuilder().state(ReplayState.RUNNING).build();
      }
      case RUNNING -> run(batch, key, replay);
      case CANCELLING -> replay.toBuilder().state(ReplayState.CANCELLED).replayEndTime(now).build();
      default -> replay;
    };
  }

  private DescribeReplayResponse run(Batch batch, BusKey key, DescribeReplayResponse replay) {
    var some = some(key, replay);
    var now = cloud.clock().now();
    var bus = BusKey.of(key.scope(), replay.destination().arn());
    var only = Set.copyOf(replay.destination().filterArns());
    var changed = replay.toBuilder();
    for (var one : some) {
      var event = (ObjectNode) Json.parse(one.text());
      event.put("replay-name", key.name());
      router.route(
          batch,
          bus,
          new Arrival(
              event,
              event.toString(),
              now.toEpochMilli(),
              "",
              Call.current().cause().header(),
              only));
      positions.put(batch, key, one.at().number());
      changed.eventLastReplayedTime(Instant.ofEpochMilli(one.at().millis()));
    }
    if (some.size() == EVENTS_AT_ONCE) {
      next(batch, key, now.plus(STEP));
      return changed.build();
    }
    positions.delete(batch, key);
    return changed
        .state(ReplayState.COMPLETED)
        .eventLastReplayedTime(replay.eventEndTime())
        .replayEndTime(now)
        .build();
  }

  private record Archived(ArchiveStore.At at, String text) {}

  /// What comes next.
  private List<Archived> some(BusKey key, DescribeReplayResponse replay) {
    var source = replay.eventSourceArn();
    var name = source.substring(source.indexOf("archive/") + 8).replaceFirst(":.*$", "");
    var archive = new BusKey(key.scope(), name);
    var last = replay.eventLastReplayedTime();
    var position = positions.get(key);
    var start =
        last == null || position == null
            ? new ArchiveStore.At(archive, replay.eventStartTime().toEpochMilli(), 0)
            : new ArchiveStore.At(archive, last.toEpochMilli(), position + 1);
    var end = replay.eventEndTime().toEpochMilli();
    var some = new ArrayList<Archived>();
    archives.from(
        start,
        (at, text) -> {
          if (at.millis() > end) {
            return false;
          }
          some.add(new Archived(at, text));
          return some.size() < EVENTS_AT_ONCE;
        });
    return some;
  }
}
