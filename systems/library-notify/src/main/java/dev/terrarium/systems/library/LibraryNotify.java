package dev.terrarium.systems.library;

import dev.terrarium.systems.ReferenceSystem;
import dev.terrarium.systems.Run;
import dev.terrarium.systems.Scenario;
import java.util.Map;
import java.util.TreeMap;

/// Students are mailed about new books of their library.
public final class LibraryNotify implements ReferenceSystem {
  @Override
  public String name() {
    return "library-notify";
  }

  @Override
  public String description() {
    return "Mass mail about new items: DynamoDB stream -> Lambda -> SNS -> e-mail";
  }

  @Override
  public Map<String, String> faults() {
    return new TreeMap<>(
        Map.of(
            "duplicates",
            "all insertions come again, by the same events and by others",
            "topic-throttled",
            "half of all messages to the topic are refused for going too fast",
            "restart-cloud",
            "kill -9 of the whole cloud while books arrive, and a start on the same data"));
  }

  @Override
  public Scenario begin(Run run) {
    return new Story(run);
  }
}
