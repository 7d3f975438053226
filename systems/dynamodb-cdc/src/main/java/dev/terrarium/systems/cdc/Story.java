package dev.terrarium.systems.cdc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.terrarium.systems.Function;
import dev.terrarium.systems.Report;
import dev.terrarium.systems.Run;
import dev.terrarium.systems.Scenario;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// One run: three thirds of the changes, something that goes wrong after the first, and the end of
/// what expires.
final class Story implements Scenario {
  private static final int CHANGES = 1500;
  private static final int LANES = 8;
  private static final Duration TIME_TO_LIVE = Duration.ofHours(3);
  private static final List<String> CONSUMERS =
      List.of("Replicate", "Filter", "Monitor", "Audit", "Notify");

  private final Run run;
  private final Readers readers;
  private final AuditTrail trail;
  private final Map<Long, Long> sent = new ConcurrentHashMap<>();
  private final List<List<Operation>> thirds = new ArrayList<>();
  private Map<String, Map<String, AttributeValue>> known = Map.of();
  private Map<String, Map<String, AttributeValue>> missed = Map.of();
  private List<String> rejected = List.of();
  private long changes;
  private long begun;
  private long behind;

  Story(Run run) {
    this.run = run;
    this.readers = new Readers(run);
    this.trail = new AuditTrail(run.bucket("AuditBucket"));
  }

  @Override
  public JsonNode generate() {
    var options = run.options();
    var expiry = run.terrarium.now().plus(TIME_TO_LIVE);
    var catalogue = new Catalogue(options.seed(), run.suffers("hot-partition"), expiry);
    var third = Math.max(20, (int) (CHANGES * options.scale() / 3));
    var truth = new ObjectMapper().createObjectNode();
    var first = catalogue.draw(third, true);
    known = catalogue.items();
    var second = new ArrayList<>(catalogue.draw(third, !run.suffers("stream-disabled")));
    missed = catalogue.items();
    if (run.suffers("poison")) {
      second.addAll(catalogue.poison("poison-1"));
      second.addAll(catalogue.poison("poison-2"));
    }
    var gap = new Backfill(run).differing(known, missed);
    truth.put("gaps", run.suffers("stream-disabled") ? gap.size() : 0);
    if (run.suffers("stream-disabled")) {
      var gone = (int) gap.stream().filter(id -> !missed.containsKey(id)).count();
      catalogue.noteTouches("MODIFY", 2 * (gap.size() - gone));
      catalogue.noteTouches("INSERT", gone);
      catalogue.noteTouches("REMOVE", gone);
    }
    thirds.addAll(List.of(first, second, catalogue.draw(third, true)));
    catalogue.truth(truth);
    changes = Verifier.changes(truth);
    truth.put("rejected", run.suffers("poison") ? 2 : 0);
    run.say(
        "generated %d changes, %d products stay".formatted(changes, truth.path("items").size()));
    return truth;
  }

  @Override
  public void drive() {
    run.mailbox("buyer").confirm();
    if (run.suffers("many-readers")) {
      readers.start(3);
    }
    make(thirds.get(0), false);
    if (run.suffers("consumer-down")) {
      Function.connect(run, "ReplicateMapping", false);
    } else if (run.suffers("stream-disabled")) {
      awaitReplica();
      new Backfill(run).without(() -> make(thirds.get(1), false), CONSUMERS, known, missed);
    }
    if (!run.suffers("stream-disabled")) {
      make(thirds.get(1), run.suffers("restart-cloud"));
    }
    if (!run.suffers("consumer-down")) {
      awaitReplica(); // so that what is measured from here on meets functions that have begun
    }
    begun = System.currentTimeMillis();
    make(thirds.get(2), false);
    run.say("made all changes");
    if (run.suffers("consumer-down")) {
      run.pass(Duration.ofHours(1));
      behind = run.table("Catalogue").items().stream().filter(i -> !replica().contains(i)).count();
      run.say("%d items of the replica are behind".formatted(behind));
      Function.connect(run, "ReplicateMapping", true);
    }
    awaitReplica();
    run.pass(TIME_TO_LIVE.plusMinutes(1));
    awaitReplica();
    run.settle(
        "the audit trail is complete",
        Duration.ofMinutes(1),
        () -> trail.read() >= changes,
        () -> trail.read() + " of " + changes);
    if (run.suffers("poison")) {
      run.settle(
          "what was not understood has been put aside",
          Duration.ofMinutes(1),
          () -> run.queue("Rejected").size() >= 2,
          () -> run.queue("Rejected").size() + " rejected");
    }
    run.pass(Duration.ofMinutes(2));
    rejected = run.queue("Rejected").take();
    readers.stop();
  }

  /// Makes changes, those of each item one after the other.
  private void make(List<Operation> operations, boolean killed) {
    var lanes = new ArrayList<List<Operation>>();
    for (int i = 0; i < LANES; i++) {
      lanes.add(new ArrayList<>());
    }
    operations.forEach(o -> lanes.get(Math.floorMod(o.id().hashCode(), LANES)).add(o));
    var fatal = killed ? operations.get(operations.size() / 2) : null;
    run.each(
        lanes,
        LANES,
        lane ->
            lane.forEach(operation -> {
              if (operation.equals(fatal)) {
                run.killAndRestart();
              }
              run.surely(() -> make(operation));
            }));
  }

  private void make(Operation operation) {
    var table = run.output("Catalogue");
    if (operation.item().isEmpty()) {
      run.clients.dynamo.deleteItem(delete ->
          delete.tableName(table).key(Map.of("id", AttributeValue.fromS(operation.id()))));
    } else {
      var number = Objects.requireNonNull(operation.item().get("n")).n();
      sent.putIfAbsent(Long.valueOf(number), System.currentTimeMillis());
      run.clients.dynamo.putItem(put -> put.tableName(table).item(operation.item()));
    }
  }

  private List<Map<String, AttributeValue>> replica() {
    return run.table("Replica").items();
  }

  private void awaitReplica() {
    run.settle(
        "the replica has %d items".formatted(run.table("Catalogue").count()),
        Duration.ofMinutes(1),
        () -> Verifier.state(run.table("Catalogue")).equals(Verifier.state(run.table("Replica"))),
        () -> "%d items in the replica".formatted(run.table("Replica").count()));
  }

  @Override
  public void verify(JsonNode truth, Report report) {
    var verifier = new Verifier(run, report, truth);
    verifier.tables();
    verifier.audit(trail, sent, begun);
    verifier.metrics();
    verifier.notifications();
    verifier.rejected(rejected);
    if (run.suffers("consumer-down")) {
      report.hold("the replica was behind", behind > 0, "it was not");
    }
    readers.verify(truth, report);
  }
}
