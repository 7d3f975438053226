package dev.terrarium.systems.realtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.terrarium.systems.Mailbox;
import dev.terrarium.systems.Report;
import dev.terrarium.systems.Run;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// Compares what is in the tables, the queue and the mailbox with the truth.
final class Verifier {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern WHOLE_CARD = Pattern.compile("4[0-9]{15}");
  private static final int RETRIES_MAX = 2;
  private static final int BATCH_MAX = 100;

  private final Run run;
  private final Report report;
  private final JsonNode truth;
  private final long warmSince;

  /// @param warmSince events sent before that met functions that had only begun
  Verifier(Run run, Report report, JsonNode truth, long warmSince) {
    this.run = run;
    this.report = report;
    this.truth = truth;
    this.warmSince = warmSince;
  }

  /// Every event of every key once, in its order, enriched rightly.
  void table(String form) {
    var millis = new ArrayList<Long>();
    var found = new HashMap<String, TreeMap<Long, String>>();
    var repeated = 0L;
    var seen = new HashSet<String>();
    for (var item :
        run.clients
            .dynamo
            .scanPaginator(scan -> scan.tableName(run.output(form + "Events")).consistentRead(true))
            .items()) {
      var key = text(item, "pk");
      var number = number(item, "sk");
      if (number > 0) {
        found.computeIfAbsent(key, k -> new TreeMap<>()).put(number, text(item, "found"));
        if (number(item, "sent") >= warmSince) {
          millis.add(number(item, "handled") - number(item, "sent"));
        }
        report.hold(
            form + ": no card's number is kept",
            !WHOLE_CARD.matcher(text(item, "data")).find(),
            key + " has " + text(item, "data"));
        continue;
      }
      seen.add(key);
      repeated += number(item, "repeated");
      var due = truth.path("keys").path(key);
      report.equal(
          form + ": events are complete", key, due.path("last").asLong(), number(item, "last"));
      report.equal(
          form + ": events came in their order, each counted once",
          key,
          due.path("digest").asLong(),
          number(item, "digest"));
    }
    for (var due : truth.path("keys").properties()) {
      report.hold(form + ": every key is there", seen.contains(due.getKey()), due.getKey());
      var expected = new ArrayList<String>();
      due.getValue().path("found").forEach(value -> expected.add(value.asText()));
      var actual = found.getOrDefault(due.getKey(), new TreeMap<>()).values();
      report.equal(
          form + ": events are enriched rightly", due.getKey(), expected, List.copyOf(actual));
    }
    report.latency(form, millis);
    report.fact("", "%d events came again and were passed over".formatted(repeated));
  }

  /// Exactly the stolen cards are told of, by each form, and mailed once.
  void alerts(Mailbox mailbox) {
    var stolen = new TreeSet<String>();
    truth.path("thieves").forEach(card -> stolen.add(card.asText()));
    var alerts = new HashMap<String, TreeSet<String>>();
    var millis = new ArrayList<Long>();
    for (var item :
        run.clients.dynamo.scanPaginator(scan -> scan.tableName(run.output("Alerts"))).items()) {
      alerts.computeIfAbsent(text(item, "events"), e -> new TreeSet<>()).add(text(item, "card"));
      millis.add(number(item, "detected") - number(item, "sent"));
    }
    for (var form : Story.FORMS) {
      report.equal(
          "stolen cards are found",
          form,
          stolen,
          alerts.getOrDefault(run.output(form + "Events"), new TreeSet<>()));
    }
    report.equal(
        "each stolen card is mailed once", "mails", (long) stolen.size(), mailbox.count("FRAUD"));
    report.latency("detection", millis);
  }

  /// The stream was split and merged: two, their two children, and one of two of those.
  void shards() {
    var shards =
        run.clients.kinesis.listShards(list -> list.streamName(run.output("Stream"))).shards();
    report.equal("shards were split and merged", "shards", 5, shards.size());
  }

  /// What is no event was put aside alone, soon, and only that.
  void rejected(Collection<String> poisons, Collection<String> polled) {
    var aside = new HashMap<String, TreeSet<String>>();
    for (var i = 0; i < 20; i++) {
      for (var message :
          run.clients
              .sqs
              .receiveMessage(r -> r.queueUrl(run.output("Rejected")).maxNumberOfMessages(10))
              .messages()) {
        var told = tree(message.body());
        var function = told.path("requestContext").path("functionArn").asText();
        var batch = told.path("KinesisBatchInfo");
        report.equal(
            "bad records are put aside alone", function, 1, batch.path("batchSize").asInt());
        aside
            .computeIfAbsent(
                function.replaceFirst(".*:function:([^:]*).*", "$1"), f -> new TreeSet<>())
            .add(batch.path("startSequenceNumber").asText());
      }
    }
    var due = new TreeSet<>(poisons);
    for (var form : List.of("Mapped", "Reported")) {
      var put = aside.getOrDefault(run.output(form + "Function"), new TreeSet<>());
      report.equal("bad records are put aside", form, due, put);
    }
    report.equal("bad records are put aside", "Polled", due, new TreeSet<>(polled));
    var tries = new HashMap<String, Integer>();
    for (var line : log("Mapped")) {
      if (line.has("poison")) {
        tries.merge(line.path("poison").asText(), 1, Integer::sum);
      }
    }
    var halvings = 32 - Integer.numberOfLeadingZeros(BATCH_MAX - 1);
    tries.forEach((sequence, times) ->
        report.hold(
            "bad records are found by halving",
            times <= (halvings + 1) * (RETRIES_MAX + 1),
            sequence + " was tried " + times + " times"));
  }

  private List<JsonNode> log(String form) {
    var group = "/aws/lambda/" + run.output(form + "Function");
    return run.clients.logs.filterLogEventsPaginator(f -> f.logGroupName(group)).events().stream()
        .filter(event -> event.message().startsWith("{"))
        .map(event -> tree(event.message()))
        .toList();
  }

  private static JsonNode tree(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Not as it was written: " + text, e);
    }
  }

  private static String text(Map<String, AttributeValue> item, String name) {
    return Objects.requireNonNull(item.get(name), name).s();
  }

  private static long number(Map<String, AttributeValue> item, String name) {
    return Long.parseLong(Objects.requireNonNull(item.get(name), name).n());
  }
}
