package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Json;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/// Reads which records of a batch a function reports as failed.
final class BatchReport {
  private BatchReport() {}

  /// The reported ones among `all`; all of them if the report cannot be read or names anything
  /// else.
  static Set<String> failures(byte[] answer, Set<String> all) {
    var text = new String(answer, StandardCharsets.UTF_8);
    try {
      var items = text.isBlank() ? Json.array() : Json.parse(text).path("batchItemFailures");
      var failed = new HashSet<String>();
      for (var item : items) {
        var id = item.path("itemIdentifier");
        if (!id.isTextual() || !all.contains(id.asText())) {
          return all;
        }
        failed.add(id.asText());
      }
      return failed;
    } catch (IllegalArgumentException _) {
      return all;
    }
  }
}
