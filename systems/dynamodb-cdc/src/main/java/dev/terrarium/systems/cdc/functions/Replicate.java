package dev.terrarium.systems.cdc.functions;

import dev.terrarium.systems.functions.Aws;
import dev.terrarium.systems.functions.BatchWriter;
import dev.terrarium.systems.functions.Change;
import dev.terrarium.systems.functions.ChangeHandler;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/// Does to a replica what was done to the table; of several changes of a key only the last.
public final class Replicate extends ChangeHandler {
  private final BatchWriter replica = new BatchWriter(Aws.dynamo(), variable("REPLICA"));

  @Override
  protected void changes(List<Change> changes) {
    var last = new LinkedHashMap<Map<String, AttributeValue>, WriteRequest>();
    for (var change : changes) {
      last.put(
          change.keys(),
          change.newImage().isEmpty()
              ? WriteRequest.builder().deleteRequest(d -> d.key(change.keys())).build()
              : WriteRequest.builder().putRequest(p -> p.item(change.newImage())).build());
    }
    replica.write(List.copyOf(last.values()));
  }
}
