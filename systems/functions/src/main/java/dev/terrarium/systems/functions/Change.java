package dev.terrarium.systems.functions;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// A change of an item, as a table's stream tells of it.
///
/// @param kind `INSERT`, `MODIFY` or `REMOVE`
/// @param newImage the item after it, empty if it is gone
/// @param oldImage the item before it, empty if it is new
/// @param sequence later changes of a key have greater ones, as numbers
/// @param principal who made it if it was the service itself, otherwise empty
/// @param record the whole record
public record Change(
    String id,
    String kind,
    Map<String, AttributeValue> keys,
    Map<String, AttributeValue> newImage,
    Map<String, AttributeValue> oldImage,
    String sequence,
    String principal,
    JsonNode record) {
  /// The principal of deletions by time to live.
  public static final String TIME_TO_LIVE = "dynamodb.amazonaws.com";

  private static final int SEQUENCE_DIGITS = 40;

  /// Reads one out of a batch.
  public static Change of(JsonNode record) {
    var change = record.path("dynamodb");
    return new Change(
        record.path("eventID").asText(),
        record.path("eventName").asText(),
        Images.item(change.path("Keys")),
        Images.item(change.path("NewImage")),
        Images.item(change.path("OldImage")),
        change.path("SequenceNumber").asText(),
        record.path("userIdentity").path("principalId").asText(),
        record);
  }

  /// The sequence number with zeros before it, so that texts compare as the numbers do.
  public String order() {
    return "0".repeat(Math.max(0, SEQUENCE_DIGITS - sequence.length())) + sequence;
  }
}
