package dev.terrarium.systems.multiformat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.systems.Report;
import dev.terrarium.systems.Run;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/// Compares every derivative with the truth about its source.
final class Verifier {
  private final Run run;
  private final Report report;
  private final JsonNode truth;
  private final Map<String, Long> lastDerived = new ConcurrentHashMap<>();

  Verifier(Run run, Report report, JsonNode truth) {
    this.run = run;
    this.report = report;
    this.truth = truth;
  }

  /// @param putAt when each source was put, on this machine's clock
  /// @param begun when the first one was
  /// @param disturbed whether times tell nothing
  void verify(Map<String, Long> putAt, long begun, boolean disturbed) {
    versions();
    try (var threads = Executors.newFixedThreadPool(4)) {
      for (var item : truth.properties()) {
        threads.execute(() -> check(item.getKey(), item.getValue()));
      }
    }
    var count = Story.expected(truth);
    report.fact("out", count + " derivatives due");
    var millis = new ArrayList<Long>();
    putAt.forEach((key, put) -> {
      var last = lastDerived.get(key);
      if (last != null) {
        millis.add(last - put);
      }
    });
    if (disturbed || lastDerived.isEmpty()) {
      return;
    }
    report.latency("latency", millis);
    var measured = lastDerived.entrySet().stream().filter(e -> putAt.containsKey(e.getKey()));
    var end = Collections.max(measured.map(Map.Entry::getValue).toList());
    var seconds = (end - begun) / 1000.0;
    report.fact(
        "rate",
        String.format(
            Locale.ROOT,
            "%.1f derivatives/s over %.2f s on %d processors, from nothing running",
            count / seconds,
            seconds,
            Runtime.getRuntime().availableProcessors()));
  }

  /// Exactly the keys that are due, each written once.
  private void versions() {
    for (var target : Story.TARGETS) {
      var expected = new TreeMap<String, Integer>();
      for (var item : truth) {
        for (var key : item.path("derivatives").path(target)) {
          expected.put(key.asText(), 1);
        }
      }
      var actual = new TreeMap<String, Integer>();
      run.bucket(target + "Bucket")
          .versions()
          .forEach(version -> actual.merge(version.key(), 1, Integer::sum));
      for (var key : expected.keySet()) {
        report.equal("every derivative written once", target + "/" + key, 1, actual.get(key));
      }
      actual.keySet().removeAll(expected.keySet());
      report.hold("nothing else written", actual.isEmpty(), target + " has " + actual.keySet());
    }
  }

  private void check(String source, JsonNode item) {
    for (var keys : item.path("derivatives").properties()) {
      for (var key : keys.getValue()) {
        try {
          var bucket = run.output(keys.getKey() + "Bucket");
          var object = run.clients.s3.getObjectAsBytes(get -> get.bucket(bucket).key(key.asText()));
          note(source, object);
          compare(item, key.asText(), object.asByteArray());
        } catch (IOException | RuntimeException e) {
          report.hold("every derivative readable", false, key.asText() + ": " + e);
        }
      }
    }
  }

  private void note(String source, ResponseBytes<GetObjectResponse> object) {
    report.equal(
        "derivatives name their source",
        source,
        source,
        object.response().metadata().get("source-key"));
    lastDerived.merge(
        source, Long.parseLong(object.response().metadata().get("derived-at")), Math::max);
  }

  private void compare(JsonNode item, String key, byte[] content) throws IOException {
    switch (item.path("kind").asText()) {
      case "markdown", "word" -> Readings.document(report, item, key, content);
      case "log" -> Readings.summary(report, item, key, content);
      case "picture" -> Readings.picture(report, item, key, content);
      default -> throw new IllegalArgumentException("Unknown kind in " + item);
    }
  }

  /// The texts of an array.
  static List<String> texts(JsonNode array) {
    var texts = new ArrayList<String>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }
}
