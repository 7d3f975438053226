package dev.terrarium.systems.mapbox.functions;

import dev.terrarium.systems.functions.Aws;
import dev.terrarium.systems.functions.BatchReader;
import dev.terrarium.systems.functions.BatchWriter;
import dev.terrarium.systems.functions.Change;
import dev.terrarium.systems.functions.ChangeHandler;
import dev.terrarium.systems.functions.Images;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/// Does to the replica what was done to the primary: of a batch the last change of each key, in
/// batches, until the replica has taken all.
///
/// A batch may come late: again after newer ones, or by hand. So another table remembers how far
/// each key is, deleted ones too, and what is older is passed over: a deletion stays one.
public final class Replicator extends ChangeHandler {
  private static final long REMEMBERED_SECONDS = 2L * 24 * 3600;

  private final DynamoDbClient dynamo = Aws.dynamo(variable("REPLICA_REGION"));
  private final BatchWriter replica = new BatchWriter(dynamo, variable("REPLICA"));
  private final BatchWriter progressWriter = new BatchWriter(dynamo, variable("PROGRESS"));
  private final BatchReader progressReader = new BatchReader(dynamo, variable("PROGRESS"), "key");

  @Override
  protected void changes(List<Change> changes) {
    var last = new LinkedHashMap<String, Change>();
    changes.forEach(change ->
        last.merge(
            Images.json(change.keys()).toString(),
            change,
            (one, other) -> one.order().compareTo(other.order()) > 0 ? one : other));
    var reached = progressReader.read(last.keySet());
    last.entrySet()
        .removeIf(
            entry -> entry.getValue().order().compareTo(order(reached.get(entry.getKey()))) < 0);
    replica.write(last.values().stream().map(Replicator::write).toList());
    progressWriter.write(
        last.entrySet().stream().map(e -> note(e.getKey(), e.getValue().order())).toList());
    System.out.println(
        JSON.createObjectNode().put("changes", changes.size()).put("written", last.size()));
  }

  private static String order(@Nullable Map<String, AttributeValue> progress) {
    return progress == null ? "" : Objects.requireNonNull(progress.get("order")).s();
  }

  private static WriteRequest write(Change change) {
    return change.newImage().isEmpty()
        ? WriteRequest.builder().deleteRequest(delete -> delete.key(change.keys())).build()
        : WriteRequest.builder().putRequest(put -> put.item(change.newImage())).build();
  }

  private static WriteRequest note(String key, String order) {
    var expires = System.currentTimeMillis() / 1000 + REMEMBERED_SECONDS;
    var item =
        Map.of(
            "key", AttributeValue.fromS(key),
            "order", AttributeValue.fromS(order),
            "expires", AttributeValue.fromN(Long.toString(expires)));
    return WriteRequest.builder().putRequest(put -> put.item(item)).build();
  }
}
