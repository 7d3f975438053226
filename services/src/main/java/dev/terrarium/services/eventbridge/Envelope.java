package dev.terrarium.services.eventbridge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Scope;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.Locale;

/// The form of an event.
///
/// See *AWS event structure reference* in the user guide.
final class Envelope {
  static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
  static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private Envelope() {}

  static ObjectNode of(
      Scope scope,
      String id,
      String source,
      String detailType,
      Instant time,
      Collection<String> resources,
      JsonNode detail) {
    var event =
        Json.object()
            .put("version", "0")
            .put("id", id)
            .put("detail-type", detailType)
            .put("source", source)
            .put("account", scope.account())
            .put("time", SECONDS.format(time))
            .put("region", scope.region());
    var list = event.putArray("resources");
    resources.forEach(list::add);
    event.set("detail", detail);
    return event;
  }
}
