package dev.terrarium.systems.sync.functions;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.systems.functions.Aws;
import dev.terrarium.systems.functions.StreamHandler;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/// Notes what happened to an object. Events come twice and out of order; the sequencer of each
/// tells whether it is later than what is noted, and a deleted object's entry stays, marked, for
/// that.
public final class Sync extends StreamHandler {
  private static final int SEQUENCER_DIGITS = 40;

  private final DynamoDbClient dynamo = Aws.dynamo(variable("METADATA_REGION"));
  private final String table = variable("METADATA");

  @Override
  protected void take(List<JsonNode> records) {
    for (var record : records) {
      var object = record.path("s3").path("object");
      var deleted = record.path("eventName").asText().startsWith("ObjectRemoved");
      var sequencer = object.path("sequencer").asText();
      // As numbers in hexadecimal, they compare as texts if they are equally long.
      var order = "0".repeat(Math.max(0, SEQUENCER_DIGITS - sequencer.length())) + sequencer;
      note(
          URLDecoder.decode(object.path("key").asText(), StandardCharsets.UTF_8),
          Map.of(
              ":order", AttributeValue.fromS(order),
              ":deleted", AttributeValue.fromBool(deleted),
              ":etag", AttributeValue.fromS(object.path("eTag").asText("")),
              ":size", AttributeValue.fromN(object.path("size").asText("0"))));
    }
  }

  private void note(String key, Map<String, AttributeValue> values) {
    try {
      dynamo.updateItem(update ->
          update
              .tableName(table)
              .key(Map.of("key", AttributeValue.fromS(key)))
              .conditionExpression("attribute_not_exists(#order) OR #order < :order")
              .updateExpression(
                  "SET #order = :order, deleted = :deleted, etag = :etag, #size = :size")
              .expressionAttributeNames(Map.of("#order", "order", "#size", "size"))
              .expressionAttributeValues(values));
    } catch (ConditionalCheckFailedException _) {
      System.out.println(JSON.createObjectNode().put("passedOver", key)); // repeated or overtaken
    }
  }
}
