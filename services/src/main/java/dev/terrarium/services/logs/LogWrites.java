package dev.terrarium.services.logs;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.services.logs.LogsState.Event;
import dev.terrarium.services.logs.LogsState.EventKey;
import dev.terrarium.services.logs.LogsState.GroupKey;
import dev.terrarium.services.logs.LogsState.Stream;
import dev.terrarium.services.logs.LogsState.StreamKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import software.amazon.awssdk.services.cloudwatchlogs.model.*;

/// Writing events.
final class LogWrites implements LogsPart {
  private static final int BATCH_BYTES_MAX = 1_048_576;
  private static final int EVENTS_MAX = 10_000;
  private static final int EVENT_OVERHEAD_BYTES = 26;

  private final Cloud cloud;
  private final LogsState state;
  private final LogDelivery delivery;

  LogWrites(Cloud cloud, LogsState state) {
    this.cloud = cloud;
    this.state = state;
    this.delivery = new LogDelivery(cloud, state);
  }

  /// What the old protocol called the sequence token; accepted and given, but no longer needed.
  static String sequenceToken(long next) {
    return "495905" + String.format(Locale.ROOT, "%050d", next);
  }

  @Override
  public PutLogEventsResponse putLogEvents(PutLogEventsRequest request) {
    var group =
        new GroupKey(Call.current().scope(), LogsState.groupName(request.logGroupName(), null));
    var key = new StreamKey(group, LogsState.streamName(request.logStreamName()));
    check(request.logEvents());
    var retention = state.requireGroup(group).retentionInDays();
    var window = new Window(cloud.clock().millis(), retention, request.logEvents());
    var accepted = request.logEvents().subList(window.from, window.to);
    var next =
        state.locks.with(
            key,
            () -> {
              var stream = state.requireStream(key);
              return accepted.isEmpty()
                  ? stream.nextSequence()
                  : append(key, stream, accepted, window.now);
            });
    var response = PutLogEventsResponse.builder().nextSequenceToken(sequenceToken(next));
    if (window.rejects()) {
      response.rejectedLogEventsInfo(window.rejected());
    }
    return response.build();
  }

  private long append(StreamKey key, Stream stream, List<InputLogEvent> accepted, long now) {
    var batch = new Batch();
    var sequence = stream.nextSequence();
    var first = sequence;
    for (var event : accepted) {
      state.events.put(
          batch, new EventKey(key, event.timestamp(), sequence++), new Event(now, event.message()));
    }
    var oldest = accepted.getFirst().timestamp();
    var newest = accepted.getLast().timestamp();
    state.streams.put(
        batch,
        key,
        new Stream(
            stream.creationTime(),
            stream.firstEvent() < 0 ? oldest : Math.min(stream.firstEvent(), oldest),
            Math.max(stream.lastEvent(), newest),
            now,
            sequence));
    delivery.deliver(batch, key, accepted, first);
    batch.afterCommit(() -> cloud.signals().signal(key.group().arn()));
    batch.afterCommit(() -> state.tails.arrived(cloud, key, accepted, now));
    state.store.commit(batch);
    return sequence;
  }

  private static String at(int index) {
    return "logEvents." + (index + 1) + ".member.";
  }

  private static void check(List<InputLogEvent> events) {
    if (events.isEmpty() || events.size() > EVENTS_MAX) {
      throw LogsErrors.constraint(
          "logEvents",
          events.isEmpty() ? "[]" : "[" + events.size() + " events]",
          events.isEmpty()
              ? "have length greater than or equal to 1"
              : "have length less than or equal to 10000");
    }
    long bytes = 0;
    long before = Long.MIN_VALUE;
    for (int i = 0; i < events.size(); i++) {
      var event = events.get(i);
      if (event.message() == null || event.timestamp() == null) {
        throw LogsErrors.missing(at(i) + (event.message() == null ? "message" : "timestamp"));
      } else if (event.message().isEmpty()) {
        throw LogsErrors.constraint(
            at(i) + "message", "", "have length greater than or equal to 1");
      } else if (event.timestamp() < 0) {
        throw LogsErrors.constraint(
            at(i) + "timestamp", event.timestamp(), "have value greater than or equal to 0");
      }
      if (event.timestamp() < before) {
        throw LogsErrors.invalid(
            "Log events in a single PutLogEvents request must be in chronological order.");
      }
      before = event.timestamp();
      bytes += event.message().getBytes(StandardCharsets.UTF_8).length + EVENT_OVERHEAD_BYTES;
    }
    if (bytes > BATCH_BYTES_MAX) {
      throw LogsErrors.invalid(
          "Upload too large: " + bytes + " bytes exceeds limit of " + BATCH_BYTES_MAX);
    }
    if (before - events.getFirst().timestamp() > Duration.ofDays(1).toMillis()) {
      throw LogsErrors.invalid(
          "The batch of log events in a single PutLogEvents request cannot span more than 24"
              + " hours.");
    }
  }

  /// Which of a batch's events, ordered by time, are neither too old nor too new.
  private static final class Window {
    final long now;
    final int expired;
    final int tooOld;
    final int from;
    final int to;
    final int size;

    Window(long now, int retentionInDays, List<InputLogEvent> events) {
      this.now = now;
      this.size = events.size();
      tooOld = before(events, now - Duration.ofDays(14).toMillis());
      expired =
          retentionInDays == 0
              ? 0
              : before(events, now - Duration.ofDays(retentionInDays).toMillis());
      to = before(events, now + Duration.ofHours(2).toMillis() + 1);
      from = Math.min(to, Math.max(tooOld, expired));
    }

    boolean rejects() {
      return from > 0 || to < size;
    }

    RejectedLogEventsInfo rejected() {
      return RejectedLogEventsInfo.builder()
          .tooOldLogEventEndIndex(tooOld == 0 ? null : tooOld)
          .expiredLogEventEndIndex(expired == 0 ? null : expired)
          .tooNewLogEventStartIndex(to == size ? null : to)
          .build();
    }

    private static int before(List<InputLogEvent> events, long limit) {
      int count = 0;
      while (count < events.size() && events.get(count).timestamp() < limit) {
        count++;
      }
      return count;
    }
  }
}
