package dev.terrarium.services.cloudwatch;

import dev.terrarium.kernel.store.Codec;
import java.util.Map;
import java.util.TreeMap;

/// What was reported of a metric in a stretch of time.
///
/// @param values how often each value was reported, for percentiles; empty beyond [#VALUES_MAX]
///   different ones or if only sums were reported
/// @param unit AWS's unit, the last one reported
record Statistics(
    double count, double sum, double min, double max, Map<Double, Double> values, String unit) {
  static final int VALUES_MAX = 1000;

  static final Codec<Statistics> CODEC =
      Codec.of(
          1,
          (s, writer) -> {
            writer
                .number(Double.doubleToLongBits(s.count))
                .number(Double.doubleToLongBits(s.sum))
                .number(Double.doubleToLongBits(s.min))
                .number(Double.doubleToLongBits(s.max))
                .string(s.unit)
                .number(s.values.size());
            s.values.forEach((value, times) ->
                writer
                    .number(Double.doubleToLongBits(value))
                    .number(Double.doubleToLongBits(times)));
          },
          reader -> {
            var count = Double.longBitsToDouble(reader.number());
            var sum = Double.longBitsToDouble(reader.number());
            var min = Double.longBitsToDouble(reader.number());
            var max = Double.longBitsToDouble(reader.number());
            var unit = reader.string();
            var values = new TreeMap<Double, Double>();
            var n = reader.integer();
            for (int i = 0; i < n; i++) {
              var value = Double.longBitsToDouble(reader.number());
              values.put(value, Double.longBitsToDouble(reader.number()));
            }
            return new Statistics(count, sum, min, max, values, unit);
          });

  Statistics plus(Statistics other) {
    var merged = new TreeMap<>(values);
    other.values.forEach((value, times) -> merged.merge(value, times, Double::sum));
    var keep =
        merged.size() <= VALUES_MAX
            && (count == 0 || !values.isEmpty())
            && (other.count == 0 || !other.values.isEmpty());
    return new Statistics(
        count + other.count,
        sum + other.sum,
        Math.min(min, other.min),
        Math.max(max, other.max),
        keep ? merged : Map.of(),
        other.unit);
  }

  /// The value of a statistic by AWS's name: `Sum`, `Average`, `p99`, …
  ///
  /// @throws IllegalArgumentException if there is no such statistic
  double value(String statistic) {
    return switch (statistic) {
      case "SampleCount" -> count;
      case "Sum" -> sum;
      case "Minimum" -> min;
      case "Maximum" -> max;
      case "Average" -> sum / count;
      default -> {
        var name = StatisticName.of(statistic);
        if (name == null) {
          throw new IllegalArgumentException(statistic);
        }
        yield name.of(this);
      }
    };
  }
}
