package dev.terrarium.systems.condition;

import dev.terrarium.systems.ReferenceSystem;
import dev.terrarium.systems.Run;
import dev.terrarium.systems.Scenario;
import java.util.Map;
import java.util.TreeMap;

/// Devices that tell how hot they are, and one message whenever that must be dealt with.
public final class IotCondition implements ReferenceSystem {
  @Override
  public String name() {
    return "iot-condition";
  }

  @Override
  public String description() {
    return "Conditions of devices: Kinesis -> Lambda -> DynamoDB -> SNS, once for each crossing";
  }

  @Override
  public Map<String, String> faults() {
    return new TreeMap<>(
        Map.of(
            "tables-failing",
            "a third of all transactions fails",
            "topic-failing",
            "half of all messages to the topic fails",
            "restart-cloud",
            "kill -9 of the whole cloud while readings arrive, and a start on the same data"));
  }

  @Override
  public Scenario begin(Run run) {
    return new Story(run);
  }
}
