package dev.terrarium.systems.realtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.terrarium.systems.Bucket;
import dev.terrarium.systems.Mailbox;
import dev.terrarium.systems.Report;
import dev.terrarium.systems.Run;
import dev.terrarium.systems.Table;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

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
    for (var item : run.table(form + "Events").items()) {
      var key = Table.text(item, "pk");
      var number = Table.number(item, "sk");
      if (number > 0) {
        found.computeIfAbsent(key, k -> new TreeMap<>()).put(number, Table.text(item, "found"));
        if (Table.number(item, "sent") >= warmSince) {
          millis.add(Table.number(item, "handled") - Table.number(item, "sent"));
        }
        report.hold(
            form + ": no card's number is kept",
            !WHOLE_CARD.matcher(Table.text(item, "data")).find(),
            key + " has " + Table.text(item, "data"));
        continue;
      }
      seen.add(key);
      repeated += Table.number(item, "repeated");
      var due = truth.path("keys").path(key);
      report.equal(
          form + ": events are complete",
          key,
          due.path("last").asLong(),
          Table.number(item, "last"));
      report.equal(
          form + ": events came in their order, each counted once",
          key,
          due.path("digest").asLong(),
          Table.number(item, "digest"));
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

  /// Everything that came lies in the archive, and nothing that was no event.
  void archive(int poisons) {
    var bucket = run.bucket("Archive");
    var numbers = new HashMap<String, TreeSet<Long>>();
    var copies = 0;
    for (var key : bucket.keys("events/")) {
      for (var line : lines(bucket, key)) {
        var event = tree(line);
        report.hold("the archive has no card's number", !WHOLE_CARD.matcher(line).find(), line);
        var isNew =
            numbers
                .computeIfAbsent(event.path("key").asText(), k -> new TreeSet<>())
                .add(event.path("n").asLong());
        copies += isNew ? 0 : 1;
      }
    }
    for (var due : truth.path("keys").properties()) {
      var last = due.getValue().path("last").asInt();
      var all = numbers.getOrDefault(due.getKey(), new TreeSet<>());
      report.equal("the archive has every event", due.getKey(), last, all.size());
    }
    report.fact("archive", copies + " events are there more than once");
    var rejected = 0L;
    for (var key : bucket.keys("rejected/")) {
      rejected += bucket.text(key).lines().count(); // these are not compressed
    }
    report.equal("the archive has put aside what is no event", "records", (long) poisons, rejected);
  }

  private static List<String> lines(Bucket bucket, String key) {
    var object = bucket.s3().getObjectAsBytes(get -> get.bucket(bucket.name()).key(key));
    try (var in = new GZIPInputStream(new ByteArrayInputStream(object.asByteArrayUnsafe()))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Exactly the stolen cards are told of, by each form, and mailed once.
  void alerts(Mailbox mailbox) {
    var stolen = new TreeSet<String>();
    truth.path("thieves").forEach(card -> stolen.add(card.asText()));
    var alerts = new HashMap<String, TreeSet<String>>();
    var millis = new ArrayList<Long>();
    for (var item : run.table("Alerts").items()) {
      alerts
          .computeIfAbsent(Table.text(item, "events"), e -> new TreeSet<>())
          .add(Table.text(item, "card"));
      millis.add(Table.number(item, "detected") - Table.number(item, "sent"));
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
  void rejected(List<String> messages, Collection<String> poisons, Collection<String> polled) {
    var aside = new HashMap<String, TreeSet<String>>();
    for (var message : messages) {
      var told = tree(message);
      var function = told.path("requestContext").path("functionArn").asText();
      var batch = told.path("KinesisBatchInfo");
      report.equal("bad records are put aside alone", function, 1, batch.path("batchSize").asInt());
      aside
          .computeIfAbsent(
              function.replaceFirst(".*:function:([^:]*).*", "$1"), f -> new TreeSet<>())
          .add(batch.path("startSequenceNumber").asText());
    }
    var due = new TreeSet<>(poisons);
    for (var form : List.of("Mapped", "Reported")) {
      var put = aside.getOrDefault(run.output(form + "Function"), new TreeSet<>());
      report.equal("bad records are put aside", form, due, put);
    }
    report.equal("bad records are put aside", "Polled", due, new TreeSet<>(polled));
    var tries = new HashMap<String, Integer>();
    for (var line : run.function("MappedFunction").log()) {
      if (line.has("poison")) {
        tries.merge(line.path("poison").asText(), 1, Integer::sum);
      }
    }
    report.equal("bad records are found by halving", "Mapped", due, tries.keySet());
    var halvings = 32 - Integer.numberOfLeadingZeros(BATCH_MAX - 1);
    tries.forEach((sequence, times) ->
        report.hold(
            "bad records are found by halving",
            times <= (halvings + 1) * (RETRIES_MAX + 1),
            sequence + " was tried " + times + " times"));
  }

  private static JsonNode tree(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Not as it was written: " + text, e);
    }
  }
}
