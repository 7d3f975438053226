package dev.terrarium.systems.tracking;

import dev.terrarium.systems.ReferenceSystem;
import dev.terrarium.systems.Run;
import dev.terrarium.systems.Scenario;
import java.util.Map;
import java.util.TreeMap;

/// What an app's users do, a request for each event.
public final class DubsmashTracking implements ReferenceSystem {
  @Override
  public String name() {
    return "dubsmash-tracking";
  }

  @Override
  public String description() {
    return "Tracking of an app: a PutRecord for each event -> Kinesis -> Lambda -> S3";
  }

  @Override
  public Map<String, String> faults() {
    return new TreeMap<>(
        Map.of(
            "impatient-apps",
            "one app in four sends what was taken a second time",
            "bucket-failing",
            "a third of all writes to the bucket fails",
            "restart-cloud",
            "kill -9 of the whole cloud while events arrive, and a start on the same data"));
  }

  @Override
  public Scenario begin(Run run) {
    return new Story(run);
  }
}
