package dev.terrarium.services.eventbridge;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.model.Pojos;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.eventbridge.model.CancelReplayRequest;
import software.amazon.awssdk.services.eventbridge.model.CancelReplayResponse;
import software.amazon.awssdk.services.eventbridge.model.DescribeReplayRequest;
import software.amazon.awssdk.services.eventbridge.model.DescribeReplayResponse;
import software.amazon.awssdk.services.eventbridge.model.ListReplaysRequest;
import software.amazon.awssdk.services.eventbridge.model.ListReplaysResponse;
import software.amazon.awssdk.services.eventbridge.model.Replay;
import software.amazon.awssdk.services.eventbridge.model.ReplayState;
import software.amazon.awssdk.services.eventbridge.model.StartReplayRequest;
import software.amazon.awssdk.services.eventbridge.model.StartReplayResponse;

/// Replays of what is in archives.
final class Replays extends EventsPart {
  private static final int NAME_LENGTH_MAX = 64;
  private static final String[] STATES = {
    "STARTING", "RUNNING", "CANCELLING", "COMPLETED", "CANCELLED", "FAILED"
  };

  private final ArchiveStore archives;
  private final ReplayRunner runner;

  Replays(EventStore store, ArchiveStore archives, ReplayRunner runner) {
    super(store);
    this.archives = archives;
    this.runner = runner;
  }

  @Override
  public StartReplayResponse startReplay(StartReplayRequest request) {
    var constraints =
        named(request.replayName())
            .description(request.description())
            .required("eventSourceArn", request.eventSourceArn())
            .length("eventSourceArn", request.eventSourceArn(), 1, 1600)
            .pattern("eventSourceArn", request.eventSourceArn(), Archives.BUS_ARN)
            .required("eventStartTime", request.eventStartTime())
            .required("eventEndTime", request.eventEndTime())
            .required("destination", request.destination());
    if (request.destination() != null) {
      constraints
          .required("destination.arn", request.destination().arn())
          .length("destination.arn", request.destination().arn(), 1, 1600);
    }
    constraints.check();
    check(request);
    var key = EventStore.key(request.replayName());
    return store.change(batch -> {
      if (runner.replays.contains(key)) {
        throw EventsErrors.exists("Replay " + key.name() + " already exists.");
      }
      var now = store.cloud.clock().now();
      var replay =
          Pojos.copy(request, DescribeReplayResponse.builder())
              .replayArn(EventStore.scope().arn("events", "replay/" + key.name()))
              .state(ReplayState.STARTING)
              .replayStartTime(now)
              .build();
      runner.replays.put(batch, key, replay);
      runner.next(batch, key, now.plus(ReplayRunner.STEP));
      return Pojos.copy(replay, StartReplayResponse.builder()).build();
    });
  }

  private void check(StartReplayRequest request) {
    var destination = Arn.of(request.destination().arn());
    if (destination.isEmpty() || !destination.get().resource().startsWith("event-bus/")) {
      throw EventsErrors.invalid("Destination.Arn", "Must contain an event bus ARN.");
    }
    var _ = store.bus(BusKey.of(EventStore.scope(), request.destination().arn()));
    var source = Arn.of(request.eventSourceArn()).orElseThrow();
    var name = source.resource().replaceFirst("^archive/", "").replaceFirst(":.*$", "");
    var archive = archives.archives.get(EventStore.key(name));
    if (archive == null || !source.resource().startsWith("archive/")) {
      throw EventsErrors.invalid("EventSourceArn", "Archive " + name + " does not exist.");
    }
    if (!request.eventStartTime().isBefore(request.eventEndTime())) {
      throw EventsErrors.invalid("EventEndTime", "EventStartTime must be before EventEndTime.");
    }
    if (!archive.eventSourceArn().equals(request.destination().arn())) {
      throw EventsErrors.invalid("Destination.Arn", "Cross event bus replay is not permitted.");
    }
  }

  private static EventsConstraints named(@Nullable String name) {
    return new EventsConstraints().name("replayName", name, NAME_LENGTH_MAX);
  }

  private DescribeReplayResponse there(BusKey key) {
    var found = runner.replays.get(key);
    if (found == null) {
      throw EventsErrors.notFound("Replay " + key.name() + " does not exist.");
    }
    return found;
  }

  @Override
  public DescribeReplayResponse describeReplay(DescribeReplayRequest request) {
    named(request.replayName()).check();
    return there(EventStore.key(request.replayName()));
  }

  @Override
  public ListReplaysResponse listReplays(ListReplaysRequest request) {
    new EventsConstraints()
        .prefix("namePrefix", request.namePrefix(), NAME_LENGTH_MAX)
        .oneOf("state", request.stateAsString(), STATES)
        .length("eventSourceArn", request.eventSourceArn(), 1, 1600)
        .pattern("eventSourceArn", request.eventSourceArn(), Archives.BUS_ARN)
        .paging(request.limit(), request.nextToken())
        .check();
    var filters =
        Stream.of(request.namePrefix(), request.eventSourceArn(), request.stateAsString())
            .filter(filter -> filter != null)
            .count();
    if (filters > 1) {
      throw EventsErrors.validation(
          "At most one filter is allowed for ListReplays. Use either : State, EventSourceArn, or"
              + " NamePrefix.");
    }
    var found =
        store.list(runner.replays).stream()
            .filter(replay ->
                request.namePrefix() == null
                    || replay.replayName().startsWith(request.namePrefix()))
            .filter(replay ->
                request.eventSourceArn() == null
                    || replay.eventSourceArn().equals(request.eventSourceArn()))
            .filter(replay -> request.state() == null || replay.state() == request.state())
            .toList();
    var page =
        EventsErrors.page(
            found, DescribeReplayResponse::replayName, request.limit(), request.nextToken());
    return ListReplaysResponse.builder()
        .replays(
            page.items().stream()
                .map(replay -> Pojos.copy(replay, Replay.builder()).build())
                .toList())
        .nextToken(page.token())
        .build();
  }

  @Override
  public CancelReplayResponse cancelReplay(CancelReplayRequest request) {
    named(request.replayName()).check();
    var key = EventStore.key(request.replayName());
    return store.change(batch -> {
      var replay = there(key);
      if (replay.state() != ReplayState.STARTING && replay.state() != ReplayState.RUNNING) {
        throw EventsErrors.illegalStatus(
            "Replay " + key.name() + " is not in a valid state for this operation.");
      }
      var cancelled = replay.toBuilder().state(ReplayState.CANCELLING).build();
      runner.replays.put(batch, key, cancelled);
      return Pojos.copy(cancelled, CancelReplayResponse.builder()).build();
    });
  }
}
