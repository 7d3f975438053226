package dev.terrarium.services.sqs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongPredicate;

/// The order of a FIFO queue: within a message group strictly that of sending. While a message of a
/// group is in flight, or its next one is delayed, the group gives out nothing.
final class FifoOrder implements ReadyOrder {
  private static final class Group {
    final TreeSet<Long> waiting = new TreeSet<>();
    final Set<Long> notReceivable = new HashSet<>();
    int inFlight;

    boolean isOpen() {
      return inFlight == 0 && !waiting.isEmpty() && !notReceivable.contains(waiting.first());
    }
  }

  private final Map<String, Group> groups = new HashMap<>();

  /// Groups that can give out a message, by the sequence number of their first.
  private final TreeMap<Long, Group> open = new TreeMap<>();

  @Override
  public void add(long sequence, String group, Place place) {
    change(
        group,
        g -> {
          if (place == Place.IN_FLIGHT) {
            g.inFlight++;
            return;
          }
          g.waiting.add(sequence);
          if (place == Place.DELAYED) {
            g.notReceivable.add(sequence);
          }
        });
  }

  @Override
  public void returned(long sequence, String group, boolean wasInFlight) {
    change(
        group,
        g -> {
          if (wasInFlight) {
            g.inFlight--;
          }
          g.notReceivable.remove(sequence);
          g.waiting.add(sequence);
        });
  }

  @Override
  public void deleted(long sequence, String group, boolean wasInFlight) {
    change(
        group,
        g -> {
          if (wasInFlight) {
            g.inFlight--;
          }
          g.waiting.remove(sequence);
          g.notReceivable.remove(sequence);
        });
  }

  @Override
  public List<Long> take(int max, LongPredicate exists) {
    var taken = new ArrayList<Long>(max);
    while (taken.size() < max && !open.isEmpty()) {
      var group = open.pollFirstEntry().getValue();
      var before = taken.size();
      while (taken.size() < max
          && !group.waiting.isEmpty()
          && !group.notReceivable.contains(group.waiting.first())) {
        var sequence = group.waiting.pollFirst();
        if (exists.test(sequence)) {
          taken.add(sequence);
          group.inFlight++;
        }
      }
      if (taken.size() == before && group.isOpen()) {
        open.put(group.waiting.first(), group);
      }
    }
    return taken;
  }

  @Override
  public boolean hasMore() {
    return !open.isEmpty();
  }

  private void change(String name, java.util.function.Consumer<Group> change) {
    var group = groups.computeIfAbsent(name, n -> new Group());
    if (group.isOpen()) {
      open.remove(group.waiting.first());
    }
    change.accept(group);
    if (group.isOpen()) {
      open.put(group.waiting.first(), group);
    } else if (group.waiting.isEmpty() && group.inFlight == 0) {
      groups.remove(name);
    }
  }
}
