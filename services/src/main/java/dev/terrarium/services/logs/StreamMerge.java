package dev.terrarium.services.logs;

import dev.terrarium.services.logs.LogsState.Event;
import dev.terrarium.services.logs.LogsState.EventKey;
import dev.terrarium.services.logs.LogsState.StreamKey;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// The events of many streams of a group in the order of their timestamps.
///
/// A stream is not read before its turn: until then it stands in the queue with its first possible
/// timestamp. So a page over a thousand streams reads only those that reach into the page.
final class StreamMerge {
  /// The order of a page's events: by time, then by stream, then by arrival.
  static final Comparator<EventKey> ORDER =
      Comparator.comparingLong(EventKey::timestamp)
          .thenComparing(key -> key.stream().stream())
          .thenComparingLong(EventKey::sequence);

  private static final int CHUNK = 200;

  /// An event with its place.
  record Placed(EventKey key, Event event) {}

  private final class Source {
    final StreamKey stream;
    final ArrayDeque<Placed> chunk = new ArrayDeque<>();
    EventKey next;
    boolean read;

    Source(StreamKey stream, long first) {
      this.stream = stream;
      this.next = new EventKey(stream, first, -1);
    }

    /// Reads on behind `next`; false at the end.
    boolean fill() {
      var start = new EventKey(stream, next.timestamp(), next.sequence() + 1);
      var scope = stream.group().scope();
      state.events.scanFrom(
          start,
          (key, event) -> {
            if (key.timestamp() > to) {
              return false;
            }
            chunk.add(new Placed(key, event));
            return chunk.size() < CHUNK;
          },
          scope.account(),
          scope.region(),
          stream.group().group(),
          stream.stream());
      read = true;
      var first = chunk.peekFirst();
      if (first != null) {
        next = first.key;
      }
      return first != null;
    }
  }

  private final LogsState state;
  private final long from;
  private final long to;
  private final PriorityQueue<Source> sources =
      new PriorityQueue<>((a, b) -> ORDER.compare(a.next, b.next));

  /// Merges events with `from <= timestamp <= to`.
  StreamMerge(LogsState state, long from, long to) {
    this.state = state;
    this.from = from;
    this.to = to;
  }

  void add(StreamKey key) {
    var stream = state.streams.get(key);
    if (stream != null
        && stream.firstEvent() >= 0
        && stream.firstEvent() <= to
        && stream.lastEvent() >= from) {
      sources.add(new Source(key, Math.max(from, stream.firstEvent())));
    }
  }

  /// The next event, or null at the end.
  @Nullable Placed next() {
    for (var source = sources.poll(); source != null; source = sources.poll()) {
      var wasRead = source.read;
      if (source.chunk.isEmpty() && !source.fill()) {
        continue;
      }
      if (!wasRead) {
        sources.add(source);
        continue;
      }
      var placed = source.chunk.removeFirst();
      source.next = source.chunk.isEmpty() ? placed.key : source.chunk.getFirst().key;
      if (source.chunk.isEmpty() && !source.fill()) {
        return placed;
      }
      sources.add(source);
      return placed;
    }
    return null;
  }
}
