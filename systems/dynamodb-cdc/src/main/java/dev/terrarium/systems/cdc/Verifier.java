package dev.terrarium.systems.cdc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.terrarium.systems.Report;
import dev.terrarium.systems.Run;
import dev.terrarium.systems.Table;
import dev.terrarium.systems.functions.Change;
import dev.terrarium.systems.functions.Images;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.Statistic;

/// Compares what the five consumers made with the truth.
final class Verifier {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Run run;
  private final Report report;
  private final JsonNode truth;

  Verifier(Run run, Report report, JsonNode truth) {
    this.run = run;
    this.report = report;
    this.truth = truth;
  }

  /// How many changes the stream tells of.
  static long changes(JsonNode truth) {
    var changes = truth.path("changes");
    return changes.path("INSERT").asLong()
        + changes.path("MODIFY").asLong()
        + changes.path("REMOVE").asLong();
  }

  /// A table's items by id, each as the one text for it.
  static Map<String, String> state(Table table) {
    var state = new TreeMap<String, String>();
    table.items().forEach(i -> state.put(Table.text(i, "id"), Images.json(i).toString()));
    return state;
  }

  void tables() {
    for (var name : List.of("Catalogue", "Replica")) {
      var state = state(run.table(name));
      truth
          .path("items")
          .properties()
          .forEach(item ->
              report.equal(
                  name + " has every item as it must be",
                  item.getKey(),
                  item.getValue().toString(),
                  state.remove(item.getKey())));
      report.hold(name + " has nothing else", state.isEmpty(), "it has " + state.keySet());
    }
    var due = new ArrayList<Long>();
    truth.path("discontinued").forEach(n -> due.add(n.asLong()));
    var found =
        run.table("Discontinued").items().stream().map(i -> Table.number(i, "n")).sorted().toList();
    report.equal("the filter let through what it must", "numbers of changes", due, found);
  }

  /// @param sent when each change was made, by its number
  /// @param begun since when they are measured
  void audit(AuditTrail trail, Map<Long, Long> sent, long begun) {
    trail.read();
    var entries = trail.entries();
    report.equal("the audit's chain holds", "broken links", List.of(), trail.broken());
    report.equal("the audit has every change", "changes", changes(truth), (long) entries.size());
    report.equal("the audit has no other gaps", "gaps", truth.path("gaps").asInt(), trail.gaps());
    report.equal(
        "the audit was only added to",
        "versions and objects",
        run.bucket("AuditBucket").versions().size(),
        run.bucket("AuditBucket").keys("").size());
    report.hold(
        "the audit, played again from nothing, is the table",
        trail.rebuilt().equals(state(run.table("Catalogue")).values().stream().sorted().toList()),
        "it is not");
    var expired = entries.stream().filter(e -> e.change().principal().equals(Change.TIME_TO_LIVE));
    report.equal(
        "what expired is marked as the service's doing",
        "deletions",
        truth.path("changes").path("EXPIRED").asLong(),
        expired.count());
    measure(entries, sent, begun);
  }

  private void measure(List<AuditTrail.Entry> entries, Map<Long, Long> sent, long begun) {
    var lags = new ArrayList<Long>();
    var end = begun;
    for (var entry : entries) {
      var number = entry.change().newImage().get("n");
      var made = number == null ? null : sent.get(Long.valueOf(number.n()));
      if (made != null && made >= begun) {
        lags.add(entry.taken() - made);
        end = Math.max(end, entry.taken());
      }
    }
    report.latency("lag", lags);
    report.rate("changes", lags.size(), end - begun, 0);
  }

  void metrics() {
    for (var count : truth.path("changes").properties()) {
      var now = run.terrarium.now();
      var sum =
          run
              .clients
              .cloudWatch
              .getMetricStatistics(get ->
                  get.namespace(run.stack())
                      .metricName("Changes")
                      .dimensions(kind(count.getKey()))
                      .startTime(now.minus(Duration.ofDays(2)))
                      .endTime(now.plus(Duration.ofDays(1)))
                      .period(3600)
                      .statistics(Statistic.SUM))
              .datapoints()
              .stream()
              .mapToDouble(point -> point.sum())
              .sum();
      // Whoever counts without remembering counts again what comes again after a crash.
      var due = count.getValue().asDouble();
      report.hold(
          "metrics count every change",
          run.suffers("restart-cloud") ? sum >= due : sum == due,
          "%s: expected %s but it is %s".formatted(count.getKey(), due, sum));
    }
  }

  void notifications() {
    var mails = run.mailbox("buyer").count("HALVED");
    var due = truth.path("halved").asLong();
    report.equal("each halved price is mailed once", "mails", due, mails);
  }

  /// @param messages that tell of batches that were given up
  void rejected(List<String> messages) {
    var ranges = new TreeSet<String>();
    for (var message : messages) {
      var batch = tree(message).path("DDBStreamBatchInfo");
      report.equal("bad changes are put aside alone", message, 1, batch.path("batchSize").asInt());
      ranges.add(batch.path("startSequenceNumber").asText());
    }
    var due = truth.path("rejected").asInt();
    report.equal("exactly the bad changes are put aside", "changes", due, ranges.size());
  }

  private static JsonNode tree(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Not as it was written: " + text, e);
    }
  }

  private static Dimension kind(String name) {
    return Dimension.builder().name("Kind").value(name).build();
  }
}
