package dev.terrarium.services.firehose;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import net.thisptr.jackson.jq.BuiltinFunctionLoader;
import net.thisptr.jackson.jq.JsonQuery;
import net.thisptr.jackson.jq.Scope;
import net.thisptr.jackson.jq.Versions;
import net.thisptr.jackson.jq.exception.JsonQueryException;

/// A query of JQ 1.6 that makes partition keys of a record: `{customer: .customer_id}`.
final class MetadataQuery {
  private final JsonQuery query;
  private final Scope functions = Scope.newEmptyScope();

  /// @throws IllegalArgumentException if it is not a query
  MetadataQuery(String text) {
    try {
      query = JsonQuery.compile(text, Versions.JQ_1_6);
    } catch (JsonQueryException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    BuiltinFunctionLoader.getInstance().loadFunctions(Versions.JQ_1_6, functions);
  }

  /// The keys of a record.
  ///
  /// @throws IllegalArgumentException if the query cannot be applied to it
  Map<String, String> keys(JsonNode record) {
    var results = new ArrayList<JsonNode>();
    try {
      query.apply(Scope.newChildScope(functions), record, results::add);
    } catch (JsonQueryException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    var keys = new HashMap<String, String>();
    for (var result : results) {
      result
          .properties()
          .forEach(p -> keys.put(p.getKey(), p.getValue().isNull() ? "" : p.getValue().asText()));
    }
    return keys;
  }
}
