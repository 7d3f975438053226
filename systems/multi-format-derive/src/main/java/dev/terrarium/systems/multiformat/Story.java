package dev.terrarium.systems.multiformat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.terrarium.systems.Report;
import dev.terrarium.systems.Run;
import dev.terrarium.systems.Scenario;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.core.sync.RequestBody;

/// One run: sources go in, with or without trouble, until every derivative is there.
final class Story implements Scenario {
  private static final Duration VISIBILITY = Duration.ofSeconds(61);
  private static final int UPLOADS = 8;

  /// The buckets of derivatives.
  static final List<String> TARGETS = List.of("Documents", "Images", "Insights");

  private final Run run;
  private final Queues queues;
  private final Trouble trouble;
  private final List<Item> items = new ArrayList<>();
  private final Map<String, Long> putAt = new ConcurrentHashMap<>();
  private long begun;

  Story(Run run) {
    this.run = run;
    this.queues = new Queues(run);
    this.trouble = new Trouble(run, queues);
  }

  @Override
  public JsonNode generate() {
    var sources = new Sources(run.options().seed());
    items.addAll(sources.all(run.options().scale()));
    trouble.plant(sources);
    var truth = new ObjectMapper().createObjectNode();
    items.forEach(item -> truth.set(item.key(), item.truth()));
    trouble.repaired().forEach(item -> truth.set(item.key(), item.truth()));
    run.say(
        "generated %d sources of seed %d, %d derivatives are due"
            .formatted(items.size(), run.options().seed(), expected(truth)));
    return truth;
  }

  /// How many derivatives the truth tells of.
  static int expected(JsonNode truth) {
    var count = 0;
    for (var item : truth) {
      for (var keys : item.path("derivatives")) {
        count += keys.size();
      }
    }
    return count;
  }

  private int due() {
    return items.stream()
        .map(Item::truth)
        .mapToInt(truth -> {
          var count = 0;
          for (var keys : truth.path("derivatives")) {
            count += keys.size();
          }
          return count;
        })
        .sum();
  }

  @Override
  public void drive() {
    run.mailbox("operator").confirm();
    trouble.before();
    begun = System.currentTimeMillis();
    upload();
    trouble.uploaded();
    awaitDerivatives();
    run.terrarium.disturbNoMore();
    trouble.after();
    settle();
  }

  private void upload() {
    var count = new AtomicInteger();
    run.each(
        items,
        UPLOADS,
        item -> {
          put(item);
          if (run.suffers("restart-cloud") && count.incrementAndGet() == (items.size() + 1) / 2) {
            run.killAndRestart();
          }
        });
    run.say("uploaded %d sources".formatted(items.size()));
  }

  /// A source that was not acknowledged is put again; one that was is not.
  private void put(Item item) {
    run.surely(() -> {
      putAt.put(item.key(), System.currentTimeMillis());
      run.clients.s3.putObject(
          put -> put.bucket(run.output("SourceBucket")).key(item.key()),
          RequestBody.fromBytes(item.content()));
    });
  }

  /// What was being handled when a cloud died comes back when its visibility timeout ends.
  private void awaitDerivatives() {
    var due = due();
    run.settle(
        "all %d derivatives are there".formatted(due),
        VISIBILITY,
        () -> derivatives() >= due,
        () -> "%d of %d derivatives".formatted(derivatives(), due));
  }

  private int derivatives() {
    return TARGETS.stream().mapToInt(t -> run.bucket(t + "Bucket").keys("").size()).sum();
  }

  private void settle() {
    run.settle(
        "no queue holds anything",
        VISIBILITY,
        () -> queues.waiting() == 0,
        () -> queues.waiting() + " messages");
  }

  @Override
  public void verify(JsonNode truth, Report report) {
    var bytes = items.stream().mapToLong(item -> item.content().length).sum();
    report.fact("in", "%d sources, %,d bytes".formatted(items.size(), bytes));
    new Verifier(run, report, truth).verify(putAt, begun, trouble.disturbsTiming());
    report.equal("queues are empty", "messages left", 0, queues.waiting());
    trouble.verify(report);
  }
}
