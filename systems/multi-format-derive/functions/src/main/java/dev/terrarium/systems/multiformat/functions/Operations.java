package dev.terrarium.systems.multiformat.functions;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// For operations: how many requests, how many errors, of which kind, where.
public final class Operations extends LogDeriver {
  /// As Lambda makes it.
  public Operations() {
    super("operations");
  }

  @Override
  Map<String, Object> summary(List<AccessLog.Hit> hits) {
    var statuses = new TreeMap<String, Integer>();
    var failing = new TreeMap<String, Integer>();
    var bytes = 0L;
    for (var hit : hits) {
      statuses.merge(Integer.toString(hit.status()), 1, Integer::sum);
      bytes += hit.bytes();
      if (hit.status() >= 500) {
        failing.merge(hit.path(), 1, Integer::sum);
      }
    }
    return new TreeMap<>(
        Map.of(
            "requests", hits.size(),
            "bytes", bytes,
            "statuses", statuses,
            "serverErrorsByPath", failing));
  }
}
