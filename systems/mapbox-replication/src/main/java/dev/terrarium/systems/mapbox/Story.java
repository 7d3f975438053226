package dev.terrarium.systems.mapbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.systems.Clients;
import dev.terrarium.systems.Report;
import dev.terrarium.systems.Run;
import dev.terrarium.systems.Scenario;
import dev.terrarium.systems.Table;
import dev.terrarium.systems.functions.Images;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// One run: a first half of the writes, trouble, a second half; then both tables and the bucket are
/// compared.
final class Story implements Scenario {
  private static final int WRITES = 2000;
  private static final int LANES = 8;
  private static final String SNAPSHOT = "snapshot.gz";

  private final Run run;
  private final Clients replicaRegion;
  private final DiffTables.Side primary;
  private final DiffTables diff;
  private final Backups backups;
  private final List<Long> lags = new ArrayList<>();
  private List<Tiles.Write> first = List.of();
  private List<Tiles.Write> second = List.of();
  private int planted;
  private int repaired;
  private int filled;
  private long behind;
  private int refused;
  private int served;
  private long written;
  private long replicated;

  Story(Run run) {
    this.run = run;
    this.replicaRegion = run.clients.in(MapboxReplication.REPLICA_REGION);
    this.primary = new DiffTables.Side(run.clients.dynamo, run.output("Primary"));
    this.diff =
        new DiffTables(primary, new DiffTables.Side(replicaRegion.dynamo, run.output("Replica")));
    this.backups = new Backups(run.bucket("BackupBucket"), run.bucket("SnapshotBucket"));
  }

  @Override
  public JsonNode generate() {
    var tiles = new Tiles(run.options().seed());
    var half = Math.max(20, (int) (WRITES * run.options().scale() / 2));
    first = tiles.draw(half);
    second = tiles.draw(half);
    var truth = new ObjectMapper().createObjectNode();
    tiles.truth(truth.putObject("items"));
    return truth;
  }

  @Override
  public void drive() {
    write(first, false);
    awaitReplica();
    if (run.suffers("replica-down")) {
      disturb("*", "FAIL", 1, MapboxReplication.REPLICA_REGION);
    } else if (run.suffers("replica-throttled")) {
      disturb("BatchWriteItem", "THROTTLE", 0.5, MapboxReplication.REPLICA_REGION);
    }
    var begun = System.currentTimeMillis();
    write(second, run.suffers("restart-cloud"));
    written = second.size();
    if (run.suffers("replica-down")) {
      run.pass(Duration.ofMinutes(10));
      run.terrarium.disturbNoMore();
      behind = diff.differences().size();
      run.say("the replica's region is back, %d items are behind".formatted(behind));
    }
    awaitReplica();
    replicated = System.currentTimeMillis() - begun;
    run.terrarium.disturbNoMore();
    if (run.suffers("late-batches")) {
      sendLate();
    } else if (run.suffers("corrupted-replica")) {
      corrupt();
      repaired = diff.repair();
    } else if (run.suffers("primary-down")) {
      readOn();
    } else if (run.options().fault().isEmpty()) {
      measure();
    }
    run.settle(
        "the backup is complete",
        Duration.ofMinutes(1),
        () -> backup().size() == run.table("Primary").count(),
        () -> backup().size() + " objects");
    if (run.suffers("lost-replica")) {
      lose();
      filled = diff.backfill();
      backups.backfill(primary);
    }
    run.say("a snapshot of %d items is made".formatted(backups.snapshot(SNAPSHOT)));
  }

  /// Empties the replica and the backup.
  private void lose() {
    var table = run.output("Replica");
    for (var item : new Table(replicaRegion.dynamo, table).items()) {
      var key = DiffTables.key(item);
      replicaRegion.dynamo.deleteItem(d -> d.tableName(table).key(key));
    }
    var bucket = backups.objects();
    bucket.keys("").forEach(key -> bucket.s3().deleteObject(d -> d.bucket(bucket.name()).key(key)));
    planted = diff.differences().size();
    run.say("the replica and the backup are lost, %d items".formatted(planted));
  }

  private void disturb(String operation, String kind, double probability, String region) {
    var point = "call:dynamodb:" + operation + "@" + region;
    run.terrarium.disturb(run.options().seed(), point, kind, probability);
  }

  /// Writes to the primary, one after the other what is of one key.
  private void write(List<Tiles.Write> writes, boolean killed) {
    var lanes = new TreeMap<Integer, List<Tiles.Write>>();
    writes.forEach(w ->
        lanes
            .computeIfAbsent(Math.floorMod(w.key().hashCode(), LANES), l -> new ArrayList<>())
            .add(w));
    var fatal = killed ? writes.get(writes.size() / 2).number() : 0;
    run.each(
        lanes.values(),
        LANES,
        lane ->
            lane.forEach(write -> {
              if (write.number() == fatal) {
                run.killAndRestart();
              }
              run.surely(() -> write(write));
            }));
  }

  private void write(Tiles.Write write) {
    var table = run.output("Primary");
    if (write.item().isEmpty()) {
      run.clients.dynamo.deleteItem(delete -> delete.tableName(table).key(write.key()));
    } else {
      run.clients.dynamo.putItem(put -> put.tableName(table).item(write.item()));
    }
  }

  private void awaitReplica() {
    run.settle(
        "both regions have the same items",
        Duration.ofMinutes(1),
        () -> diff.differences().isEmpty(),
        () -> diff.differences().size() + " differences");
  }

  /// How long a write takes to be seen in the other region.
  private void measure() {
    for (int i = 0; i < 20; i++) {
      var key = Map.of("tile", AttributeValue.fromS("probe"), "layer", AttributeValue.fromN("0"));
      var item = new TreeMap<>(key);
      item.put("n", AttributeValue.fromN(Integer.toString(i)));
      var begun = System.nanoTime();
      run.clients.dynamo.putItem(put -> put.tableName(run.output("Primary")).item(item));
      while (!item.equals(read(replicaRegion.dynamo, run.output("Replica"), key))) {
        Thread.onSpinWait();
      }
      lags.add((System.nanoTime() - begun) / 1_000_000);
      run.clients.dynamo.deleteItem(d -> d.tableName(run.output("Primary")).key(key));
    }
    awaitReplica();
  }

  private static Map<String, AttributeValue> read(
      DynamoDbClient dynamo, String table, Map<String, AttributeValue> key) {
    return new TreeMap<>(
        dynamo.getItem(get -> get.tableName(table).key(key).consistentRead(true)).item());
  }

  /// Has the replicator do again what it did, from the first half: much of that is deleted since.
  private void sendLate() {
    var mapper = new ObjectMapper();
    var sequence = 1;
    for (int from = 0; from < first.size(); from += 50) {
      var batch = mapper.createObjectNode();
      for (var write : first.subList(from, Math.min(first.size(), from + 50))) {
        if (!write.item().isEmpty()) {
          var record = batch.withArrayProperty("Records").addObject().put("eventName", "INSERT");
          var change = record.putObject("dynamodb").put("SequenceNumber", "" + sequence++);
          change.set("Keys", Images.json(write.key()));
          change.set("NewImage", Images.json(write.item()));
        }
      }
      var answer =
          run.clients.lambda.invoke(i ->
              i.functionName(run.output("Replicator"))
                  .payload(SdkBytes.fromUtf8String(batch.toString())));
      if (answer.functionError() != null) {
        throw new IllegalStateException(answer.payload().asUtf8String());
      }
      planted++;
    }
    run.say(planted + " old batches came late");
  }

  /// Changes some items of the replica behind everybody's back, takes some away, adds some.
  private void corrupt() {
    var table = run.output("Replica");
    var dynamo = replicaRegion.dynamo;
    for (var item : new Table(dynamo, table).items().subList(0, 9)) {
      var key = DiffTables.key(item);
      switch (planted++ % 3) {
        case 0 ->
            dynamo.updateItem(
                u -> u.tableName(table).key(key).updateExpression("SET features = tile"));
        case 1 -> dynamo.deleteItem(d -> d.tableName(table).key(key));
        default -> {
          var other = new TreeMap<>(item);
          other.put("layer", AttributeValue.fromN("99"));
          dynamo.putItem(p -> p.tableName(table).item(other));
        }
      }
    }
  }

  /// Reads items where they are answered for: near by, or else in the other region.
  private void readOn() {
    disturb("*", "FAIL", 1, MapboxReplication.PRIMARY_REGION);
    for (var item : new Table(replicaRegion.dynamo, run.output("Replica")).items().subList(0, 10)) {
      var key = DiffTables.key(item);
      try {
        read(run.clients.dynamo, run.output("Primary"), key);
      } catch (SdkException _) {
        refused++;
        served += read(replicaRegion.dynamo, run.output("Replica"), key).equals(item) ? 1 : 0;
      }
    }
    run.terrarium.disturbNoMore();
    run.say("%d reads went to the other region".formatted(refused));
  }

  private Map<String, String> backup() {
    var bucket = backups.objects();
    var objects = new TreeMap<String, String>();
    bucket.keys("").forEach(key -> objects.put(key, bucket.text(key)));
    return objects;
  }

  @Override
  public void verify(JsonNode truth, Report report) {
    var items = (ObjectNode) truth.path("items");
    report.latency("lag", lags);
    if (run.options().fault().isEmpty()) {
      report.rate("writes", written, replicated, 0);
    }
    report.equal("tables differ nowhere", "both regions", List.of(), diff.differences());
    tables(items, report);
    var backup = backup();
    report.equal(
        "the snapshot is the backup",
        "items",
        backup.values().stream().sorted().toList(),
        backups.read(SNAPSHOT).stream().sorted().toList());
    items
        .properties()
        .forEach(item ->
            report.equal(
                "the backup has every item",
                item.getKey(),
                item.getValue().toString(),
                backup.remove(Images.sha256(item.getKey()))));
    report.hold("the backup has nothing else", backup.isEmpty(), "it has " + backup);
    if (run.suffers("corrupted-replica")) {
      report.equal("what was planted is found and repaired", "items", planted, repaired);
    } else if (run.suffers("lost-replica")) {
      report.hold("items were lost", planted > 0, "none was");
      report.equal("what was lost is filled in again", "items", planted, filled);
    } else if (run.suffers("late-batches")) {
      report.hold("batches came late", planted > 0, "none did");
    } else if (run.suffers("replica-down")) {
      report.hold("the replica was behind", behind > 0, "it was not");
    } else if (run.suffers("primary-down")) {
      report.equal("reads went on in the other region", "reads", refused, served);
      report.hold("the primary's region was down", refused == 10, refused + " of 10 reads");
    }
  }

  private void tables(ObjectNode items, Report report) {
    var primary = new TreeMap<String, String>();
    for (var item : run.table("Primary").items()) {
      var key = DiffTables.key(item);
      primary.put(Images.json(key).toString(), Images.json(item).toString());
    }
    items
        .properties()
        .forEach(item ->
            report.equal(
                "the primary has every item",
                item.getKey(),
                item.getValue().toString(),
                primary.remove(item.getKey())));
    report.hold("the primary has nothing else", primary.isEmpty(), "it has " + primary.keySet());
  }
}
