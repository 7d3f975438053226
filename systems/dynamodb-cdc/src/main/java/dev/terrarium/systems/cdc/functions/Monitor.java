package dev.terrarium.systems.cdc.functions;

import dev.terrarium.systems.functions.Aws;
import dev.terrarium.systems.functions.Change;
import dev.terrarium.systems.functions.ChangeHandler;
import java.util.List;
import java.util.TreeMap;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;

/// Counts changes by kind, and deletions that nobody but time made.
public final class Monitor extends ChangeHandler {
  private final CloudWatchClient cloudWatch = Aws.cloudWatch();
  private final String namespace = variable("NAMESPACE");

  @Override
  protected void changes(List<Change> changes) {
    var counts = new TreeMap<String, Integer>();
    for (var change : changes) {
      counts.merge(change.kind(), 1, Integer::sum);
      if (change.principal().equals(Change.TIME_TO_LIVE)) {
        counts.merge("EXPIRED", 1, Integer::sum);
      }
    }
    var data =
        counts.entrySet().stream()
            .map(count ->
                MetricDatum.builder()
                    .metricName("Changes")
                    .dimensions(kind(count.getKey()))
                    .value((double) count.getValue())
                    .build())
            .toList();
    cloudWatch.putMetricData(put -> put.namespace(namespace).metricData(data));
  }

  private static Dimension kind(String name) {
    return Dimension.builder().name("Kind").value(name).build();
  }
}
