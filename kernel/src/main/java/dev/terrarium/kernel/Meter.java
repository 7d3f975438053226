package dev.terrarium.kernel;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.DoubleAdder;

/// What AWS would have billed, counted since the start or the last [#reset].
///
/// An item is `service:unit`: `sqs:requests`, `lambda:gb-seconds`, or `service:Operation` for
/// requests, which are counted at the door. Prices live outside, in a dated table.
public final class Meter {
  private final Map<String, DoubleAdder> counts = new ConcurrentHashMap<>();

  /// Counts an amount of an item.
  public void count(String item, double amount) {
    var adder = counts.get(item);
    if (adder == null) {
      adder = counts.computeIfAbsent(item, i -> new DoubleAdder());
    }
    adder.add(amount);
  }

  /// All amounts, by item.
  public Map<String, Double> amounts() {
    var amounts = new TreeMap<String, Double>();
    counts.forEach((item, adder) -> amounts.put(item, adder.sum()));
    return amounts;
  }

  /// Begins again at nothing.
  public void reset() {
    counts.clear();
  }
}
