package dev.terrarium.systems.metrics;

import dev.terrarium.systems.ReferenceSystem;
import dev.terrarium.systems.Run;
import dev.terrarium.systems.Scenario;
import java.util.Map;
import java.util.TreeMap;

/// What readers do, counted as it happens, by the variant of an experiment that they are in.
public final class BustleMetrics implements ReferenceSystem {
  @Override
  public String name() {
    return "bustle-metrics";
  }

  @Override
  public String description() {
    return "Experiments on readers: Kinesis -> Lambda -> counters in DynamoDB, each event once";
  }

  @Override
  public Map<String, String> faults() {
    return new TreeMap<>(
        Map.of(
            "counters-failing",
            "a third of all transactions fails",
            "restart-cloud",
            "kill -9 of the whole cloud while events arrive, and a start on the same data"));
  }

  @Override
  public Scenario begin(Run run) {
    return new Story(run);
  }
}
