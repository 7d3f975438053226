package dev.terrarium.systems.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.terrarium.systems.Function;
import dev.terrarium.systems.Mailbox;
import dev.terrarium.systems.Producer;
import dev.terrarium.systems.Report;
import dev.terrarium.systems.Run;
import dev.terrarium.systems.Scenario;
import dev.terrarium.systems.Table;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/// One run: events go in while shards are split and merged, until each is in all three tables.
final class Story implements Scenario {
  private static final int EACH = 400;
  private static final int AT_ONCE = 100;
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int POISONS = 2;

  /// The forms of integration, as the template's outputs name them.
  static final List<String> FORMS = List.of("Mapped", "Polled", "Reported");

  private final Run run;
  private final Mailbox mailbox;
  private final Producer<Event> producer;
  private final long begun = System.currentTimeMillis();
  private final ShardPoller poller;
  private final List<String> poisons = new ArrayList<>();
  private List<Event> events = List.of();
  private List<String> rejected = List.of();
  private long warmSince;

  Story(Run run) {
    this.run = run;
    this.mailbox = run.mailbox("operator");
    this.producer =
        new Producer<>(
            run.clients.kinesis,
            run.output("Stream"),
            AT_ONCE,
            Event::key,
            event -> event.data(begun, System.currentTimeMillis()));
    this.poller = new ShardPoller(run);
  }

  @Override
  public JsonNode generate() {
    var traffic = new Traffic(run.options().seed());
    events = traffic.all(Math.max(20, (int) (EACH * run.options().scale())));
    var truth = new ObjectMapper().createObjectNode();
    var keys = truth.putObject("keys");
    for (var event : events) {
      var key = keys.withObjectProperty(event.key());
      key.put("last", event.number());
      key.put("digest", key.path("digest").asLong() * 31 + event.checksum());
      key.withArrayProperty("found").add(event.found());
    }
    var thieves = truth.putArray("thieves");
    traffic.thieves().forEach(thieves::add);
    run.say(
        "generated %d events of %d keys, %d cards are stolen"
            .formatted(events.size(), keys.size(), traffic.thieves().size()));
    return truth;
  }

  @Override
  public void drive() {
    mailbox.confirm();
    if (run.suffers("behind")) {
      Function.connect(run, "MappedMapping", false);
    } else if (run.suffers("throttled")) {
      run.terrarium.disturb(run.options().seed(), "call:kinesis:PutRecords", "THROTTLE", 0.33);
    }
    poller.start();
    produce();
    run.terrarium.disturbNoMore();
    if (run.suffers("behind")) {
      run.pass(Duration.ofMinutes(10));
      Function.connect(run, "MappedMapping", true);
    }
    awaitAll();
    if (run.suffers("poison")) {
      run.await(PATIENCE, () -> run.queue("Rejected").size() >= 2 * POISONS);
    }
    rejected = run.queue("Rejected").take();
    run.pass(Duration.ofMinutes(3)); // What alarms look at must be over.
    try {
      poller.stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted", e);
    }
  }

  /// The first third, a split, the second third, a merge, the rest.
  private void produce() {
    var third = events.size() / 3;
    producer.send(events.subList(0, third));
    if (run.suffers("restart-cloud")) {
      run.killAndRestart();
    }
    var first = open().getFirst();
    var range = first.hashKeyRange();
    var low = new BigInteger(range.startingHashKey());
    var high = new BigInteger(range.endingHashKey());
    run.clients.kinesis.splitShard(split ->
        split
            .streamName(run.output("Stream"))
            .shardToSplit(first.shardId())
            .newStartingHashKey(low.add(high).shiftRight(1).toString()));
    settled();
    run.say("split " + first.shardId());
    for (int i = 0; i < POISONS && run.suffers("poison"); i++) {
      poison("poison-" + i);
    }
    producer.send(events.subList(third, 2 * third));
    var shards = new ArrayList<>(open());
    shards.sort((a, b) ->
        new BigInteger(a.hashKeyRange().startingHashKey())
            .compareTo(new BigInteger(b.hashKeyRange().startingHashKey())));
    run.clients.kinesis.mergeShards(merge ->
        merge
            .streamName(run.output("Stream"))
            .shardToMerge(shards.get(0).shardId())
            .adjacentShardToMerge(shards.get(1).shardId()));
    settled();
    run.say("merged " + shards.get(0).shardId() + " and " + shards.get(1).shardId());
    warmSince = System.currentTimeMillis();
    producer.send(events.subList(2 * third, events.size()));
    run.say(
        "sent %d events, %d refused and sent again".formatted(events.size(), producer.refused()));
  }

  /// The shards that take records.
  private List<Shard> open() {
    return run
        .clients
        .kinesis
        .listShards(list -> list.streamName(run.output("Stream")))
        .shards()
        .stream()
        .filter(shard -> shard.sequenceNumberRange().endingSequenceNumber() == null)
        .toList();
  }

  private void settled() {
    run.require(
        "the stream is active",
        PATIENCE,
        () ->
            run.clients
                    .kinesis
                    .describeStreamSummary(d -> d.streamName(run.output("Stream")))
                    .streamDescriptionSummary()
                    .streamStatus()
                == StreamStatus.ACTIVE);
  }

  private void poison(String key) {
    poisons.add(
        run.clients
            .kinesis
            .putRecord(put ->
                put.streamName(run.output("Stream"))
                    .partitionKey(key)
                    .data(SdkBytes.fromUtf8String("this is not an event")))
            .sequenceNumber());
  }

  /// Failing batches are tried again later and later.
  private void awaitAll() {
    run.settle(
        "all events are in all tables",
        Duration.ofMinutes(1),
        () -> FORMS.stream().allMatch(form -> kept(form) >= events.size()),
        () -> "%d, %d, %d".formatted(kept("Mapped"), kept("Polled"), kept("Reported")));
  }

  /// How many events a table has.
  private long kept(String form) {
    return run.table(form + "Events").items().stream()
        .filter(item -> Table.number(item, "sk") > 0)
        .count();
  }

  @Override
  public void verify(JsonNode truth, Report report) {
    report.fact("in", "%d events of %d keys".formatted(events.size(), truth.path("keys").size()));
    var verifier = new Verifier(run, report, truth, warmSince);
    FORMS.forEach(verifier::table);
    verifier.archive(poisons.size());
    verifier.alerts(mailbox);
    verifier.shards();
    verifier.rejected(rejected, poisons, poller.rejected());
    if (run.suffers("throttled")) {
      report.hold("producers were refused", producer.refused() > 0, "never");
    }
    if (run.suffers("behind") || run.options().fault().isEmpty()) {
      // Whether somebody falls behind because of other faults depends on how long retries take.
      report.equal(
          "alarms tell who falls behind",
          "mails",
          run.suffers("behind"),
          mailbox.count("ALARM") > 0);
    }
  }
}
