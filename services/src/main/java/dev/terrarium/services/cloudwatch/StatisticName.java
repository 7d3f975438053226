package dev.terrarium.services.cloudwatch;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A statistic of a part of the values: percentiles, trimmed and winsorized means, and their like.
///
/// See *CloudWatch statistics definitions* in the user guide.
///
/// @param kind `p`, `tm`, `wm`, `tc`, `ts` or `pr`
/// @param from lower bound, or null; a percentage if `ofPercent`
/// @param to upper bound, or null
record StatisticName(String kind, @Nullable Double from, @Nullable Double to, boolean ofPercent) {
  private static final String NUMBER = "([0-9]{1,3}(?:\\.[0-9]{1,10})?)";
  private static final Pattern SHORT = Pattern.compile("(p|tm|wm|tc|ts|TM|WM|TC|TS)" + NUMBER);
  private static final Pattern PERCENT =
      Pattern.compile("(?i)(TM|WM|TC|TS)\\((?:" + NUMBER + "%)?:(?:" + NUMBER + "%)?\\)");
  private static final Pattern VALUES =
      Pattern.compile(
          "(?i)(TM|WM|TC|TS|PR)\\((-?[0-9]+(?:\\.[0-9]+)?)?:(-?[0-9]+(?:\\.[0-9]+)?)?\\)");

  /// The statistic of that name, or null if there is none.
  static @Nullable StatisticName of(String text) {
    if (text.equals("IQM")) {
      return new StatisticName("tm", 25.0, 75.0, true);
    }
    var matcher = SHORT.matcher(text);
    if (matcher.matches()) {
      var kind = matcher.group(1).toLowerCase(Locale.ROOT);
      var to = Double.parseDouble(matcher.group(2));
      return to > 100 ? null : new StatisticName(kind, kind.equals("p") ? null : 0.0, to, true);
    }
    matcher = PERCENT.matcher(text);
    var ofPercent = matcher.matches();
    if (!ofPercent) {
      matcher = VALUES.matcher(text);
      if (!matcher.matches()) {
        return null;
      }
    }
    if (matcher.group(2) == null && matcher.group(3) == null) {
      return null;
    }
    return new StatisticName(
        matcher.group(1).toLowerCase(Locale.ROOT),
        number(matcher.group(2)),
        number(matcher.group(3)),
        ofPercent);
  }

  private static @Nullable Double number(@Nullable String text) {
    return text == null ? null : Double.valueOf(text);
  }

  double of(Statistics statistics) {
    var values = statistics.values();
    if (values.isEmpty()) {
      // Only sums were reported: what can be told of them.
      return kind.equals("p") && to != null && to > 50
          ? statistics.max()
          : statistics.sum() / statistics.count();
    }
    if (kind.equals("p")) {
      return percentile(values, statistics.count(), to == null ? 100 : to);
    }
    var kept = kept(values, statistics.count());
    var count = kept.values().stream().mapToDouble(n -> n).sum();
    var sum = kept.entrySet().stream().mapToDouble(e -> e.getKey() * e.getValue()).sum();
    return switch (kind) {
      case "tc" -> count;
      case "ts" -> sum;
      case "pr" -> 100 * count / statistics.count();
      case "wm" -> winsorized(kept, sum, count, statistics);
      default -> count == 0 ? 0 : sum / count;
    };
  }

  /// Values between the bounds, and how often each came.
  private TreeMap<Double, Double> kept(Map<Double, Double> values, double total) {
    var kept = new TreeMap<Double, Double>();
    double seen = 0;
    for (var entry : new TreeMap<>(values).entrySet()) {
      var low = from == null ? Double.NEGATIVE_INFINITY : from;
      var high = to == null ? Double.POSITIVE_INFINITY : to;
      if (!ofPercent) {
        if (entry.getKey() > low && entry.getKey() <= high) {
          kept.put(entry.getKey(), entry.getValue());
        }
        continue;
      }
      var start = Math.max(seen, (from == null ? 0 : low) / 100 * total);
      var end = Math.min(seen + entry.getValue(), (to == null ? 100 : high) / 100 * total);
      if (end > start) {
        kept.put(entry.getKey(), end - start);
      }
      seen += entry.getValue();
    }
    return kept;
  }

  /// Values beyond the bounds count as the bounds.
  private static double winsorized(
      TreeMap<Double, Double> kept, double sum, double count, Statistics statistics) {
    if (kept.isEmpty()) {
      return 0;
    }
    double below = 0;
    double above = 0;
    for (var entry : statistics.values().entrySet()) {
      var inside = kept.getOrDefault(entry.getKey(), 0.0);
      if (entry.getKey() <= kept.firstKey()) {
        below += entry.getValue() - inside;
      } else {
        above += entry.getValue() - inside;
      }
    }
    return (sum + below * kept.firstKey() + above * kept.lastKey()) / (count + below + above);
  }

  /// Between two values, the one that is reached.
  private static double percentile(Map<Double, Double> values, double count, double percent) {
    double seen = 0;
    double last = 0;
    for (var entry : new TreeMap<>(values).entrySet()) {
      seen += entry.getValue();
      last = entry.getKey();
      if (seen >= percent / 100 * count) {
        return last;
      }
    }
    return last;
  }
}
