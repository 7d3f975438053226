package dev.terrarium.services.cloudwatch.math;

import dev.terrarium.services.cloudwatch.math.MathValue.Array;
import dev.terrarium.services.cloudwatch.math.MathValue.Series;
import dev.terrarium.services.cloudwatch.math.MetricMath.World;
import java.util.List;
import java.util.TreeMap;

/// `ANOMALY_DETECTION_BAND`: what a metric is expected to be.
///
/// AWS trains a model of its own. Terrarium expects of a moment the mean of the two weeks before
/// it, give or take so many standard deviations: the same for the same data, and computed from it
/// alone.
final class AnomalyBand {
  private static final long HISTORY_MILLIS = 14L * 24 * 3600 * 1000;
  private static final int POINTS_MIN = 3;
  private static final double DEVIATIONS = 2;

  private AnomalyBand() {}

  /// The upper edge, then the lower one; where there is too little history there is no band.
  static Array of(MathNode.Call call, World world) {
    var deviations =
        call.arguments().size() > 1
            ? MathFunctions.number(MathFunctions.argument(call, 1, world))
            : DEVIATIONS;
    var metric = MathFunctions.series(MathFunctions.argument(call, 0, world));
    var history =
        MathFunctions.series(MathFunctions.argument(call, 0, world.earlier(HISTORY_MILLIS)));
    var upper = new TreeMap<Long, Double>();
    var lower = new TreeMap<Long, Double>();
    for (var moment : world.moments()) {
      var before = history.points().subMap(moment - HISTORY_MILLIS, moment).values();
      if (before.size() >= POINTS_MIN) {
        var mean = MathFunctions.sum(before) / before.size();
        var width = deviations * MathFunctions.deviation(before);
        upper.put(moment, mean + width);
        lower.put(moment, mean - width);
      }
    }
    return new Array(
        List.of(
            new Series(metric.label(), upper, metric.periodSeconds()),
            new Series(metric.label(), lower, metric.periodSeconds())));
  }
}
