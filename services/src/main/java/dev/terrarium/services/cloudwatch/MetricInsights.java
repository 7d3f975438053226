package dev.terrarium.services.cloudwatch;

import dev.terrarium.kernel.Scope;
import dev.terrarium.services.cloudwatch.math.MathException;
import dev.terrarium.services.cloudwatch.math.MathValue.Series;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A query of CloudWatch Metrics Insights: `SELECT AVG(CPU) FROM "AWS/EC2" WHERE … GROUP BY …`.
///
/// See *Metrics Insights query components and syntax* in the user guide.
final class MetricInsights {
  private static final int SERIES_MAX = 500;
  private static final Pattern TOKEN =
      Pattern.compile("\\s*(\"[^\"]*\"|'[^']*'|!=|[=(),]|[^\\s\"'=!(),]+)");
  private static final Set<String> FUNCTIONS = Set.of("AVG", "COUNT", "MAX", "MIN", "SUM");

  private record Condition(String label, boolean equal, String value) {}

  private final List<String> tokens = new ArrayList<>();
  private int at;

  private final String function;
  private final String metric;
  private final String namespace;
  private final @Nullable Set<String> schema;
  private final List<Condition> conditions = new ArrayList<>();
  private final List<String> groups = new ArrayList<>();
  private @Nullable String order;
  private boolean descending;
  private int limit = SERIES_MAX;

  private MetricInsights(String text) {
    tokenise(text);
    expect("SELECT");
    function = function();
    expect("(");
    metric = name();
    expect(")");
    expect("FROM");
    var labels = new HashSet<String>();
    var whole = skip("SCHEMA");
    if (whole) {
      expect("(");
      namespace = name();
      while (skip(",")) {
        labels.add(name());
      }
      expect(")");
    } else {
      namespace = name();
    }
    schema = whole ? labels : null;
    if (skip("WHERE")) {
      do {
        conditions.add(condition());
      } while (skip("AND"));
    }
    if (skip("GROUP")) {
      expect("BY");
      do {
        groups.add(name());
      } while (skip(","));
    }
    order();
    if (skip("LIMIT")) {
      limit = limit(name());
    }
    if (at < tokens.size()) {
      throw unexpected();
    }
  }

  /// @throws MathException if the text is no query
  static MetricInsights parse(String text) {
    return new MetricInsights(text);
  }

  /// Whether a text means to be one.
  static boolean isOne(String expression) {
    return expression.strip().toUpperCase(Locale.ROOT).startsWith("SELECT ");
  }

  private void tokenise(String text) {
    var rest = text.strip();
    var matcher = TOKEN.matcher(rest);
    int end = 0;
    while (end < rest.length()) {
      if (!matcher.find(end) || matcher.start() != end) {
        throw new MathException("Syntax error at position " + end + " of the query");
      }
      tokens.add(matcher.group(1));
      end = matcher.end();
    }
  }

  private String function() {
    var name = at < tokens.size() ? tokens.get(at++).toUpperCase(Locale.ROOT) : "";
    if (!FUNCTIONS.contains(name)) {
      at--;
      throw unexpected();
    }
    return name;
  }

  private Condition condition() {
    var label = name();
    var equal = skip("=");
    if (!equal) {
      expect("!=");
    }
    var value = at < tokens.size() ? tokens.get(at) : "";
    if (!value.startsWith("'")) {
      throw unexpected();
    }
    at++;
    return new Condition(label, equal, value.substring(1, value.length() - 1));
  }

  private void order() {
    if (!skip("ORDER")) {
      return;
    }
    expect("BY");
    order = function();
    expect("(");
    expect(")");
    descending = skip("DESC");
    if (!descending) {
      skip("ASC");
    }
  }

  private static int limit(String text) {
    if (!text.matches("[1-9][0-9]{0,2}") || Integer.parseInt(text) > SERIES_MAX) {
      throw new MathException("LIMIT must be between 1 and " + SERIES_MAX);
    }
    return Integer.parseInt(text);
  }

  private String name() {
    if (at >= tokens.size() || tokens.get(at).matches("'.*|!=|[=(),]")) {
      throw unexpected();
    }
    var token = tokens.get(at++);
    return token.startsWith("\"") ? token.substring(1, token.length() - 1) : token;
  }

  private boolean skip(String word) {
    if (at < tokens.size() && tokens.get(at).equalsIgnoreCase(word)) {
      at++;
      return true;
    }
    return false;
  }

  private void expect(String word) {
    if (!skip(word)) {
      throw unexpected();
    }
  }

  private MathException unexpected() {
    return new MathException(
        at < tokens.size()
            ? "Syntax error: unexpected '" + tokens.get(at) + "' in the query"
            : "Syntax error: unexpected end of the query");
  }

  /// The series that the query comes to.
  ///
  /// @param from inclusive, in milliseconds
  /// @param to exclusive
  List<Series> evaluate(MetricStore stored, Scope scope, long from, long to, int periodSeconds) {
    var grouped = new LinkedHashMap<String, NavigableMap<Long, Statistics>>();
    for (var candidate : stored.list(scope, namespace)) {
      var label = candidate.name().equals(metric) ? label(candidate) : null;
      if (label != null) {
        var points = grouped.computeIfAbsent(label, l -> new TreeMap<>());
        stored
            .periods(candidate, from, to, periodSeconds)
            .forEach((moment, statistics) -> points.merge(moment, statistics, Statistics::plus));
      }
    }
    var found = new ArrayList<Series>();
    var weights = new java.util.HashMap<Series, Double>();
    grouped.forEach((label, points) -> {
      if (!points.isEmpty()) {
        var values = new TreeMap<Long, Double>();
        points.forEach((moment, statistics) -> values.put(moment, value(function, statistics)));
        var series = new Series(label, values, periodSeconds);
        found.add(series);
        if (order != null) {
          weights.put(
              series,
              value(order, points.values().stream().reduce(Statistics::plus).orElseThrow()));
        }
      }
    });
    if (order != null) {
      var by = Comparator.<Series>comparingDouble(s -> weights.getOrDefault(s, 0.0));
      found.sort(descending ? by.reversed() : by);
    }
    return found.subList(0, Math.min(limit, found.size()));
  }

  /// What groups a metric with others, or null if it is not asked for.
  private @Nullable String label(Metric candidate) {
    var dimensions = new TreeMap<String, String>();
    candidate.dimensionList().forEach(d -> dimensions.put(d.name(), d.value()));
    if (schema != null && !schema.equals(dimensions.keySet())) {
      return null;
    }
    for (var condition : conditions) {
      var value = dimensions.get(condition.label);
      if (value == null || value.equals(condition.value) != condition.equal) {
        return null;
      }
    }
    var parts = new ArrayList<String>();
    for (var group : groups) {
      var value = dimensions.get(group);
      if (value == null) {
        return null;
      }
      parts.add(value);
    }
    return groups.isEmpty() ? metric : String.join(" ", parts);
  }

  private static double value(String function, Statistics statistics) {
    return switch (function) {
      case "COUNT" -> statistics.count();
      case "MAX" -> statistics.max();
      case "MIN" -> statistics.min();
      case "SUM" -> statistics.sum();
      default -> statistics.sum() / statistics.count();
    };
  }
}
