package dev.terrarium.systems.mapbox;

import dev.terrarium.systems.ReferenceSystem;
import dev.terrarium.systems.Run;
import dev.terrarium.systems.Scenario;
import java.util.Map;
import java.util.TreeMap;

/// A table of map tiles in one region, read in another, backed up in a bucket.
public final class MapboxReplication implements ReferenceSystem {
  static final String PRIMARY_REGION = "us-east-1";
  static final String REPLICA_REGION = "eu-west-1";

  @Override
  public String name() {
    return "mapbox-replication";
  }

  @Override
  public String description() {
    return "Across regions: DynamoDB stream -> Lambda -> a replica's table, and versioned S3";
  }

  @Override
  public Map<String, String> abroad() {
    return Map.of("replica.yaml", REPLICA_REGION);
  }

  @Override
  public Map<String, String> parameters(Run run) {
    return Map.of(
        "Replica", run.output("Replica"),
        "Progress", run.output("Progress"),
        "ReplicaRegion", run.output("ReplicaRegion"));
  }

  @Override
  public Map<String, String> faults() {
    return new TreeMap<>(
        Map.of(
            "replica-down",
            "the replica's region refuses all calls for ten minutes, then the backlog drains",
            "replica-throttled",
            "the replica's region refuses half of all writes for going too fast",
            "primary-down",
            "the primary's region refuses all reads: readers go to the other region",
            "late-batches",
            "old batches come again after newer ones, with items that were deleted since",
            "corrupted-replica",
            "somebody changes, deletes and adds items of the replica: found and repaired",
            "lost-replica",
            "replica and backup are emptied: both are filled again from the primary",
            "restart-cloud",
            "kill -9 of the whole cloud while items are written, and a start on the same data"));
  }

  @Override
  public Scenario begin(Run run) {
    return new Story(run);
  }
}
