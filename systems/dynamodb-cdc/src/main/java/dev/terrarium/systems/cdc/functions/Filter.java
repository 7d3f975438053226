package dev.terrarium.systems.cdc.functions;

import dev.terrarium.systems.functions.Aws;
import dev.terrarium.systems.functions.BatchWriter;
import dev.terrarium.systems.functions.Change;
import dev.terrarium.systems.functions.ChangeHandler;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/// Keeps what its mapping lets through: products that were discontinued.
public final class Filter extends ChangeHandler {
  private final BatchWriter discontinued = new BatchWriter(Aws.dynamo(), variable("DISCONTINUED"));

  @Override
  protected void changes(List<Change> changes) {
    discontinued.write(changes.stream().map(Filter::entry).toList());
  }

  private static WriteRequest entry(Change change) {
    var id = Objects.requireNonNull(change.keys().get("id"));
    var number = Objects.requireNonNull(change.newImage().get("n"));
    var item = Map.of("change", AttributeValue.fromS(change.id()), "id", id, "n", number);
    return WriteRequest.builder().putRequest(put -> put.item(item)).build();
  }
}
