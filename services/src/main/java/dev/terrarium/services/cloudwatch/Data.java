package dev.terrarium.services.cloudwatch;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Errors;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.cloudwatch.model.InvalidParameterCombinationException;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;
import software.amazon.awssdk.services.cloudwatch.model.StandardUnit;

/// Reads what is reported of metrics, with AWS's limits.
final class Data {
  private static final int DIMENSIONS_MAX = 30;
  private static final int VALUES_MAX = 150;
  private static final long PAST_MAX = Duration.ofDays(14).toMillis();
  private static final long FUTURE_MAX = Duration.ofHours(2).toMillis();
  private static final double LARGEST = Math.pow(2, 360);

  private Data() {}

  /// Namespaces of AWS are for services only.
  static void checkNamespace(String namespace) {
    if (namespace.startsWith("AWS/") && !isService()) {
      throw CloudWatchMetrics.invalid("The value AWS/ for parameter Namespace is invalid.");
    } else if (!namespace.matches("[^:].*") || namespace.length() > 255) {
      throw CloudWatchMetrics.invalid(
          "The value " + namespace + " for parameter Namespace is invalid.");
    }
  }

  private static boolean isService() {
    var principal = Call.current().principal();
    return !principal.arn().startsWith("arn:") && !principal.isAnonymous();
  }

  private static AwsServiceException combination(String message) {
    return Errors.of(
        InvalidParameterCombinationException.builder(),
        400,
        "InvalidParameterCombination",
        message);
  }

  /// The statistics that one datum brings.
  ///
  /// @param member its name in messages
  static Statistics statistics(MetricDatum datum, String member, long now) {
    if (datum.metricName() == null || datum.metricName().isEmpty()) {
      throw CloudWatchMetrics.missing(member + ".MetricName");
    } else if (datum.metricName().length() > 255) {
      throw CloudWatchMetrics.invalid(
          "The parameter " + member + ".MetricName must be shorter than 256 characters.");
    }
    checkDimensions(datum, member);
    if (datum.timestamp() != null && !isService()) {
      var at = datum.timestamp().toEpochMilli();
      if (at < now - PAST_MAX) {
        throw CloudWatchMetrics.invalid(
            "The parameter "
                + member
                + ".Timestamp must specify a time within the past two weeks.");
      } else if (at > now + FUTURE_MAX) {
        throw CloudWatchMetrics.invalid(
            "The parameter "
                + member
                + ".Timestamp must specify a time no more than two hours in the future.");
      }
    }
    var resolution = datum.storageResolution();
    if (resolution != null && resolution != 1 && resolution != 60) {
      throw CloudWatchMetrics.invalid(
          "The parameter " + member + ".StorageResolution must be 1 or 60.");
    }
    if (datum.unit() == StandardUnit.UNKNOWN_TO_SDK_VERSION) {
      throw CloudWatchMetrics.invalid(
          "The parameter "
              + member
              + ".Unit must be a value in the set "
              + StandardUnit.knownValues().stream().sorted().toList()
              + ".");
    }
    return values(datum, member);
  }

  private static void checkDimensions(MetricDatum datum, String member) {
    if (datum.dimensions().size() > DIMENSIONS_MAX) {
      throw CloudWatchMetrics.invalid(
          "The collection " + member + ".Dimensions must not have a size greater than 30.");
    }
    for (int i = 0; i < datum.dimensions().size(); i++) {
      var dimension = datum.dimensions().get(i);
      var name = member + ".Dimensions.member." + (i + 1);
      check(dimension.name(), name + ".Name", 255);
      check(dimension.value(), name + ".Value", 1024);
    }
  }

  private static void check(@Nullable String text, String name, int lengthMax) {
    if (text == null) {
      throw CloudWatchMetrics.missing(name);
    } else if (text.isEmpty() || text.length() > lengthMax || text.startsWith(":")) {
      throw CloudWatchMetrics.invalid(
          "The value " + text + " for parameter " + name + " is invalid.");
    }
  }

  private static Statistics values(MetricDatum datum, String member) {
    var unit = datum.unit() == null ? "None" : datum.unitAsString();
    var set = datum.statisticValues();
    var many = datum.hasValues() && !datum.values().isEmpty();
    if (datum.value() != null && set != null) {
      throw exclusive(member, "Value", "StatisticValues");
    } else if (datum.value() != null && many) {
      throw exclusive(member, "Value", "Values");
    } else if (set != null && many) {
      throw exclusive(member, "StatisticValues", "Values");
    } else if (datum.value() != null) {
      var value = finite(datum.value(), member + ".Value");
      return new Statistics(1, value, value, value, Map.of(value, 1.0), unit);
    } else if (set != null) {
      var name = member + ".StatisticValues.";
      var count = finite(set.sampleCount(), name + "SampleCount");
      if (count <= 0) {
        throw CloudWatchMetrics.invalid(
            "The value " + count + " for parameter " + name + "SampleCount is invalid.");
      }
      return new Statistics(
          count,
          finite(set.sum(), name + "Sum"),
          finite(set.minimum(), name + "Minimum"),
          finite(set.maximum(), name + "Maximum"),
          Map.of(),
          unit);
    } else if (!many) {
      throw combination(
          "At least one of the parameters must be specified: Value, Values, StatisticValues.");
    }
    return many(datum, member, unit);
  }

  private static AwsServiceException exclusive(String member, String one, String other) {
    return combination(
        "The parameters %s.%s and %s.%s are mutually exclusive and you have specified both."
            .formatted(member, one, member, other));
  }

  private static Statistics many(MetricDatum datum, String member, String unit) {
    var counts = datum.counts();
    if (datum.hasCounts() && counts.size() != datum.values().size()) {
      throw CloudWatchMetrics.invalid(
          "The parameters "
              + member
              + ".Values and "
              + member
              + ".Counts must be of the same size.");
    } else if (datum.values().size() > VALUES_MAX) {
      throw CloudWatchMetrics.invalid(
          "The collection " + member + ".Values must not have a size greater than 150.");
    }
    var values = new TreeMap<Double, Double>();
    double count = 0;
    double sum = 0;
    for (int i = 0; i < datum.values().size(); i++) {
      var times = datum.hasCounts() ? counts.get(i) : 1.0;
      var value = finite(datum.values().get(i), member + ".Values.member." + (i + 1));
      values.merge(value, times, Double::sum);
      count += times;
      sum += value * times;
    }
    return new Statistics(count, sum, values.firstKey(), values.lastKey(), values, unit);
  }

  private static double finite(@Nullable Double value, String name) {
    if (value == null) {
      throw CloudWatchMetrics.missing(name);
    } else if (!Double.isFinite(value) || Math.abs(value) > LARGEST) {
      throw CloudWatchMetrics.invalid(
          "The value " + value + " for parameter " + name + " is invalid.");
    }
    return value;
  }
}
