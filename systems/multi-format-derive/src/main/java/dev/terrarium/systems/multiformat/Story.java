package dev.terrarium.systems.multiformat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.terrarium.systems.Mailbox;
import dev.terrarium.systems.Report;
import dev.terrarium.systems.Run;
import dev.terrarium.systems.Scenario;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;

/// One run: sources go in, with or without trouble, until every derivative is there.
final class Story implements Scenario {
  private static final Duration VISIBILITY = Duration.ofSeconds(61);
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final int UPLOADS = 8;
  private static final int ROUNDS_MAX = 12;

  private final Run run;
  private final Bucket buckets;
  private final Queues queues;
  private final Trouble trouble;
  private final List<Item> items = new ArrayList<>();
  private final Map<String, Long> putAt = new ConcurrentHashMap<>();
  private long begun;

  Story(Run run) {
    this.run = run;
    this.buckets = new Bucket(run);
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
    new Mailbox(run, MultiFormatDerive.mailbox(run)).confirm();
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
    var next = new AtomicInteger();
    var killed = new AtomicBoolean(!run.suffers("restart-cloud"));
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < UPLOADS; i++) {
      threads.add(
          Thread.startVirtualThread(() -> {
            for (int at = next.getAndIncrement(); at < items.size(); at = next.getAndIncrement()) {
              put(items.get(at));
              if (at * 2 >= items.size() && killed.compareAndSet(false, true)) {
                run.say("killing the cloud, as kill -9 does, after %d uploads".formatted(at));
                run.cloud().killAndRestart();
                run.say("the cloud is back");
              }
            }
          }));
    }
    for (var thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("Interrupted", e);
      }
    }
    if (putAt.size() < items.size()) {
      throw new IllegalStateException("Not every source could be uploaded");
    }
    run.say("uploaded %d sources".formatted(items.size()));
  }

  /// A source that was not acknowledged is put again; one that was is not.
  private void put(Item item) {
    for (int attempt = 0; ; attempt++) {
      try {
        putAt.put(item.key(), System.currentTimeMillis());
        run.clients.s3.putObject(
            put -> put.bucket(run.output("SourceBucket")).key(item.key()),
            RequestBody.fromBytes(item.content()));
        return;
      } catch (SdkException e) {
        if (!run.suffers("restart-cloud") || attempt > 100) {
          putAt.remove(item.key());
          throw e;
        }
        run.await(Duration.ofMillis(300), () -> false);
      }
    }
  }

  private void awaitDerivatives() {
    var due = due();
    for (int round = 0; round < ROUNDS_MAX; round++) {
      var patience = trouble.losesReceipts() ? Duration.ofSeconds(10) : PATIENCE;
      if (run.await(
          patience,
          () -> buckets.derivatives() >= due,
          () -> "%d of %d derivatives".formatted(buckets.derivatives(), due))) {
        run.say("all %d derivatives are there".formatted(due));
        return;
      } else if (!trouble.losesReceipts()) {
        break;
      }
      // What was being handled when the cloud died comes back when its visibility timeout ends.
      run.pass(VISIBILITY);
    }
    run.say("gave up: %d of %d derivatives".formatted(buckets.derivatives(), due));
  }

  /// Waits until no queue holds anything, a visibility timeout at a time.
  private void settle() {
    for (int round = 0; round < ROUNDS_MAX; round++) {
      if (run.await(Duration.ofSeconds(3), () -> queues.waiting() == 0)) {
        return;
      }
      run.pass(VISIBILITY);
    }
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
