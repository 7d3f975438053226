package dev.terrarium.systems.realtime;

import dev.terrarium.systems.ReferenceSystem;
import dev.terrarium.systems.Run;
import dev.terrarium.systems.Scenario;
import java.util.Map;
import java.util.TreeMap;

/// Events of five kinds of producers in one stream, taken in by functions in three ways, while the
/// stream's shards are split and merged.
public final class KinesisRealtime implements ReferenceSystem {
  @Override
  public String name() {
    return "kinesis-realtime";
  }

  @Override
  public String description() {
    return "Events in real time: Kinesis -> Lambda -> DynamoDB, by mapping and by own poller";
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
            "records that are no events: found by halving, put aside, the rest goes on",
            "throttled",
            "a third of the producers' calls is refused for going too fast",
            "behind",
            "a mapping that is switched off for ten minutes: alarm by mail, and all is caught up",
            "restart-cloud",
            "kill -9 of the whole cloud while events arrive, and a start on the same data"));
  }

  @Override
  public Scenario begin(Run run) {
    return new Story(run);
  }
}
