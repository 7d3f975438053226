package dev.terrarium.systems.cdc;

import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// A change that is to be made.
///
/// @param id of which item
/// @param item as it is to be afterwards; empty if it is to be deleted
record Operation(String id, Map<String, AttributeValue> item) {}
