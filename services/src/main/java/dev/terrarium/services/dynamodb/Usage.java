package dev.terrarium.services.dynamodb;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// What was asked of a table, or of one of its global indexes, since that was last taken.
final class Usage {
  final Units reads = new Units();
  final Units writes = new Units();
  final LongAdder conditionsFailed = new LongAdder();
  final LongAdder readsThrottled = new LongAdder();
  final LongAdder writesThrottled = new LongAdder();

  /// Requests of which something was throttled, by operation.
  final Map<String, LongAdder> throttled = new ConcurrentHashMap<>();

  /// Units that requests consumed.
  static final class Units {
    private long count;
    private double units;
    private double least;
    private double most;

    synchronized void add(double consumed) {
      least = count == 0 ? consumed : Math.min(least, consumed);
      most = count == 0 ? consumed : Math.max(most, consumed);
      units += consumed;
      count++;
    }

    /// What has come together; it begins again with nothing.
    synchronized Sum take() {
      var taken = new Sum(count, units, least, most);
      count = 0;
      units = 0;
      return taken;
    }
  }

  /// Some requests' units.
  ///
  /// @param least of one request
  /// @param most of one request
  record Sum(long count, double units, double least, double most) {}

  void throttled(boolean writes, String operation) {
    (writes ? writesThrottled : readsThrottled).increment();
    throttled.computeIfAbsent(operation, name -> new LongAdder()).increment();
  }
}
