package dev.terrarium.systems.cdc;

import dev.terrarium.systems.ReferenceSystem;
import dev.terrarium.systems.Run;
import dev.terrarium.systems.Scenario;
import java.util.Map;
import java.util.TreeMap;

/// A product catalogue whose every change is replicated, filtered, counted, kept and told of.
public final class DynamodbCdc implements ReferenceSystem {
  @Override
  public String name() {
    return "dynamodb-cdc";
  }

  @Override
  public String description() {
    return "Change data capture: DynamoDB stream -> five Lambda consumers";
  }

  @Override
  public Map<String, String> parameters(Run run) {
    return Map.of("BuyerEmail", run.mailbox("buyer").address());
  }

  @Override
  public Map<String, String> faults() {
    return new TreeMap<>(
        Map.of(
            "consumer-down",
            "the replica's consumer is switched off for an hour, and catches up",
            "poison",
            "two changes that one consumer cannot understand: put aside alone, the rest goes on",
            "hot-partition",
            "two thirds of all changes are of one item",
            "many-readers",
            "three more readers of every shard than the five consumers",
            "stream-disabled",
            "changes are made while there is no stream; then a new stream, and a backfill",
            "restart-cloud",
            "kill -9 of the whole cloud while changes are made, and a start on the same data"));
  }

  @Override
  public Scenario begin(Run run) {
    return new Story(run);
  }
}
