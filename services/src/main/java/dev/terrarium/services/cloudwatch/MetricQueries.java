package dev.terrarium.services.cloudwatch;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Scope;
import dev.terrarium.services.cloudwatch.math.MathException;
import dev.terrarium.services.cloudwatch.math.MathValue;
import dev.terrarium.services.cloudwatch.math.MathValue.Scalar;
import dev.terrarium.services.cloudwatch.math.MathValue.Series;
import dev.terrarium.services.cloudwatch.math.MetricMath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.MetricStat;

/// A set of metric queries that refer to each other, over one window of time.
final class MetricQueries implements MetricMath.World {
  private static final int SEARCH_MAX = 100;
  private static final Set<String> REFUSED =
      Set.of("DB_PERF_INSIGHTS", "INSIGHT_RULE_METRIC", "LAMBDA", "SERVICE_QUOTA");

  private final List<MetricDataQuery> list;
  private final MetricStore stored;
  private final Scope scope;
  private final long from;
  private final long to;
  private final Map<String, MetricDataQuery> queries = new LinkedHashMap<>();
  private final Map<String, MetricMath> expressions = new HashMap<>();
  private final Map<String, MetricInsights> selections = new HashMap<>();
  private final Map<String, MathValue> known = new HashMap<>();
  private final Set<String> asked = new HashSet<>();
  private int period;

  /// @param from inclusive, in milliseconds
  /// @param to exclusive
  MetricQueries(MetricStore stored, Scope scope, List<MetricDataQuery> list, long from, long to) {
    this.list = list;
    this.stored = stored;
    this.scope = scope;
    this.from = from;
    this.to = to;
    for (int i = 0; i < list.size(); i++) {
      add(list.get(i), i + 1);
    }
    expressions.forEach((id, expression) -> {
      for (var named : expression.ids()) {
        if (!queries.containsKey(named)) {
          throw invalid(id, "Undefined variable: " + named);
        }
      }
    });
    this.period = finest(list);
  }

  private static int finest(List<MetricDataQuery> list) {
    int finest = Integer.MAX_VALUE;
    for (var query : list) {
      if (query.metricStat() != null && query.metricStat().period() != null) {
        finest = Math.min(finest, query.metricStat().period());
      } else if (query.period() != null) {
        finest = Math.min(finest, query.period());
      }
    }
    return finest == Integer.MAX_VALUE ? 300 : finest;
  }

  private void add(MetricDataQuery query, int index) {
    var member = "MetricDataQueries.member." + index;
    var id = query.id();
    if (id == null) {
      throw CloudWatchMetrics.missing(member + ".Id");
    } else if (!id.matches("[a-z][A-Za-z0-9_]{0,254}")) {
      throw validation(
          "The value "
              + id
              + " for parameter "
              + member
              + ".Id is not matching the expected"
              + " pattern ^[a-z][a-zA-Z0-9_]*$.");
    } else if (queries.put(id, query) != null) {
      throw validation("The values for parameter Id in " + member + " must be unique.");
    } else if ((query.expression() == null) == (query.metricStat() == null)) {
      throw validation(
          "Exactly one of Expression and MetricStat must be specified for " + member + ".");
    }
    if (query.expression() != null) {
      if (MetricInsights.isOne(query.expression())) {
        selections.put(id, select(id, query.expression()));
      } else {
        expressions.put(id, parse(id, query.expression()));
      }
      return;
    }
    var stat = query.metricStat();
    if (stat.metric() == null) {
      throw CloudWatchMetrics.missing(member + ".MetricStat.Metric");
    } else if (stat.metric().namespace() == null) {
      throw CloudWatchMetrics.missing(member + ".MetricStat.Metric.Namespace");
    } else if (stat.metric().metricName() == null) {
      throw CloudWatchMetrics.missing(member + ".MetricStat.Metric.MetricName");
    } else if (stat.stat() == null) {
      throw CloudWatchMetrics.missing(member + ".MetricStat.Stat");
    }
    var _ = CloudWatchMetrics.period(stat.period(), member + ".MetricStat.Period");
    CloudWatchMetrics.checkStatistic(stat.stat(), member + ".MetricStat.Stat");
  }

  private static MetricInsights select(String id, String text) {
    try {
      return MetricInsights.parse(text);
    } catch (MathException e) {
      throw invalid(id, e.getMessage());
    }
  }

  private static MetricMath parse(String id, String text) {
    try {
      var expression = MetricMath.parse(text);
      for (var function : expression.functions()) {
        if (REFUSED.contains(function)) {
          throw Errors.notImplemented("cloudwatch", "GetMetricData with " + function);
        }
      }
      return expression;
    } catch (MathException e) {
      throw invalid(id, e.getMessage());
    }
  }

  private static AwsServiceException invalid(String id, @Nullable String problem) {
    return validation("Error in expression '" + id + "': " + problem);
  }

  static AwsServiceException validation(String message) {
    return Errors.of(400, "ValidationError", message);
  }

  /// The series that a query comes to. A number is the same at every moment.
  List<Series> result(String id) {
    try {
      return switch (byId(id)) {
        case Series series -> List.of(series);
        case MathValue.Array array -> array.series();
        case Scalar scalar -> {
          var points = new TreeMap<Long, Double>();
          moments().forEach(moment -> points.put(moment, scalar.value()));
          yield List.of(new Series(id, points, period));
        }
        case MathValue.Text text -> throw new MathException("A text is no result");
      };
    } catch (MathException e) {
      throw invalid(id, e.getMessage());
    }
  }

  @Override
  public MathValue byId(String id) {
    var value = known.get(id);
    if (value != null) {
      return value;
    }
    var query = queries.get(id);
    if (query == null) {
      throw new MathException("Undefined variable: " + id);
    } else if (!asked.add(id)) {
      throw new MathException("Circular reference: " + id);
    }
    var selection = selections.get(id);
    if (selection != null) {
      var seconds = query.period() == null ? period : query.period();
      var selected = new MathValue.Array(selection.evaluate(stored, scope, from, to, seconds));
      known.put(id, selected);
      return selected;
    }
    var expression = expressions.get(id);
    var found = expression == null ? series(query.metricStat()) : expression.evaluate(this);
    known.put(id, found);
    return found;
  }

  private Series series(MetricStat stat) {
    var metric =
        Metric.of(
            scope,
            stat.metric().namespace(),
            stat.metric().metricName(),
            stat.metric().dimensions());
    return series(metric, stat.stat(), stat.period(), stat.unitAsString(), metric.name());
  }

  private Series series(
      Metric metric, String statistic, int seconds, @Nullable String unit, String label) {
    var points = new TreeMap<Long, Double>();
    stored
        .periods(metric, from, to, seconds)
        .forEach((millis, statistics) -> {
          if (unit == null || unit.equals(statistics.unit())) {
            points.put(millis, statistics.value(statistic));
          }
        });
    return new Series(label, points, seconds);
  }

  @Override
  public List<Series> metrics(String part) {
    var found = new ArrayList<Series>();
    queries.forEach((id, query) -> {
      if (query.metricStat() != null && id.contains(part)) {
        found.add((Series) byId(id));
      }
    });
    return found;
  }

  @Override
  public List<Series> search(String expression, String statistic, @Nullable Integer periodSeconds) {
    CloudWatchMetrics.checkStatistic(statistic, "Stat");
    var wanted = SearchExpression.parse(expression);
    var metrics = stored.list(scope, null).stream().filter(wanted).limit(SEARCH_MAX).toList();
    var names = metrics.stream().map(Metric::name).distinct().count();
    var found = new ArrayList<Series>();
    for (var metric : metrics) {
      var label = new ArrayList<String>();
      if (names > 1 || metric.dimensions().isEmpty()) {
        label.add(metric.name());
      }
      for (int i = 1; i < metric.dimensions().size(); i += 2) {
        label.add(metric.dimensions().get(i));
      }
      var seconds = periodSeconds == null ? period : periodSeconds;
      var series = series(metric, statistic, seconds, null, String.join(" ", label));
      if (!series.points().isEmpty()) {
        found.add(series);
      }
    }
    return found;
  }

  @Override
  public List<Long> moments() {
    var moments = new ArrayList<Long>();
    var length = period * 1000L;
    for (var at = Math.floorDiv(from, length) * length; at < to; at += length) {
      moments.add(at);
    }
    return moments;
  }

  @Override
  public int periodSeconds() {
    return period;
  }

  @Override
  public MetricQueries earlier(long millis) {
    return new MetricQueries(stored, scope, list, from - millis, to);
  }

  /// The metrics that are asked for by name.
  Set<Metric> metrics() {
    var metrics = new HashSet<Metric>();
    for (var query : queries.values()) {
      var stat = query.metricStat();
      if (stat != null) {
        metrics.add(
            Metric.of(
                scope,
                stat.metric().namespace(),
                stat.metric().metricName(),
                stat.metric().dimensions()));
      }
    }
    return metrics;
  }

  /// Those of the call's own account and region.
  static MetricQueries ofCall(MetricStore stored, List<MetricDataQuery> list, long from, long to) {
    return new MetricQueries(stored, Call.current().scope(), list, from, to);
  }
}
