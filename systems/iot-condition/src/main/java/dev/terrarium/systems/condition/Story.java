package dev.terrarium.systems.condition;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.terrarium.systems.Producer;
import dev.terrarium.systems.Report;
import dev.terrarium.systems.Run;
import dev.terrarium.systems.Scenario;
import dev.terrarium.systems.Table;
import dev.terrarium.systems.functions.Images;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// One run: readings go in as they arrive, until each device has told its last.
final class Story implements Scenario {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int DEVICES = 200;

  private final Run run;
  private List<Readings.Reading> readings = List.of();
  private List<String> messages = List.of();
  private int devices;
  private int naive;
  private long due;
  private long millis;

  Story(Run run) {
    this.run = run;
  }

  @Override
  public JsonNode generate() {
    devices = Math.max(4, (int) (DEVICES * run.options().scale()));
    var drawn = new Readings(run.options().seed());
    var truth = JSON.createObjectNode();
    readings = drawn.draw(devices, truth);
    naive = drawn.naive();
    truth.forEach(device -> due += device.path("crossings").size());
    run.say("generated %d readings of %d devices".formatted(readings.size(), devices));
    return truth;
  }

  @Override
  public void drive() {
    if (run.suffers("tables-failing")) {
      run.terrarium.disturb(run.options().seed(), "call:dynamodb:TransactWriteItems", "FAIL", 0.33);
    } else if (run.suffers("topic-failing")) {
      run.terrarium.disturb(run.options().seed(), "call:sns:Publish", "FAIL", 0.5);
    }
    var producer =
        new Producer<>(
            run.clients.kinesis,
            run.output("Readings"),
            500,
            Readings.Reading::device,
            Readings.Reading::data);
    var begun = System.currentTimeMillis();
    producer.send(readings.subList(0, readings.size() / 2));
    if (run.suffers("restart-cloud")) {
      run.killAndRestart();
    }
    producer.send(readings.subList(readings.size() / 2, readings.size()));
    run.settle(
        "every device has told its last",
        Duration.ofMinutes(1),
        () -> ended() == devices && run.queue("Operators").size() >= due,
        () -> "%d devices, %d messages".formatted(ended(), run.queue("Operators").size()));
    millis = System.currentTimeMillis() - begun;
    run.terrarium.disturbNoMore();
    run.pass(Duration.ofMinutes(2)); // What is still to be tried again has had its time.
    run.await(Duration.ofSeconds(1), () -> false);
    messages = run.queue("Operators").take();
  }

  /// How many devices have nothing waiting but their last reading.
  private long ended() {
    return run.table("Devices").items().stream()
        .filter(
            item -> item.getOrDefault("waiting", AttributeValue.fromM(Map.of())).m().size() == 1)
        .count();
  }

  @Override
  public void verify(JsonNode truth, Report report) {
    report.rate("readings", readings.size(), millis, 0);
    report.fact("hysteresis", "%d crossings instead of %d".formatted(due, naive));
    var told = new TreeMap<String, List<String>>();
    for (var message : messages) {
      var crossing = Images.item(tree(message));
      told.computeIfAbsent(Table.text(crossing, "device"), d -> new ArrayList<>())
          .add(Table.number(crossing, "at") + " " + Table.text(crossing, "state"));
    }
    var late = new TreeMap<String, List<Long>>();
    for (var item : run.table("TooLate").items()) {
      late.computeIfAbsent(Table.text(item, "device"), d -> new ArrayList<>())
          .add(Table.number(item, "at"));
    }
    for (var device : truth.properties()) {
      var name = device.getKey();
      var crossings = new ArrayList<String>();
      device.getValue().path("crossings").forEach(c -> crossings.add(c.asText()));
      report.equal(
          "each crossing is told once, in order",
          name,
          crossings,
          told.getOrDefault(name, List.of()));
      var tooLate = new ArrayList<Long>();
      device.getValue().path("tooLate").forEach(at -> tooLate.add(at.asLong()));
      report.equal(
          "what came too late is put aside",
          name,
          tooLate,
          late.getOrDefault(name, List.of()).stream().sorted().toList());
    }
    report.equal(
        "crossings are kept as they were told",
        "crossings",
        messages.size(),
        run.table("Crossings").items().size());
  }

  private static JsonNode tree(String message) {
    try {
      return JSON.readTree(message);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Not as it was sent: " + message, e);
    }
  }
}
