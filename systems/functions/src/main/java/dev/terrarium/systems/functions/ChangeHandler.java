package dev.terrarium.systems.functions;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;

/// Takes batches of a table's changes.
public abstract class ChangeHandler extends StreamHandler {
  /// Takes changes; those of a key are in their order.
  protected abstract void changes(List<Change> changes) throws IOException;

  @Override
  protected final void take(List<JsonNode> records) throws IOException {
    changes(records.stream().map(Change::of).toList());
  }
}
