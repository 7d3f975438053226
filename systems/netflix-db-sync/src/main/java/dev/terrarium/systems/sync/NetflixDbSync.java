package dev.terrarium.systems.sync;

import dev.terrarium.systems.ReferenceSystem;
import dev.terrarium.systems.Run;
import dev.terrarium.systems.Scenario;
import java.util.Map;
import java.util.TreeMap;

/// A bucket whose objects are known in a database offshore.
public final class NetflixDbSync implements ReferenceSystem {
  static final String OFFSHORE = "ap-southeast-2";

  @Override
  public String name() {
    return "netflix-db-sync";
  }

  @Override
  public String description() {
    return "Metadata offshore: S3 events -> Lambda -> DynamoDB in another region";
  }

  @Override
  public Map<String, String> abroad() {
    return Map.of("offshore.yaml", OFFSHORE);
  }

  @Override
  public Map<String, String> parameters(Run run) {
    return Map.of(
        "Metadata", run.output("Metadata"), "MetadataRegion", run.output("MetadataRegion"));
  }

  @Override
  public Map<String, String> faults() {
    return new TreeMap<>(
        Map.of(
            "duplicate-delivery",
            "half of all events arrive twice",
            "reordered",
            "a third of all events is overtaken by later ones",
            "offshore-down",
            "the other region refuses all calls for longer than events are retried: redriven",
            "restart-cloud",
            "kill -9 of the whole cloud while objects arrive, and a start on the same data"));
  }

  @Override
  public Scenario begin(Run run) {
    return new Story(run);
  }
}
