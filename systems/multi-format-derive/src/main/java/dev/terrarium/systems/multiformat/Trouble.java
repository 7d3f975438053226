package dev.terrarium.systems.multiformat;

import dev.terrarium.systems.Function;
import dev.terrarium.systems.Report;
import dev.terrarium.systems.Run;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/// What goes wrong in a run, and the proof that it was borne.
final class Trouble {
  private static final Duration VISIBILITY = Duration.ofSeconds(61);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int RECEIVES_MAX = 5;

  /// A source that no function can handle.
  private record Poison(String subscriber, String key, byte[] content) {}

  private final Run run;
  private final Queues queues;
  private final Outcomes outcomes;
  private final List<Poison> poisons = new ArrayList<>();
  private final List<Poison> doomed = new ArrayList<>();
  private final List<Item> repaired = new ArrayList<>();
  private final Map<String, Integer> deadSeen = new LinkedHashMap<>();

  Trouble(Run run, Queues queues) {
    this.run = run;
    this.queues = queues;
    this.outcomes = new Outcomes(run);
  }

  /// Makes the sources that the fault needs.
  void plant(Sources sources) {
    if (run.suffers("poison")) {
      poisons.add(new Poison("Documents", "documents/poison.docx", sources.garbage(5000)));
      poisons.add(new Poison("Images", "images/poison.png", sources.garbage(5000)));
      repaired.add(sources.word("documents/poison"));
      repaired.add(sources.picture("images/poison"));
    } else if (run.suffers("oversized")) {
      poisons.add(new Poison("Documents", "documents/huge.md", sources.garbage(9 << 20)));
    } else if (run.suffers("deleted-before-processing")) {
      doomed.add(new Poison("Documents", "documents/doomed.md", sources.garbage(100)));
      doomed.add(new Poison("Images", "images/doomed.png", sources.garbage(100)));
      doomed.add(new Poison("Sales", "logs/doomed.log", sources.garbage(100)));
    }
  }

  /// What lies at the poisoned keys once somebody has mended them.
  List<Item> repaired() {
    return repaired;
  }

  /// Whether the time to the last derivative tells nothing about the system.
  boolean disturbsTiming() {
    return run.suffers("slow")
        || run.suffers("restart-cloud")
        || run.suffers("deleted-before-processing");
  }

  /// Before the first source.
  void before() {
    if (run.suffers("duplicate-delivery")) {
      run.terrarium.disturb(run.options().seed(), "deliver:*", "DUPLICATE", 0.5);
    } else if (run.suffers("slow")) {
      slowDown();
    } else if (run.suffers("deleted-before-processing")) {
      queues(false);
      doomed.forEach(this::put);
      doomed.forEach(one ->
          run.clients.s3.deleteObject(
              delete -> delete.bucket(run.output("SourceBucket")).key(one.key())));
      run.say("%d sources were put and deleted while no function ran".formatted(doomed.size()));
    }
    poisons.forEach(this::put);
  }

  private void put(Poison poison) {
    run.clients.s3.putObject(
        put -> put.bucket(run.output("SourceBucket")).key(poison.key()),
        RequestBody.fromBytes(poison.content()));
  }

  /// Connects the queues with their functions, or not.
  private void queues(boolean connected) {
    for (var name : Queues.SUBSCRIBERS) {
      Function.connect(run, name + "Mapping", connected);
    }
  }

  /// Makes the documents' function take longer than its queue waits.
  private void slowDown() {
    run.function("DocumentsFunction").set("DELAY_MILLIS", "3000");
    run.clients.lambda.updateEventSourceMapping(update ->
        update
            .uuid(run.output("DocumentsMapping"))
            .scalingConfig(scaling -> scaling.maximumConcurrency(6)));
    run.clients.sqs.setQueueAttributes(set ->
        set.queueUrl(run.output("DocumentsQueue"))
            .attributes(Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, "2")));
    run.say("the documents' function takes 3 s, its queue shows messages again after 2 s");
  }

  /// After the last source.
  void uploaded() {
    if (run.suffers("deleted-before-processing")) {
      queues(true);
    }
  }

  /// When all derivatives are there: what lies dead is told of, and mended.
  void after() {
    for (int round = 1; round <= RECEIVES_MAX && !poisons.isEmpty(); round++) {
      var most = round;
      for (var poison : poisons) {
        run.await(PATIENCE, () -> receives(poison).size() >= most);
      }
      run.say("receive " + round + " of " + poisons.size() + " planted sources has failed");
      run.pass(VISIBILITY);
    }
    for (var poison : poisons) {
      run.await(Duration.ofSeconds(10), () -> queues.dead(poison.subscriber()) == 1);
      deadSeen.put(poison.subscriber(), queues.dead(poison.subscriber()));
    }
    if (!poisons.isEmpty()) {
      run.pass(Duration.ofMinutes(2));
      run.await(Duration.ofSeconds(10), () -> alarms() >= poisons.size());
      run.say("%d alarms by mail".formatted(alarms()));
    }
    if (!repaired.isEmpty()) {
      repair();
    }
    run.pass(Duration.ofMinutes(3));
  }

  private void repair() {
    for (var item : repaired) {
      run.clients.s3.putObject(
          put -> put.bucket(run.output("SourceBucket")).key(item.key()),
          RequestBody.fromBytes(item.content()));
    }
    poisons.forEach(poison -> queues.redrive(poison.subscriber()));
    run.say("mended the sources, redrove the dead letters");
    for (var poison : poisons) {
      run.await(PATIENCE, () -> receives(poison).size() >= RECEIVES_MAX + 2);
    }
  }

  private List<Outcomes.Outcome> receives(Poison poison) {
    return outcomes.of(poison.subscriber(), poison.key());
  }

  private long alarms() {
    return run.mailbox("operator").count("ALARM");
  }

  /// Compares what happened with what had to.
  void verify(Report report) {
    for (var poison : poisons) {
      var failed = receives(poison).stream().filter(o -> o.text().startsWith("failed")).toList();
      report.equal(
          "planted sources were received five times",
          poison.key(),
          IntStream.rangeClosed(1, RECEIVES_MAX).boxed().toList(),
          failed.stream().map(Outcomes.Outcome::receive).toList());
      report.equal(
          "planted sources reached the dead-letter queue",
          poison.subscriber(),
          1,
          deadSeen.get(poison.subscriber()));
    }
    for (var subscriber : Queues.SUBSCRIBERS) {
      var stays =
          repaired.isEmpty()
              ? (int) poisons.stream().filter(p -> p.subscriber().equals(subscriber)).count()
              : 0;
      report.equal(
          "dead-letter queues hold what they must", subscriber, stays, queues.dead(subscriber));
    }
    report.equal(
        "each alarm mailed once", "mails to the operator", (long) poisons.size(), alarms());
    for (var one : doomed) {
      report.equal(
          "deleted sources were tried once and let go",
          one.key(),
          List.of("gone"),
          receives(one).stream().map(Outcomes.Outcome::text).toList());
    }
    if (run.suffers("duplicate-delivery") || run.suffers("slow")) {
      verifyRepetition(report);
    }
  }

  private void verifyRepetition(Report report) {
    var handled = 0;
    var idle = 0;
    for (var subscriber : Queues.SUBSCRIBERS) {
      for (var outcome : outcomes.of(subscriber)) {
        handled++;
        if (outcome.text().equals("repeated") || outcome.text().equals("derived 0")) {
          idle++;
        }
      }
    }
    report.fact("repeated", "%d of %d handlings had nothing left to do".formatted(idle, handled));
    report.hold("sources were handled more than once", idle > 0, "none was");
  }
}
