package dev.terrarium.systems.cdc;

import dev.terrarium.systems.Run;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.StreamSpecification;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

/// Takes the table's stream away, gives it another, and touches what was changed in between, so
/// that the consumers see it after all.
final class Backfill {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Run run;

  Backfill(Run run) {
    this.run = run;
  }

  /// What is not the same in both.
  List<String> differing(
      Map<String, Map<String, AttributeValue>> before,
      Map<String, Map<String, AttributeValue>> after) {
    var ids = new TreeSet<>(before.keySet());
    ids.addAll(after.keySet());
    return ids.stream().filter(id -> !Objects.equals(before.get(id), after.get(id))).toList();
  }

  /// @param work what is done while there is no stream
  /// @param before the items before that, and after
  void without(
      Runnable work,
      List<String> consumers,
      Map<String, Map<String, AttributeValue>> before,
      Map<String, Map<String, AttributeValue>> after) {
    stream(StreamSpecification.builder().streamEnabled(false).build());
    work.run();
    stream(
        StreamSpecification.builder()
            .streamEnabled(true)
            .streamViewType("NEW_AND_OLD_IMAGES")
            .build());
    var arn =
        run.clients
            .dynamo
            .describeTable(d -> d.tableName(run.output("Catalogue")))
            .table()
            .latestStreamArn();
    consumers.forEach(consumer -> connect(run.output(consumer + "Mapping"), arn));
    var differing = differing(before, after);
    differing.forEach(id -> touch(id, before.getOrDefault(id, Map.of()), after.containsKey(id)));
    run.say("the new stream is %s; %d items are touched".formatted(arn, differing.size()));
  }

  private void stream(StreamSpecification specification) {
    var table = run.output("Catalogue");
    run.clients.dynamo.updateTable(u -> u.tableName(table).streamSpecification(specification));
    run.require(
        "the table is active",
        PATIENCE,
        () ->
            run.clients.dynamo.describeTable(d -> d.tableName(table)).table().tableStatus()
                == TableStatus.ACTIVE);
  }

  /// A stream that is switched on again is another one, which needs mappings of its own.
  private void connect(String mapping, String stream) {
    var old = run.clients.lambda.getEventSourceMapping(get -> get.uuid(mapping));
    run.clients.lambda.createEventSourceMapping(create ->
        create
            .functionName(old.functionArn())
            .eventSourceArn(stream)
            .startingPosition(old.startingPosition())
            .batchSize(old.batchSize())
            .filterCriteria(old.filterCriteria())
            .bisectBatchOnFunctionError(old.bisectBatchOnFunctionError())
            .maximumRetryAttempts(old.maximumRetryAttempts())
            .destinationConfig(old.destinationConfig()));
  }

  private void touch(String id, Map<String, AttributeValue> before, boolean isThere) {
    var table = run.output("Catalogue");
    var key = Map.of("id", AttributeValue.fromS(id));
    if (isThere) {
      for (var expression : List.of("SET backfilled = id", "REMOVE backfilled")) {
        run.clients.dynamo.updateItem(
            update -> update.tableName(table).key(key).updateExpression(expression));
      }
    } else {
      run.clients.dynamo.putItem(put -> put.tableName(table).item(before));
      run.clients.dynamo.deleteItem(delete -> delete.tableName(table).key(key));
    }
  }
}
