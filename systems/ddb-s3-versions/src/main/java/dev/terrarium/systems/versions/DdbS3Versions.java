package dev.terrarium.systems.versions;

import dev.terrarium.systems.ReferenceSystem;
import dev.terrarium.systems.Run;
import dev.terrarium.systems.Scenario;
import java.util.Map;
import java.util.TreeMap;

/// A table whose past is kept in a bucket.
public final class DdbS3Versions implements ReferenceSystem {
  @Override
  public String name() {
    return "ddb-s3-versions";
  }

  @Override
  public String description() {
    return "Point in time: DynamoDB stream -> Lambda -> versioned S3, and back";
  }

  @Override
  public Map<String, String> faults() {
    return new TreeMap<>(
        Map.of(
            "late-batches",
            "batches of long ago come again",
            "bucket-failing",
            "a third of all writes to the bucket fails",
            "restart-cloud",
            "kill -9 of the whole cloud while items change, and a start on the same data"));
  }

  @Override
  public Scenario begin(Run run) {
    return new Story(run);
  }
}
