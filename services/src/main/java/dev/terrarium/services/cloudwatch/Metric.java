package dev.terrarium.services.cloudwatch;

import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.KeyCodec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;

/// A metric: a name in a namespace, with its dimensions in the order of their names.
///
/// @param dimensions name, value, name, value …
record Metric(
    String account, String region, String namespace, String name, List<String> dimensions) {
  /// A minute of a metric.
  record Minute(Metric metric, long minute) {
    static final KeyCodec<Minute> CODEC =
        KeyCodec.of(
            (key, writer) -> {
              Metric.CODEC.write(key.metric, writer);
              writer.number(key.minute);
            },
            reader -> new Minute(Metric.CODEC.read(reader), reader.number()));
  }

  static final KeyCodec<Metric> CODEC =
      KeyCodec.of(
          (key, writer) ->
              writer
                  .string(key.account)
                  .string(key.region)
                  .string(key.namespace)
                  .string(key.name)
                  .string(String.join("\u0001", key.dimensions)),
          reader ->
              new Metric(
                  reader.string(),
                  reader.string(),
                  reader.string(),
                  reader.string(),
                  split(reader.string())));

  Metric {
    dimensions = List.copyOf(dimensions);
  }

  private static List<String> split(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split("\u0001", -1));
  }

  static Metric of(Scope scope, String namespace, String name, List<Dimension> dimensions) {
    for (int i = 0; i < dimensions.size(); i++) {
      require(dimensions.get(i).name(), i, "Name");
      require(dimensions.get(i).value(), i, "Value");
    }
    var flat = new ArrayList<String>();
    dimensions.stream()
        .sorted(Comparator.comparing(Dimension::name))
        .forEach(dimension -> {
          flat.add(dimension.name());
          flat.add(dimension.value());
        });
    return new Metric(scope.account(), scope.region(), namespace, name, flat);
  }

  private static void require(@Nullable String part, int index, String what) {
    if (part == null) {
      throw CloudWatchMetrics.missing("Dimensions.member." + (index + 1) + "." + what);
    }
  }

  List<Dimension> dimensionList() {
    var list = new ArrayList<Dimension>();
    for (int i = 0; i + 1 < dimensions.size(); i += 2) {
      list.add(Dimension.builder().name(dimensions.get(i)).value(dimensions.get(i + 1)).build());
    }
    return list;
  }

  /// The parts of the key under which the metric's minutes lie.
  Object[] keyParts() {
    return new Object[] {account, region, namespace, name, String.join("\u0001", dimensions)};
  }
}
