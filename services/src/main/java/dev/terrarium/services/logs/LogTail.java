package dev.terrarium.services.logs;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.EventSink;
import dev.terrarium.services.logs.LogsState.GroupKey;
import dev.terrarium.services.logs.LogsState.StreamKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsAsyncClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.InputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.LiveTailSessionLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.SessionTimeoutException;
import software.amazon.awssdk.services.cloudwatchlogs.model.StartLiveTailRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.StartLiveTailResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.StartLiveTailResponseHandler;
import software.amazon.awssdk.services.cloudwatchlogs.model.StartLiveTailResponseStream;

/// Live Tail: new events as they come, once a second, for at most three hours.
final class LogTail implements CloudWatchLogsAsyncClient {
  private static final int GROUPS_MAX = 10;
  private static final int EVENTS_MAX = 500;
  private static final int WAITING_MAX = 5_000;
  private static final Duration LENGTH = Duration.ofHours(3);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Cloud cloud;
  private final LogsState state;

  LogTail(Cloud cloud, LogsState state) {
    this.cloud = cloud;
    this.state = state;
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}

  /// Those who watch, by group.
  static final class Tails {
    private final ConcurrentHashMap<GroupKey, List<Tail>> byGroup = new ConcurrentHashMap<>();

    /// Shows what a group has got.
    void arrived(Cloud cloud, StreamKey key, List<InputLogEvent> events, long now) {
      var tails = byGroup.get(key.group());
      if (tails != null) {
        for (var tail : tails) {
          tail.offer(key, events, now);
          cloud.signals().signal(tail.id);
        }
      }
    }

    private void add(Tail tail) {
      tail.groups.forEach(group ->
          byGroup.compute(
              group,
              (g, there) -> {
                var all = there == null ? new ArrayList<Tail>() : new ArrayList<>(there);
                all.add(tail);
                return List.copyOf(all);
              }));
    }

    private void remove(Tail tail) {
      tail.groups.forEach(group ->
          byGroup.computeIfPresent(
              group,
              (g, there) -> {
                var left = there.stream().filter(other -> other != tail).toList();
                return left.isEmpty() ? null : left;
              }));
    }
  }

  /// One session.
  private static final class Tail {
    final String id;
    final List<GroupKey> groups;
    private final StartLiveTailRequest request;
    private final FilterPattern pattern;
    private final LogsState state;
    private final ConcurrentLinkedDeque<LiveTailSessionLogEvent> waiting =
        new ConcurrentLinkedDeque<>();
    private final AtomicBoolean sampled = new AtomicBoolean();

    Tail(String id, List<GroupKey> groups, StartLiveTailRequest request, LogsState state) {
      this.id = id;
      this.groups = groups;
      this.request = request;
      this.pattern = FilterPattern.parse(request.logEventFilterPattern());
      this.state = state;
    }

    void offer(StreamKey key, List<InputLogEvent> events, long now) {
      var names = request.logStreamNames();
      var prefixes = request.logStreamNamePrefixes();
      if (!names.isEmpty() && !names.contains(key.stream())
          || !prefixes.isEmpty() && prefixes.stream().noneMatch(key.stream()::startsWith)) {
        return;
      }
      for (var event : events) {
        if (!pattern.matches(event.message())) {
          continue;
        }
        if (waiting.size() >= WAITING_MAX) {
          sampled.set(true);
          return;
        }
        waiting.add(
            LiveTailSessionLogEvent.builder()
                .logGroupIdentifier(key.group().scope().account() + ":" + key.group().group())
                .logStreamName(key.stream())
                .timestamp(event.timestamp())
                .ingestionTime(now)
                .message(state.masked(key.group(), event.message()))
                .build());
      }
    }

    ArrayDeque<LiveTailSessionLogEvent> take() {
      var taken = new ArrayDeque<LiveTailSessionLogEvent>();
      for (var next = waiting.poll(); next != null; next = waiting.poll()) {
        taken.add(next);
        if (taken.size() == EVENTS_MAX) {
          sampled.set(sampled.get() || !waiting.isEmpty());
          waiting.clear();
        }
      }
      return taken;
    }
  }

  @Override
  public CompletableFuture<Void> startLiveTail(
      StartLiveTailRequest request, StartLiveTailResponseHandler handler) {
    var tail = new Tail(cloud.ids().uuid(), groups(request), request, state);
    var requestId = Call.current().requestId();
    state.tails.add(tail);
    try {
      EventSink.answer(
          handler,
          StartLiveTailResponse.builder().build(),
          sink -> {
            sink.send(
                StartLiveTailResponseStream.sessionStartBuilder()
                    .requestId(requestId)
                    .sessionId(tail.id)
                    .logGroupIdentifiers(request.logGroupIdentifiers())
                    .logStreamNames(request.logStreamNames())
                    .logStreamNamePrefixes(request.logStreamNamePrefixes())
                    .logEventFilterPattern(request.logEventFilterPattern())
                    .build());
            follow(tail, sink);
          });
    } finally {
      state.tails.remove(tail);
    }
    return CompletableFuture.completedFuture(null);
  }

  private void follow(Tail tail, EventSink<StartLiveTailResponseStream> sink) {
    var end = cloud.clock().now().plus(LENGTH);
    try (var watch = cloud.signals().watch(tail.id)) {
      while (true) {
        var now = cloud.clock().now();
        if (!now.isBefore(end)) {
          throw Errors.of(
              SessionTimeoutException.builder(),
              400,
              "SessionTimeoutException",
              "The session has been open for three hours");
        }
        var events = tail.take();
        var sampled = tail.sampled.getAndSet(false);
        var update =
            StartLiveTailResponseStream.sessionUpdateBuilder()
                .sessionMetadata(m -> m.sampled(sampled))
                .sessionResults(events)
                .build();
        if (!sink.send(update)) {
          return;
        }
        // What comes now is shown at once; where nothing does, an empty update shows life.
        var _ = watch.await(min(end, now.plus(PAUSE)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Instant min(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private List<GroupKey> groups(StartLiveTailRequest request) {
    var identifiers = request.logGroupIdentifiers();
    if (identifiers.isEmpty()) {
      throw LogsErrors.missing("logGroupIdentifiers");
    } else if (identifiers.size() > GROUPS_MAX) {
      throw LogsErrors.constraint(
          "logGroupIdentifiers", identifiers, "have length less than or equal to 10");
    } else if (!request.logStreamNames().isEmpty() && !request.logStreamNamePrefixes().isEmpty()) {
      throw LogsErrors.invalid("logStreamNames and logStreamNamePrefixes are mutually exclusive.");
    } else if (identifiers.size() > 1
        && !(request.logStreamNames().isEmpty() && request.logStreamNamePrefixes().isEmpty())) {
      throw LogsErrors.invalid("Log streams can only be given for a single log group.");
    }
    var groups = new HashSet<GroupKey>();
    for (var identifier : identifiers) {
      if (!identifier.startsWith("arn:")) {
        throw LogsErrors.constraint("logGroupIdentifiers", identifier, "be the ARN of a log group");
      }
      var key = new GroupKey(Call.current().scope(), LogsState.groupName(null, identifier));
      var _ = state.requireGroup(key);
      groups.add(key);
    }
    return List.copyOf(groups);
  }
}
