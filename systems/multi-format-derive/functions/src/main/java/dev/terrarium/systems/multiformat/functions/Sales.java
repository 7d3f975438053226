package dev.terrarium.systems.multiformat.functions;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// For sales: orders and what they brought. An order is `POST /order/<product>/<cents>`.
public final class Sales extends LogDeriver {
  /// As Lambda makes it.
  public Sales() {
    super("sales");
  }

  @Override
  Map<String, Object> summary(List<AccessLog.Hit> hits) {
    var sessions = new HashSet<String>();
    var revenue = new TreeMap<String, Long>();
    var orders = 0;
    for (var hit : hits) {
      sessions.add(hit.session());
      if (hit.method().equals("POST") && hit.isPage("/order")) {
        var parts = hit.path().split("/");
        revenue.merge(parts[2], Long.parseLong(parts[3]), Long::sum);
        orders++;
      }
    }
    return new TreeMap<>(
        Map.of(
            "orders",
            orders,
            "sessions",
            sessions.size(),
            "conversionPerMille",
            sessions.isEmpty() ? 0 : orders * 1000 / sessions.size(),
            "revenueCents",
            revenue));
  }
}
