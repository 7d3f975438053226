package dev.terrarium.systems.versions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.systems.Report;
import dev.terrarium.systems.Run;
import dev.terrarium.systems.Scenario;
import dev.terrarium.systems.Table;
import dev.terrarium.systems.functions.Images;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// One run: documents are written, changed and deleted, one after the other; then the table is had
/// again as it was at some of these moments.
final class Story implements Scenario {
  private static final int CHANGES = 400;
  private static final int MOMENTS = 6;

  /// A change: an item as it is to be, without `text` if it is to go.
  private record Edit(String id, Map<String, AttributeValue> item) {}

  private final Run run;
  private final List<Edit> edits = new ArrayList<>();
  private List<String> orders = List.of();
  private final List<Long> restores = new ArrayList<>();
  private long millis;

  Story(Run run) {
    this.run = run;
  }

  @Override
  public JsonNode generate() {
    var random = new SplittableRandom(run.options().seed());
    var count = Math.max(30, (int) (CHANGES * run.options().scale()));
    var truth = new ObjectMapper().createObjectNode().put("changes", count);
    var now = new TreeMap<String, Map<String, AttributeValue>>();
    for (int i = 1; i <= count; i++) {
      var id = "document-" + random.nextInt(2 + count / 8);
      Map<String, AttributeValue> item = Map.of();
      if (now.containsKey(id) && random.nextInt(4) == 0) {
        now.remove(id);
      } else {
        var text = "draft " + i + ", " + Long.toHexString(random.nextLong());
        item = Map.of("id", AttributeValue.fromS(id), "text", AttributeValue.fromS(text));
        now.put(id, item);
      }
      edits.add(new Edit(id, item));
      if (i % Math.max(1, count / MOMENTS) == 0) {
        var state = truth.withObjectProperty("after").putObject(Integer.toString(i));
        now.forEach((key, value) -> state.set(key, Images.json(value)));
      }
    }
    return truth;
  }

  @Override
  public void drive() {
    if (run.suffers("bucket-failing")) {
      run.terrarium.disturb(run.options().seed(), "call:s3:PutObject", "FAIL", 0.33);
    }
    var begun = System.currentTimeMillis();
    for (int i = 0; i < edits.size(); i++) {
      var edit = edits.get(i);
      if (run.suffers("restart-cloud") && i == edits.size() / 2) {
        run.killAndRestart();
      }
      run.surely(() -> make(edit));
    }
    run.settle(
        "every change is a version",
        Duration.ofMinutes(1),
        () -> versions() >= edits.size(),
        () -> versions() + " of " + edits.size());
    millis = System.currentTimeMillis() - begun;
    run.terrarium.disturbNoMore();
    if (run.suffers("late-batches")) {
      comeLate();
    }
    orders = orders();
  }

  private void make(Edit edit) {
    var table = run.output("Documents");
    if (edit.item().isEmpty()) {
      run.clients.dynamo.deleteItem(delete -> delete.tableName(table).key(key(edit)));
    } else {
      run.clients.dynamo.putItem(put -> put.tableName(table).item(edit.item()));
    }
  }

  private static Map<String, AttributeValue> key(Edit edit) {
    return Map.of("id", AttributeValue.fromS(edit.id()));
  }

  private int versions() {
    return run.bucket("Versions").versions().size();
  }

  /// The changes' numbers, in their order, as the versions tell them.
  private List<String> orders() {
    var bucket = run.bucket("Versions");
    var found = new TreeSet<String>();
    run.each(
        bucket.versions(),
        8,
        version -> {
          var head =
              bucket
                  .s3()
                  .headObject(h ->
                      h.bucket(bucket.name()).key(version.key()).versionId(version.versionId()));
          synchronized (found) {
            found.add(head.metadata().getOrDefault("order", ""));
          }
        });
    return List.copyOf(found);
  }

  /// The first changes of all come again.
  private void comeLate() {
    ObjectNode batch = new ObjectMapper().createObjectNode();
    var sequence = 0;
    for (var edit : edits.subList(0, edits.size() / 2)) {
      var record = batch.withArrayProperty("Records").addObject().put("eventName", "MODIFY");
      var change = record.putObject("dynamodb").put("SequenceNumber", "" + sequence++);
      change.set("Keys", Images.json(key(edit)));
      if (!edit.item().isEmpty()) {
        change.set("NewImage", Images.json(edit.item()));
      }
    }
    invoke("Keep", batch);
    run.say("%d changes came again".formatted(sequence));
  }

  private void invoke(String function, ObjectNode event) {
    var answer =
        run.clients.lambda.invoke(invoke ->
            invoke
                .functionName(run.output(function))
                .payload(SdkBytes.fromUtf8String(event.toString())));
    if (answer.functionError() != null) {
      throw new IllegalStateException(answer.payload().asUtf8String());
    }
  }

  @Override
  public void verify(JsonNode truth, Report report) {
    report.rate("changes", edits.size(), millis, 0);
    report.equal("every version is kept", "versions", truth.path("changes").asInt(), versions());
    report.equal("no two are of one change", "changes", versions(), orders.size());
    restores.clear();
    for (var moment : truth.path("after").properties()) {
      var change = Integer.parseInt(moment.getKey());
      var begun = System.currentTimeMillis();
      invoke("Restore", new ObjectMapper().createObjectNode().put("order", orders.get(change - 1)));
      restores.add(System.currentTimeMillis() - begun);
      var found = new TreeMap<String, String>();
      for (var item : run.table("Restored").items()) {
        found.put(Table.text(item, "id"), Images.json(item).toString());
      }
      var expected = new TreeMap<String, String>();
      moment
          .getValue()
          .properties()
          .forEach(item -> expected.put(item.getKey(), item.getValue().toString()));
      report.equal("the table is had again as it was", "after change " + change, expected, found);
    }
    report.latency("restoring", restores);
  }
}
