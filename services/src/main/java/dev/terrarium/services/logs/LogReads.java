package dev.terrarium.services.logs;

import dev.terrarium.kernel.Call;
import dev.terrarium.services.logs.LogsState.Event;
import dev.terrarium.services.logs.LogsState.EventKey;
import dev.terrarium.services.logs.LogsState.GroupKey;
import dev.terrarium.services.logs.LogsState.StreamKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatchlogs.model.*;

/// Reading events: one stream in either direction, or many streams merged by time.
final class LogReads implements LogsPart {
  private static final int LIMIT_MAX = 10_000;
  private static final int BYTES_MAX = 1_048_576;

  private final LogsState state;

  LogReads(LogsState state) {
    this.state = state;
  }

  @Override
  public GetLogEventsResponse getLogEvents(GetLogEventsRequest request) {
    var group =
        new GroupKey(
            Call.current().scope(),
            LogsState.groupName(request.logGroupName(), request.logGroupIdentifier()));
    var stream = new StreamKey(group, LogsState.streamName(request.logStreamName()));
    state.requireStream(stream);
    var place = Place.of(stream, request);
    var found = place.forward ? forward(stream, place, request) : backward(stream, place, request);
    var first = found.isEmpty() ? place.position : found.getFirst().key;
    var last = found.isEmpty() ? place.position : found.getLast().key;
    return GetLogEventsResponse.builder()
        .events(found.stream().map(LogReads::output).toList())
        .nextForwardToken("f/" + last.id() + "/s")
        .nextBackwardToken("b/" + first.id() + "/s")
        .build();
  }

  private record Found(EventKey key, Event event) {}

  /// Where a read of one stream begins: behind (forward) or before (backward) a position.
  private record Place(EventKey position, boolean forward) {
    static Place of(StreamKey stream, GetLogEventsRequest request) {
      var token = request.nextToken();
      if (token != null) {
        if (!token.matches("[fb]/[0-9]{56}/s")) {
          throw LogsErrors.invalid("The specified nextToken is invalid.");
        }
        return new Place(EventKey.of(stream, token.substring(2, 58)), token.startsWith("f"));
      }
      if (Boolean.TRUE.equals(request.startFromHead())) {
        var start = request.startTime() == null ? 0 : request.startTime();
        return new Place(new EventKey(stream, start, 0), true);
      }
      var end = request.endTime() == null ? 1L << 60 : request.endTime();
      return new Place(new EventKey(stream, end, 0), false);
    }
  }

  private List<Found> forward(StreamKey stream, Place place, GetLogEventsRequest request) {
    var end = request.endTime() == null ? Long.MAX_VALUE : request.endTime();
    var page = new Page(stream.group(), limit(request.limit()), request.unmask());
    var start = place.position;
    if (request.startTime() != null && request.startTime() > start.timestamp()) {
      start = new EventKey(stream, request.startTime(), 0);
    }
    var seen = request.nextToken() == null ? null : place.position;
    state.events.scanFrom(
        start,
        (key, event) -> key.timestamp() < end && (key.equals(seen) || page.add(key, event)),
        prefix(stream));
    return page.found;
  }

  private List<Found> backward(StreamKey stream, Place place, GetLogEventsRequest request) {
    var start = request.startTime() == null ? 0 : request.startTime();
    var page = new Page(stream.group(), limit(request.limit()), request.unmask());
    state.events.scanReverseBefore(
        place.position,
        (key, event) -> key.timestamp() >= start && page.add(key, event),
        prefix(stream));
    Collections.reverse(page.found);
    return page.found;
  }

  @Override
  public FilterLogEventsResponse filterLogEvents(FilterLogEventsRequest request) {
    if (!request.logStreamNames().isEmpty() && request.logStreamNamePrefix() != null) {
      throw LogsErrors.invalid(
          "Log stream names and log stream name prefix are mutually exclusive.");
    }
    var group =
        new GroupKey(
            Call.current().scope(),
            LogsState.groupName(request.logGroupName(), request.logGroupIdentifier()));
    state.requireGroup(group);
    var pattern = FilterPattern.parse(request.filterPattern());
    var from = request.startTime() == null ? 0 : request.startTime();
    var to = request.endTime() == null ? Long.MAX_VALUE : request.endTime();
    var after = after(group, request.nextToken());
    var merge = new StreamMerge(state, Math.max(from, after == null ? 0 : after.timestamp()), to);
    streams(group, request).forEach(merge::add);
    var page = new Page(group, limit(request.limit()), request.unmask());
    EventKey last = null;
    for (var next = merge.next(); next != null; next = merge.next()) {
      if (after != null && StreamMerge.ORDER.compare(next.key(), after) <= 0) {
        continue;
      }
      var more = true;
      if (pattern.matches(next.event().message())) {
        more = page.add(next.key(), next.event());
      }
      if (!more) {
        last = page.found.getLast().key;
        break;
      }
    }
    return FilterLogEventsResponse.builder()
        .events(page.found.stream().map(LogReads::filtered).toList())
        .searchedLogStreams(List.of())
        .nextToken(last == null ? null : token(last))
        .build();
  }

  private List<StreamKey> streams(GroupKey group, FilterLogEventsRequest request) {
    var prefix = request.logStreamNamePrefix();
    var names = new HashSet<>(request.logStreamNames());
    var found = new ArrayList<StreamKey>();
    if (!names.isEmpty()) {
      for (var name : names) {
        var key = new StreamKey(group, name);
        state.requireStream(key);
        found.add(key);
      }
      return found;
    }
    state.streams.scan(
        (key, stream) -> {
          if (prefix == null || key.stream().startsWith(prefix)) {
            found.add(key);
          }
          return true;
        },
        group.scope().account(),
        group.scope().region(),
        group.group());
    return found;
  }

  private static int limit(@Nullable Integer limit) {
    if (limit == null) {
      return LIMIT_MAX;
    }
    if (limit < 1 || limit > LIMIT_MAX) {
      throw LogsErrors.constraint(
          "limit",
          limit,
          limit < 1
              ? "have value greater than or equal to 1"
              : "have value less than or equal to 10000");
    }
    return limit;
  }

  private static Object[] prefix(StreamKey key) {
    var scope = key.group().scope();
    return new Object[] {scope.account(), scope.region(), key.group().group(), key.stream()};
  }

  private static OutputLogEvent output(Found found) {
    return OutputLogEvent.builder()
        .timestamp(found.key.timestamp())
        .ingestionTime(found.event.ingestionTime())
        .message(found.event.message())
        .build();
  }

  private static FilteredLogEvent filtered(Found found) {
    return FilteredLogEvent.builder()
        .logStreamName(found.key.stream().stream())
        .timestamp(found.key.timestamp())
        .ingestionTime(found.event.ingestionTime())
        .message(found.event.message())
        .eventId(found.key.id())
        .build();
  }

  private static String token(EventKey key) {
    var text = key.timestamp() + "\n" + key.sequence() + "\n" + key.stream().stream();
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static @Nullable EventKey after(GroupKey group, @Nullable String token) {
    if (token == null) {
      return null;
    }
    try {
      var text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
      var parts = text.split("\n", 3);
      return new EventKey(
          new StreamKey(group, parts[2]), Long.parseLong(parts[0]), Long.parseLong(parts[1]));
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      var error = LogsErrors.invalid("The specified nextToken is invalid.");
      error.addSuppressed(e);
      throw error;
    }
  }

  /// What one response holds, up to its limits in events and bytes.
  private final class Page {
    final List<Found> found = new ArrayList<>();
    private final GroupKey group;
    private final int limit;
    private final boolean unmask;
    private long bytes;

    Page(GroupKey group, int limit, @Nullable Boolean unmask) {
      this.group = group;
      this.limit = limit;
      this.unmask = Boolean.TRUE.equals(unmask);
    }

    /// Adds an event; false if there is no room for another one.
    boolean add(EventKey key, Event event) {
      var text = unmask ? event.message() : state.masked(group, event.message());
      found.add(new Found(key, new Event(event.ingestionTime(), text)));
      bytes += event.message().length() + 26L;
      return found.size() < limit && bytes < BYTES_MAX;
    }
  }
}
