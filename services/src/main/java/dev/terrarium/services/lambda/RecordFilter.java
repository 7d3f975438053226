package dev.terrarium.services.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.FilterCriteria;
import software.amazon.event.ruler.Machine;

/// The filter criteria of an event source mapping, matched by AWS's own event-ruler. A record
/// passes if any filter matches it.
final class RecordFilter {
  private final @Nullable Machine machine;

  private RecordFilter(@Nullable Machine machine) {
    this.machine = machine;
  }

  /// Reads filter criteria; without any, everything passes.
  static RecordFilter of(@Nullable FilterCriteria criteria) {
    if (criteria == null || criteria.filters().isEmpty()) {
      return new RecordFilter(null);
    }
    var machine = Machine.builder().build();
    int number = 0;
    for (var filter : criteria.filters()) {
      try {
        machine.addRule("filter-" + number++, filter.pattern() == null ? "" : filter.pattern());
      } catch (IOException | RuntimeException e) {
        var error = LambdaErrors.invalid("Invalid filter pattern definition.");
        error.addSuppressed(e);
        throw error;
      }
    }
    return new RecordFilter(machine);
  }

  /// Whether everything passes.
  boolean isEmpty() {
    return machine == null;
  }

  /// Whether a record passes as it is.
  boolean passes(ObjectNode record) {
    if (machine == null) {
      return true;
    }
    try {
      return !machine.rulesForJSONEvent(Json.write(record)).isEmpty();
    } catch (Exception e) {
      throw new IllegalStateException("Cannot match a record", e);
    }
  }

  /// Whether a record passes if the member that holds what the sender wrote is matched as JSON if
  /// it is JSON, else as text.
  boolean passesWithData(ObjectNode record, String member, String text) {
    if (machine == null) {
      return true;
    }
    var event = record.deepCopy();
    var data = parsed(text);
    if (data == null) {
      event.put(member, text);
    } else {
      event.set(member, data);
    }
    return passes(event);
  }

  private static @Nullable JsonNode parsed(String body) {
    try {
      var node = Json.parse(body);
      return node.isObject() ? node : null;
    } catch (IllegalArgumentException _) {
      return null;
    }
  }
}
