package dev.terrarium.systems.condition.functions;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.systems.functions.Aws;
import dev.terrarium.systems.functions.BatchReader;
import dev.terrarium.systems.functions.Event;
import dev.terrarium.systems.functions.StreamHandler;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/// Takes readings, and writes with each device's new state the crossings that led there: both, or
/// neither, and only once.
public final class Evaluate extends StreamHandler {
  private static final int ACTIONS_MAX = 100;

  private final DynamoDbClient dynamo = Aws.dynamo();
  private final String devices = variable("DEVICES");
  private final String crossings = variable("CROSSINGS");
  private final String tooLate = variable("TOO_LATE");
  private final BatchReader reader = new BatchReader(dynamo, devices, "device");

  @Override
  protected void take(List<JsonNode> records) {
    var byDevice = new LinkedHashMap<String, List<Event>>();
    records.stream()
        .map(Event::of)
        .forEach(event ->
            byDevice
                .computeIfAbsent(event.data().path("device").asText(), d -> new ArrayList<>())
                .add(event));
    var known = reader.read(byDevice.keySet());
    var actions = new ArrayList<TransactWriteItem>();
    byDevice.forEach((name, events) -> {
      var device = new Device(known.get(name));
      for (var event : events) {
        var data = event.data();
        device.take(event.order(), data.path("at").asLong(), data.path("value").asDouble());
      }
      var ofDevice = actions(name, device);
      if (actions.size() + ofDevice.size() > ACTIONS_MAX) {
        write(actions);
      }
      actions.addAll(ofDevice);
    });
    write(actions);
  }

  private List<TransactWriteItem> actions(String name, Device device) {
    var actions = new ArrayList<TransactWriteItem>();
    var item = device.item(name);
    actions.add(
        TransactWriteItem.builder()
            .put(put ->
                put.tableName(devices)
                    .item(item)
                    .conditionExpression("attribute_not_exists(device) OR version = :version")
                    .expressionAttributeValues(
                        Map.of(":version", AttributeValue.fromN(Long.toString(device.version())))))
            .build());
    for (var crossing : device.crossings()) {
      actions.add(
          put(
              crossings,
              Map.of(
                  "device", AttributeValue.fromS(name),
                  "at", AttributeValue.fromN(Long.toString(crossing.at())),
                  "state", AttributeValue.fromS(crossing.state()),
                  "value", AttributeValue.fromN(Double.toString(crossing.value())))));
    }
    for (var at : device.tooLate()) {
      actions.add(
          put(
              tooLate,
              Map.of(
                  "device", AttributeValue.fromS(name),
                  "at", AttributeValue.fromN(at.toString()))));
    }
    return actions;
  }

  private static TransactWriteItem put(String table, Map<String, AttributeValue> item) {
    return TransactWriteItem.builder().put(put -> put.tableName(table).item(item)).build();
  }

  private void write(List<TransactWriteItem> actions) {
    if (!actions.isEmpty()) {
      dynamo.transactWriteItems(write -> write.transactItems(List.copyOf(actions)));
      actions.clear();
    }
  }
}
