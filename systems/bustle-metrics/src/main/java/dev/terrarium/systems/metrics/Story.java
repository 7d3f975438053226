package dev.terrarium.systems.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.terrarium.systems.Producer;
import dev.terrarium.systems.Report;
import dev.terrarium.systems.Run;
import dev.terrarium.systems.Scenario;
import dev.terrarium.systems.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;

/// One run: a tenth of the visits to begin with, then the others as fast as they go.
final class Story implements Scenario {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// Visits of each variant of each of three experiments.
  private static final int EACH = 5000;

  /// A hundred million events a day.
  private static final double HEADLINE = 1157;

  private static final double SURE = 0.95;

  private final Run run;
  private List<Readers.Visit> visits = List.of();
  private long sending;
  private long counting;

  Story(Run run) {
    this.run = run;
  }

  @Override
  public JsonNode generate() {
    var truth = JSON.createObjectNode();
    var each = Math.max(250, (int) (EACH * run.options().scale()));
    visits = Readers.draw(run.options().seed(), each, truth);
    return truth;
  }

  @Override
  public void drive() {
    if (run.suffers("counters-failing")) {
      run.terrarium.disturb(run.options().seed(), "call:dynamodb:TransactWriteItems", "FAIL", 0.33);
    }
    var producer =
        new Producer<>(
            run.clients.kinesis,
            run.output("Events"),
            500,
            visit -> Integer.toString(visit.number()),
            Readers.Visit::data);
    var tenth = visits.size() / 10;
    producer.send(visits.subList(0, tenth));
    awaitCount(tenth); // The function has begun.
    var begun = System.currentTimeMillis();
    producer.send(visits.subList(tenth, visits.size() / 2));
    if (run.suffers("restart-cloud")) {
      run.killAndRestart();
    }
    producer.send(visits.subList(visits.size() / 2, visits.size()));
    sending = System.currentTimeMillis() - begun;
    awaitCount(visits.size());
    counting = System.currentTimeMillis() - begun;
    run.terrarium.disturbNoMore();
    run.pass(Duration.ofMinutes(2)); // What is still to be tried again has had its time.
  }

  private void awaitCount(int due) {
    run.settle(
        "%d visits are counted".formatted(due),
        Duration.ofMinutes(1),
        () -> counted() >= due,
        () -> counted() + " of " + due);
  }

  private long counted() {
    return run.table("Counters").items().stream()
        .filter(item -> item.containsKey("views"))
        .mapToLong(item -> Table.number(item, "views"))
        .sum();
  }

  @Override
  public void verify(JsonNode truth, Report report) {
    report.rate("events put", visits.size() * 9L / 10, sending, HEADLINE);
    report.rate("events counted", visits.size() * 9L / 10, counting, HEADLINE);
    var found = new HashMap<String, Long>();
    for (var item : run.table("Counters").items()) {
      if (item.containsKey("views")) {
        var name = Table.text(item, "counter").replaceFirst("#shardId.*", "");
        found.merge(name + " views", Table.number(item, "views"), Long::sum);
        found.merge(name + " conversions", Table.number(item, "conversions"), Long::sum);
      }
    }
    truth
        .path("counters")
        .properties()
        .forEach(counter ->
            report.equal(
                "each visit is counted once",
                counter.getKey(),
                counter.getValue().asLong(),
                found.remove(counter.getKey())));
    report.hold("nothing else is counted", found.isEmpty(), found.toString());
    effects(truth.path("effects"), report);
  }

  private void effects(JsonNode truth, Report report) {
    var answer = run.clients.lambda.invoke(invoke -> invoke.functionName(run.output("Effects")));
    JsonNode effects;
    try {
      effects = JSON.readTree(answer.payload().asByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (var experiment : truth.properties()) {
      var name = experiment.getKey();
      var effect = effects.path(name);
      var sure = effect.path("confidence").asDouble() >= SURE;
      report.fact(
          name,
          "%+.1f points, confidence %.4f"
              .formatted(
                  100 * effect.path("effect").asDouble(), effect.path("confidence").asDouble()));
      report.equal(
          "effects have the right sign, and those that are none are not told",
          name,
          experiment.getValue().path("sign").asInt(),
          sure ? (int) Math.signum(effect.path("effect").asDouble()) : 0);
      report.equal(
          "every visit is in the result",
          name,
          experiment.getValue().path("views").asLong(),
          effect.path("views").asLong());
    }
  }
}
