package dev.terrarium.systems.multiformat.functions;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// For marketing: how far visitors come on the way from a product to an order, and from where.
public final class Marketing extends LogDeriver {
  private static final List<String> STAGES = List.of("/product", "/cart", "/checkout", "/order");

  /// As Lambda makes it.
  public Marketing() {
    super("marketing");
  }

  @Override
  Map<String, Object> summary(List<AccessLog.Hit> hits) {
    var reached = new HashMap<String, Integer>();
    var referrers = new TreeMap<String, Integer>();
    for (var hit : hits) {
      var stage = 0;
      for (int i = 0; i < STAGES.size(); i++) {
        stage = hit.isPage(STAGES.get(i)) ? i + 1 : stage;
      }
      reached.merge(hit.session(), stage, Math::max);
      if (!hit.referrer().equals("-")) {
        referrers.merge(hit.referrer(), 1, Integer::sum);
      }
    }
    var funnel = new TreeMap<String, Integer>();
    for (int i = 0; i < STAGES.size(); i++) {
      var least = i + 1;
      funnel.put(
          STAGES.get(i).substring(1),
          (int) reached.values().stream().filter(stage -> stage >= least).count());
    }
    return new TreeMap<>(
        Map.of("sessions", reached.size(), "funnel", funnel, "referrers", referrers));
  }
}
