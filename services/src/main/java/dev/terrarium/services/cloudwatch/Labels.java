package dev.terrarium.services.cloudwatch;

import dev.terrarium.kernel.Call;
import dev.terrarium.services.cloudwatch.math.MathValue.Series;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;

/// The labels of results, with what AWS puts in for `${…}`.
///
/// See *Using dynamic labels* in the user guide.
final class Labels {
  private static final Pattern DYNAMIC =
      Pattern.compile("\\$\\{(?:(?<name>[A-Z_]+)|PROP\\('(?<property>[^']*)'\\))\\}");

  private Labels() {}

  /// The label of one series of a query.
  static String of(MetricDataQuery query, Series series) {
    var plain =
        series.label().isEmpty() || query.expression() != null && !isSearch(query)
            ? query.id()
            : series.label();
    if (query.label() == null) {
      return plain;
    }
    return DYNAMIC
        .matcher(query.label())
        .replaceAll(match -> {
          var dynamic = DYNAMIC.matcher(match.group());
          var _ = dynamic.matches();
          var value =
              dynamic.group("property") == null
                  ? value(dynamic.group("name"), series, plain)
                  : property(dynamic.group("property"), query);
          return java.util.regex.Matcher.quoteReplacement(value == null ? match.group() : value);
        });
  }

  private static boolean isSearch(MetricDataQuery query) {
    return MetricInsights.isOne(query.expression())
        || query.expression().contains("SEARCH")
        || query.expression().contains("METRICS");
  }

  private static @Nullable String value(String name, Series series, String label) {
    var values = series.points().values();
    if (name.equals("LABEL")) {
      return label;
    } else if (name.equals("DATAPOINT_COUNT")) {
      return Integer.toString(values.size());
    } else if (values.isEmpty()) {
      return "--";
    }
    var statistics = values.stream().mapToDouble(value -> value).summaryStatistics();
    return switch (name) {
      case "AVG" -> number(statistics.getAverage());
      case "SUM" -> number(statistics.getSum());
      case "MIN" -> number(statistics.getMin());
      case "MAX" -> number(statistics.getMax());
      case "FIRST" -> number(series.points().firstEntry().getValue());
      case "LAST" -> number(series.points().lastEntry().getValue());
      default -> null;
    };
  }

  private static String number(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.format(Locale.ROOT, "%.2f", value);
  }

  private static @Nullable String property(String name, MetricDataQuery query) {
    var stat = query.metricStat();
    if (name.equals("Region")) {
      return Call.current().region();
    } else if (name.equals("AccountId")) {
      return Call.current().account();
    } else if (stat == null) {
      return null;
    }
    return switch (name) {
      case "MetricName" -> stat.metric().metricName();
      case "Namespace" -> stat.metric().namespace();
      case "Stat" -> stat.stat();
      case "Period" -> stat.period().toString();
      default ->
          stat.metric().dimensions().stream()
              .filter(dimension -> name.equals("Dim." + dimension.name()))
              .map(Dimension::value)
              .findFirst()
              .orElse(null);
    };
  }
}
