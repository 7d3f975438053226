package dev.terrarium.services.cloudwatch.math;

import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/// What an expression or a part of one comes to.
public sealed interface MathValue {
  /// A number.
  record Scalar(double value) implements MathValue {}

  /// A text, as an argument of a function.
  record Text(String value) implements MathValue {}

  /// A time series.
  ///
  /// @param label what it is called where nobody says otherwise
  /// @param points by the start of their period, in milliseconds
  /// @param periodSeconds how long a period is
  record Series(String label, NavigableMap<Long, Double> points, int periodSeconds)
      implements MathValue {
    /// Copies nothing: whoever makes a series does not change its points any more.
    public Series {
      points = Collections.unmodifiableNavigableMap(points);
    }

    /// The same moments with other values; what is not a number is left out.
    public Series map(DoubleUnaryOperator function) {
      var mapped = new TreeMap<Long, Double>();
      points.forEach((at, value) -> put(mapped, at, function.applyAsDouble(value)));
      return new Series(label, mapped, periodSeconds);
    }

    /// Both series where both have a value.
    public Series with(Series other, DoubleBinaryOperator function) {
      var joined = new TreeMap<Long, Double>();
      points.forEach((at, value) -> {
        var right = other.points.get(at);
        if (right != null) {
          put(joined, at, function.applyAsDouble(value, right));
        }
      });
      return new Series(label, joined, Math.max(periodSeconds, other.periodSeconds));
    }

    private static void put(TreeMap<Long, Double> points, Long at, double value) {
      if (Double.isFinite(value)) {
        points.put(at, value);
      }
    }
  }

  /// Several time series.
  record Array(List<Series> series) implements MathValue {
    /// Copies the list.
    public Array {
      series = List.copyOf(series);
    }
  }
}
