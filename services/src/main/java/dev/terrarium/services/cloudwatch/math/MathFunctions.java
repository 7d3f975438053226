package dev.terrarium.services.cloudwatch.math;

import dev.terrarium.services.cloudwatch.math.MathValue.Array;
import dev.terrarium.services.cloudwatch.math.MathValue.Scalar;
import dev.terrarium.services.cloudwatch.math.MathValue.Series;
import dev.terrarium.services.cloudwatch.math.MathValue.Text;
import dev.terrarium.services.cloudwatch.math.MetricMath.World;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/// The functions of metric math.
final class MathFunctions {
  /// Words that functions take as arguments, which are no ids.
  static final Set<String> WORDS =
      Set.of("REPEAT", "LINEAR", "AVG", "MAX", "MIN", "SUM", "ASC", "DESC");

  private MathFunctions() {}

  static MathValue call(MathNode.Call call, World world) {
    return switch (call.name()) {
      case "ABS" -> MetricMath.each(only(call, world), Math::abs);
      case "CEIL" -> MetricMath.each(only(call, world), Math::ceil);
      case "FLOOR" -> MetricMath.each(only(call, world), Math::floor);
      case "LOG" -> MetricMath.each(only(call, world), Math::log);
      case "LOG10" -> MetricMath.each(only(call, world), Math::log10);
      case "AVG" -> aggregate(only(call, world), v -> sum(v) / v.size());
      case "MAX" ->
          aggregate(only(call, world), v -> v.stream().mapToDouble(n -> n).max().orElse(0));
      case "MIN" ->
          aggregate(only(call, world), v -> v.stream().mapToDouble(n -> n).min().orElse(0));
      case "STDDEV" -> aggregate(only(call, world), MathFunctions::deviation);
      case "SUM" -> aggregate(only(call, world), MathFunctions::sum);
      case "DATAPOINT_COUNT" -> aggregate(only(call, world), Collection::size);
      case "METRIC_COUNT" -> new Scalar(MetricMath.series(only(call, world)).size());
      case "METRICS" ->
          new Array(world.metrics(call.arguments().isEmpty() ? "" : text(call, 0, world)));
      case "DIFF" -> changes(only(call, world), (value, seconds) -> value);
      case "RATE" -> changes(only(call, world), (value, seconds) -> value / seconds);
      case "DIFF_TIME" -> changes(only(call, world), (value, seconds) -> seconds);
      case "RUNNING_SUM" -> map(only(call, world), MathFunctions::runningSum);
      case "FILL" -> fill(call, world);
      case "IF" -> condition(call, world);
      case "FIRST", "LAST" -> end(call, world);
      case "SLICE" -> slice(call, world);
      case "SORT" -> sort(call, world);
      case "REMOVE_EMPTY" ->
          new Array(
              MetricMath.series(only(call, world)).stream()
                  .filter(series -> !series.points().isEmpty())
                  .toList());
      case "PERIOD" -> new Scalar(series(only(call, world)).periodSeconds());
      case "TIME_SERIES" -> constant(number(only(call, world)), world);
      case "EPOCH" -> times(call, world, time -> (double) time.toEpochSecond());
      case "MINUTE" -> times(call, world, ZonedDateTime::getMinute);
      case "HOUR" -> times(call, world, ZonedDateTime::getHour);
      case "DAY" -> times(call, world, time -> time.getDayOfWeek().getValue());
      case "DATE" -> times(call, world, ZonedDateTime::getDayOfMonth);
      case "MONTH" -> times(call, world, ZonedDateTime::getMonthValue);
      case "YEAR" -> times(call, world, ZonedDateTime::getYear);
      case "ANOMALY_DETECTION_BAND" -> AnomalyBand.of(call, world);
      case "SEARCH" -> {
        var period =
            call.arguments().size() > 2 ? (Integer) (int) number(argument(call, 2, world)) : null;
        yield new Array(world.search(text(call, 0, world), text(call, 1, world), period));
      }
      default -> throw new MathException("Unknown function: " + call.name());
    };
  }

  static MathValue argument(MathNode.Call call, int index, World world) {
    if (call.arguments().size() <= index) {
      throw new MathException(call.name() + " needs more arguments");
    }
    return MetricMath.evaluate(call.arguments().get(index), world);
  }

  private static MathValue only(MathNode.Call call, World world) {
    if (call.arguments().size() != 1) {
      throw new MathException(call.name() + " takes one argument");
    }
    return argument(call, 0, world);
  }

  private static String text(MathNode.Call call, int index, World world) {
    if (argument(call, index, world) instanceof Text text) {
      return text.value();
    }
    throw new MathException(call.name() + " takes a text there");
  }

  static double number(MathValue value) {
    if (value instanceof Scalar scalar) {
      return scalar.value();
    }
    throw new MathException("A number is expected");
  }

  static Series series(MathValue value) {
    if (value instanceof Series series) {
      return series;
    }
    throw new MathException("A single time series is expected");
  }

  static double sum(Collection<Double> values) {
    return values.stream().mapToDouble(value -> value).sum();
  }

  static double deviation(Collection<Double> values) {
    var mean = sum(values) / values.size();
    return Math.sqrt(
        values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum() / values.size());
  }

  /// Of one series a number, of several a series.
  private static MathValue aggregate(
      MathValue value, ToDoubleFunction<Collection<Double>> function) {
    if (value instanceof Array array) {
      var moments = new TreeSet<Long>();
      array.series().forEach(series -> moments.addAll(series.points().keySet()));
      var points = new TreeMap<Long, Double>();
      for (var moment : moments) {
        var there = new ArrayList<Double>();
        for (var series : array.series()) {
          var point = series.points().get(moment);
          if (point != null) {
            there.add(point);
          }
        }
        points.put(moment, function.applyAsDouble(there));
      }
      var period = array.series().stream().mapToInt(Series::periodSeconds).max().orElse(60);
      return new Series("", points, period);
    }
    var points = series(value).points().values();
    return new Scalar(points.isEmpty() ? 0 : function.applyAsDouble(points));
  }

  private static MathValue map(MathValue value, java.util.function.UnaryOperator<Series> function) {
    return value instanceof Array array
        ? new Array(array.series().stream().map(function).toList())
        : function.apply(series(value));
  }

  private interface Change {
    double of(double value, double seconds);
  }

  private static MathValue changes(MathValue value, Change change) {
    return map(
        value,
        series -> {
          var points = new TreeMap<Long, Double>();
          var before = series.points().firstEntry();
          for (var point : series.points().entrySet()) {
            if (before != null && !point.getKey().equals(before.getKey())) {
              var seconds = (point.getKey() - before.getKey()) / 1000.0;
              points.put(point.getKey(), change.of(point.getValue() - before.getValue(), seconds));
            }
            before = point;
          }
          return new Series(series.label(), points, series.periodSeconds());
        });
  }

  private static Series runningSum(Series series) {
    var points = new TreeMap<Long, Double>();
    double sum = 0;
    for (var point : series.points().entrySet()) {
      sum += point.getValue();
      points.put(point.getKey(), sum);
    }
    return new Series(series.label(), points, series.periodSeconds());
  }

  private static MathValue fill(MathNode.Call call, World world) {
    var value = argument(call, 0, world);
    if (call.arguments().size() == 2
        && call.arguments().get(1) instanceof MathNode.Id word
        && WORDS.contains(word.name())) {
      return map(value, series -> filled(series, word.name(), 0, world));
    }
    var filler = argument(call, 1, world);
    if (filler instanceof Series other) {
      return map(
          value,
          series -> {
            var points = new TreeMap<>(other.points());
            points.putAll(series.points());
            return new Series(series.label(), points, series.periodSeconds());
          });
    }
    var constant = number(filler);
    return map(value, series -> filled(series, "", constant, world));
  }

  private static Series filled(Series series, String how, double constant, World world) {
    var points = new TreeMap<>(series.points());
    for (var moment : world.moments()) {
      if (series.points().containsKey(moment)) {
        continue;
      }
      var before = series.points().lowerEntry(moment);
      var after = series.points().higherEntry(moment);
      if (how.isEmpty()) {
        points.put(moment, constant);
      } else if (before != null && (how.equals("REPEAT") || after == null)) {
        points.put(moment, before.getValue());
      } else if (before != null && after != null) {
        var part = (double) (moment - before.getKey()) / (after.getKey() - before.getKey());
        points.put(moment, before.getValue() + part * (after.getValue() - before.getValue()));
      }
    }
    return new Series(series.label(), points, series.periodSeconds());
  }

  private static MathValue condition(MathNode.Call call, World world) {
    var condition = argument(call, 0, world);
    var yes = argument(call, 1, world);
    var no = call.arguments().size() > 2 ? argument(call, 2, world) : null;
    if (condition instanceof Scalar scalar) {
      if (scalar.value() != 0) {
        return yes;
      }
      return no == null ? new Array(List.of()) : no;
    }
    var test = series(condition);
    var points = new TreeMap<Long, Double>();
    test.points()
        .forEach((moment, holds) -> {
          var chosen = holds == 0 ? no : yes;
          var value =
              chosen == null
                  ? null
                  : chosen instanceof Scalar scalar
                      ? (Double) scalar.value()
                      : series(chosen).points().get(moment);
          if (value != null) {
            points.put(moment, value);
          }
        });
    return new Series(test.label(), points, test.periodSeconds());
  }

  private static MathValue end(MathNode.Call call, World world) {
    var all = MetricMath.series(only(call, world));
    if (all.isEmpty()) {
      throw new MathException(call.name() + " of no time series");
    }
    return call.name().equals("FIRST") ? all.getFirst() : all.getLast();
  }

  private static MathValue slice(MathNode.Call call, World world) {
    var all = MetricMath.series(argument(call, 0, world));
    var from = Math.clamp((int) number(argument(call, 1, world)), 0, all.size());
    if (call.arguments().size() == 2) {
      return from < all.size() ? all.get(from) : new Array(List.of());
    }
    var to = Math.clamp((int) number(argument(call, 2, world)), from, all.size());
    return new Array(all.subList(from, to));
  }

  private static MathValue sort(MathNode.Call call, World world) {
    var all = new ArrayList<>(MetricMath.series(argument(call, 0, world)));
    var function = word(call, 1);
    var order =
        Comparator.<Series>comparingDouble(series -> {
          var values = series.points().values();
          if (values.isEmpty()) {
            return Double.NEGATIVE_INFINITY;
          }
          return switch (function) {
            case "AVG" -> sum(values) / values.size();
            case "MAX" -> values.stream().mapToDouble(v -> v).max().orElse(0);
            case "MIN" -> values.stream().mapToDouble(v -> v).min().orElse(0);
            case "SUM" -> sum(values);
            default -> throw new MathException("SORT does not know " + function);
          };
        });
    all.sort(word(call, 2).equals("DESC") ? order.reversed() : order);
    if (call.arguments().size() > 3) {
      var limit = Math.clamp((int) number(argument(call, 3, world)), 0, all.size());
      return new Array(all.subList(0, limit));
    }
    return new Array(all);
  }

  private static String word(MathNode.Call call, int index) {
    if (call.arguments().size() > index && call.arguments().get(index) instanceof MathNode.Id id) {
      return id.name();
    }
    throw new MathException(call.name() + " takes a function and an order");
  }

  private static Series constant(double value, World world) {
    var points = new TreeMap<Long, Double>();
    world.moments().forEach(moment -> points.put(moment, value));
    return new Series("", points, world.periodSeconds());
  }

  private static MathValue times(
      MathNode.Call call, World world, ToDoubleFunction<ZonedDateTime> function) {
    return map(
        only(call, world),
        series -> {
          var points = new TreeMap<Long, Double>();
          for (var moment : series.points().keySet()) {
            var time = Instant.ofEpochMilli(moment).atZone(ZoneOffset.UTC);
            points.put(moment, function.applyAsDouble(time));
          }
          return new Series(series.label(), points, series.periodSeconds());
        });
  }
}
