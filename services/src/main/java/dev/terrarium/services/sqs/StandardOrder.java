package dev.terrarium.services.sqs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.LongPredicate;

/// The order of a standard queue: about that of sending, whatever the backlog's size.
///
/// Memory holds a window of at most [#WINDOW] sequence numbers; what lies behind `cursor` is read
/// from the store when the window runs dry. So a backlog of a million messages costs a receive
/// nothing.
///
/// *Fair queues*: where messages have groups, one whose messages fill the flight gives way to the
/// others. A group is noisy while it has more than a tenth of all messages in flight, and at least
/// [#NOISY_MIN]; within the window, messages of quiet groups go first. See *Amazon SQS fair queues*
/// in the developer guide.
final class StandardOrder implements ReadyOrder {
  static final int WINDOW = 20_000;
  private static final int PAGE = 1000;
  private static final int NOISY_MIN = 20;
  private static final int LOOKAHEAD = 2000;

  /// Reads the next messages from the store that memory does not have; returns where to go on, or
  /// [Long#MAX_VALUE] at the end.
  interface Pages {
    long read(long from, int max, List<Entry> into);
  }

  /// A message that waits.
  record Entry(long sequence, String group) implements Comparable<Entry> {
    @Override
    public int compareTo(Entry other) {
      return Long.compare(sequence, other.sequence);
    }
  }

  private final PriorityQueue<Entry> window = new PriorityQueue<>();
  private final Map<String, Integer> inFlight = new HashMap<>();
  private final Pages pages;
  private int inFlightWithGroup;
  private long cursor;
  private boolean allLoaded;

  StandardOrder(Pages pages) {
    this.pages = pages;
    this.cursor = Long.MIN_VALUE;
  }

  @Override
  public void add(long sequence, String group, Place place) {
    if (place == Place.IN_FLIGHT) {
      tookOff(group);
    } else if (allLoaded && window.size() < WINDOW) {
      if (place == Place.READY) {
        window.add(new Entry(sequence, group));
      }
      cursor = sequence + 1;
    } else {
      allLoaded = false;
    }
  }

  @Override
  public void returned(long sequence, String group, boolean wasInFlight) {
    landed(group, wasInFlight);
    window.add(new Entry(sequence, group));
  }

  @Override
  public void deleted(long sequence, String group, boolean wasInFlight) {
    landed(group, wasInFlight);
  }

  private void tookOff(String group) {
    if (!group.isEmpty()) {
      inFlight.merge(group, 1, Integer::sum);
      inFlightWithGroup++;
    }
  }

  private void landed(String group, boolean wasInFlight) {
    if (wasInFlight && !group.isEmpty()) {
      inFlight.merge(group, -1, (a, b) -> a + b == 0 ? null : a + b);
      inFlightWithGroup--;
    }
  }

  @Override
  public List<Long> take(int max, LongPredicate exists) {
    var taken = new ArrayList<Entry>(max);
    var passedOver = new ArrayList<Entry>();
    while (taken.size() < max && passedOver.size() < LOOKAHEAD) {
      if (window.isEmpty() && !loadPage()) {
        break;
      }
      var entry = window.poll();
      if (entry == null || !exists.test(entry.sequence)) {
        continue;
      }
      (isNoisy(entry.group) ? passedOver : taken).add(entry);
    }
    for (var entry : passedOver) {
      if (taken.size() < max) {
        taken.add(entry);
      } else {
        window.add(entry);
      }
    }
    taken.forEach(entry -> tookOff(entry.group));
    return taken.stream().map(Entry::sequence).toList();
  }

  private boolean isNoisy(String group) {
    if (group.isEmpty() || inFlightWithGroup < NOISY_MIN) {
      return false;
    }
    var own = inFlight.getOrDefault(group, 0);
    return own >= NOISY_MIN && own * 10 > inFlightWithGroup;
  }

  private boolean loadPage() {
    while (!allLoaded) {
      var page = new ArrayList<Entry>(PAGE);
      var next = pages.read(cursor, PAGE, page);
      window.addAll(page);
      if (next == Long.MAX_VALUE) {
        allLoaded = true;
      } else {
        cursor = next;
      }
      if (!page.isEmpty()) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean hasMore() {
    return !window.isEmpty() || !allLoaded;
  }
}
