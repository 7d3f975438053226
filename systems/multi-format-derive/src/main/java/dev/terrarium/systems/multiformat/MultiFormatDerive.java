package dev.terrarium.systems.multiformat;

import dev.terrarium.systems.ReferenceSystem;
import dev.terrarium.systems.Run;
import dev.terrarium.systems.Scenario;
import java.util.Map;
import java.util.TreeMap;

/// Many formats of one source: documents, access logs and pictures are put into a bucket, a topic
/// tells a queue for each derivation, and functions write what they make of them.
public final class MultiFormatDerive implements ReferenceSystem {
  @Override
  public String name() {
    return "multi-format-derive";
  }

  @Override
  public String description() {
    return "Many formats of one source: S3 -> SNS -> SQS -> Lambda -> S3, fanned out";
  }

  @Override
  public Map<String, String> parameters(Run run) {
    return Map.of("AlarmEmail", run.mailbox("operator").address());
  }

  @Override
  public Map<String, String> faults() {
    return new TreeMap<>(
        Map.of(
            "poison",
            "two sources that cannot be read: five receives, dead-letter queue, alarm, redrive",
            "duplicate-delivery",
            "half of all events and notifications arrive twice",
            "deleted-before-processing",
            "sources that are gone when their event is handled",
            "oversized",
            "a source larger than the functions accept",
            "slow",
            "a function slower than its queue's visibility timeout",
            "restart-cloud",
            "kill -9 of the whole cloud while sources arrive, and a start on the same data"));
  }

  @Override
  public Scenario begin(Run run) {
    return new Story(run);
  }
}
