package dev.terrarium.systems.tracking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.terrarium.systems.Report;
import dev.terrarium.systems.Run;
import dev.terrarium.systems.Scenario;
import dev.terrarium.systems.functions.Images;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;
import software.amazon.awssdk.core.SdkBytes;

/// One run: some events until the function has begun, then the others, each by a request of its
/// own.
final class Story implements Scenario {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int EVENTS = 10_000;
  private static final int APPS = 16;

  /// A hundred thousand requests a minute.
  private static final double HEADLINE = 1667;

  private static final String[] TYPES = {"open", "watch", "watch", "watch", "record", "share"};

  /// @param user who did it
  /// @param line the event as it is sent and kept
  private record Tracked(String id, String type, String user, String line) {}

  private final Run run;
  private final List<Tracked> events = new ArrayList<>();
  private final AtomicInteger repeated = new AtomicInteger();
  private final List<Long> latencies = new ArrayList<>();
  private long sending;
  private long storing;
  private int copies;

  Story(Run run) {
    this.run = run;
  }

  @Override
  public JsonNode generate() {
    var random = new SplittableRandom(run.options().seed());
    var count = Math.max(200, (int) (EVENTS * run.options().scale()));
    var byType = new TreeMap<String, TreeMap<String, String>>();
    for (int i = 0; i < count; i++) {
      var id = "event-" + i;
      var type = TYPES[random.nextInt(TYPES.length)];
      var user = "user-" + random.nextInt(1 + count / 10);
      var line =
          """
          {"id":"%s","type":"%s","user":"%s","video":%d}\
          """
              .formatted(id, type, user, random.nextInt(100_000));
      events.add(new Tracked(id, type, user, line));
      byType.computeIfAbsent(type, t -> new TreeMap<>()).put(id, line);
    }
    var truth = JSON.createObjectNode();
    byType.forEach((type, lines) ->
        truth
            .putObject(type)
            .put("events", lines.size())
            .put("digest", Images.sha256(String.join("\n", lines.values()))));
    return truth;
  }

  @Override
  public void drive() {
    if (run.suffers("bucket-failing")) {
      run.terrarium.disturb(run.options().seed(), "call:s3:PutObject", "FAIL", 0.33);
    }
    var tenth = events.size() / 10;
    send(events.subList(0, tenth), false);
    awaitObjects(tenth);
    var begun = System.currentTimeMillis();
    latencies.clear();
    send(events.subList(tenth, events.size()), run.suffers("restart-cloud"));
    sending = System.currentTimeMillis() - begun;
    awaitObjects(events.size());
    storing = System.currentTimeMillis() - begun;
    run.terrarium.disturbNoMore();
    run.pass(Duration.ofMinutes(2)); // What is still to be tried again has had its time.
  }

  /// Sixteen apps send, each the next that there is.
  private void send(List<Tracked> some, boolean killed) {
    var next = new AtomicInteger();
    var apps = new ArrayList<Integer>();
    for (int app = 0; app < APPS; app++) {
      apps.add(app);
    }
    var times = new ConcurrentLinkedQueue<Long>();
    run.each(
        apps,
        APPS,
        app -> {
          for (int i = next.getAndIncrement(); i < some.size(); i = next.getAndIncrement()) {
            if (killed && i == some.size() / 2) {
              run.killAndRestart();
            }
            var event = some.get(i);
            var begun = System.nanoTime();
            run.surely(() -> put(event));
            times.add((System.nanoTime() - begun) / 1_000_000);
            if (run.suffers("impatient-apps") && app % 4 == 0) {
              put(event);
              repeated.incrementAndGet();
            }
          }
        });
    latencies.addAll(times);
  }

  private void put(Tracked event) {
    run.clients.kinesis.putRecord(put ->
        put.streamName(run.output("Events"))
            .partitionKey(event.user())
            .data(SdkBytes.fromUtf8String(event.line())));
  }

  private void awaitObjects(int due) {
    run.settle(
        "%d events are in the warehouse".formatted(due),
        Duration.ofMinutes(1),
        () -> stored() >= due,
        () -> stored() + " of " + due);
  }

  private final TreeMap<String, List<String>> read = new TreeMap<>();

  /// How many different events there are; reads what has come since it looked last.
  private int stored() {
    var bucket = run.bucket("Warehouse");
    for (var key : bucket.keys("")) {
      if (!read.containsKey(key)) {
        read.put(
            key,
            lines(
                bucket.s3().getObjectAsBytes(g -> g.bucket(bucket.name()).key(key)).asByteArray()));
      }
    }
    return (int) read.values().stream().flatMap(List::stream).distinct().count();
  }

  private static List<String> lines(byte[] compressed) {
    try (var in = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void verify(JsonNode truth, Report report) {
    var sent = events.size() * 9L / 10;
    if (run.options().fault().isEmpty()) {
      report.rate("requests", sent, sending, HEADLINE);
      report.latency("requests", latencies);
      report.rate("events stored", sent, storing, HEADLINE);
    }
    read.clear();
    stored();
    var byType = new TreeMap<String, TreeMap<String, String>>();
    copies = 0;
    read.forEach((key, lines) ->
        lines.forEach(line -> {
          var id = line.replaceFirst(".*\"id\":\"([^\"]*)\".*", "$1");
          var type = key.substring(0, key.indexOf('/'));
          var before = byType.computeIfAbsent(type, t -> new TreeMap<>()).put(id, line);
          copies += before == null ? 0 : 1;
        }));
    report.fact("copies", "%d events are there more than once".formatted(copies));
    for (var type : truth.properties()) {
      var lines = byType.getOrDefault(type.getKey(), new TreeMap<>());
      report.equal(
          "each type has as many events as it must",
          type.getKey(),
          type.getValue().path("events").asInt(),
          lines.size());
      report.equal(
          "the events, each once, are what was sent",
          type.getKey(),
          type.getValue().path("digest").asText(),
          Images.sha256(String.join("\n", lines.values())));
    }
    report.equal("there are no other types", "types", truth.size(), byType.size());
    if (run.suffers("impatient-apps")) {
      report.equal("what was sent twice is there twice", "copies", repeated.get(), copies);
    } else if (!run.suffers("restart-cloud") && !run.suffers("bucket-failing")) {
      report.equal("nothing is there twice", "copies", 0, copies);
    }
  }
}
