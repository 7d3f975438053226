package dev.terrarium.kernel.trace;

import dev.terrarium.kernel.Ids;
import dev.terrarium.kernel.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The tap through which every call and every hop passes. Keeps the latest [#CAPACITY]; listeners
/// see all.
public final class Trace {
  /// How many spans are kept.
  public static final int CAPACITY = 16 * 1024;

  /// Somebody's listening, until it is closed.
  public interface Listening extends AutoCloseable {
    @Override
    void close();
  }

  private final Clock clock;
  private final Ids ids;
  private final AtomicReferenceArray<@Nullable Span> ring = new AtomicReferenceArray<>(CAPACITY);
  private final AtomicLong count = new AtomicLong();
  private final CopyOnWriteArrayList<Consumer<Span>> listeners = new CopyOnWriteArrayList<>();

  /// A trace that keeps nothing yet.
  public Trace(Clock clock, Ids ids) {
    this.clock = clock;
    this.ids = ids;
  }

  /// A place at the beginning of a new chain.
  public Cause begin() {
    var seconds = Long.toHexString(0x1_0000_0000L | clock.millis() / 1000).substring(1);
    return new Cause("1-" + seconds + "-" + ids.unique(24), ids.unique(16), "", "");
  }

  /// A place that follows from `cause`.
  public Cause after(Cause cause) {
    return new Cause(cause.traceId(), ids.unique(16), cause.spanId(), cause.lineage());
  }

  /// A place that follows from what a trace header names, or a new chain if it names none.
  public Cause after(@Nullable String header) {
    var named = named(header);
    return named == null ? begin() : after(named);
  }

  /// The place that a trace header names, or a new one in the chain that it names, or a new chain.
  public Cause at(@Nullable String header) {
    var named = named(header);
    if (named == null) {
      return begin();
    }
    return named.spanId().isEmpty() ? after(named) : named;
  }

  private static @Nullable Cause named(@Nullable String header) {
    if (header == null) {
      return null;
    }
    String root = null;
    var parent = "";
    var lineage = "";
    for (var part : header.split(";")) {
      if (part.startsWith("Root=")) {
        root = part.substring(5);
      } else if (part.startsWith("Parent=")) {
        parent = part.substring(7);
      } else if (part.startsWith("Lineage=")) {
        // SDKs escape the bar between a chain's functions.
        lineage = part.substring(8).replace("%7C", "|");
      }
    }
    return root == null ? null : new Cause(root, parent, "", lineage);
  }

  /// Records something that has ended.
  public void record(Span span) {
    ring.set((int) (count.getAndIncrement() % CAPACITY), span);
    for (var listener : listeners) {
      listener.accept(span);
    }
  }

  /// Has every span from now on passed to `listener`, until the result is closed. It must be fast.
  public Listening listen(Consumer<Span> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /// The latest spans that match, newest first, at most `limit`.
  public List<Span> latest(Predicate<Span> filter, int limit) {
    var found = new ArrayList<Span>();
    var end = count.get();
    for (long i = end - 1; i >= 0 && i >= end - CAPACITY && found.size() < limit; i--) {
      var span = ring.get((int) (i % CAPACITY));
      if (span != null && filter.test(span)) {
        found.add(span);
      }
    }
    return found;
  }
}
