package dev.terrarium.systems.realtime.functions;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// Takes a batch of a shard's records: enriches the events, keeps each once, in the order of its
/// key, and tells of cards that pay too often.
///
/// Batches come again after failures, so everything here may be done twice. What was enriched is
/// written first, then how far its key is; who comes again finds the key further on.
///
/// With `REPORT_FAILURES` the first record that cannot be taken is reported, and what stands before
/// it is kept; without, the whole batch fails, and the mapping looks for the culprit.
public final class EventProcessor implements RequestStreamHandler {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long KEPT_SECONDS = 7 * 24 * 3600;

  private final boolean reports = "true".equals(System.getenv("REPORT_FAILURES"));
  private final Ledger ledger = new Ledger();

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    var events = new ArrayList<Event>();
    var failed = read(JSON.readTree(input).path("Records"), events);
    take(events);
    System.out.println(JSON.createObjectNode().put("taken", events.size()).put("failed", failed));
    var answer = JSON.createObjectNode();
    var failures = answer.putArray("batchItemFailures");
    if (failed != null) {
      failures.addObject().put("itemIdentifier", failed);
    }
    JSON.writeValue(output, answer);
  }

  /// Reads events up to the first that is none, and returns its sequence number.
  private @Nullable String read(JsonNode records, List<Event> events) throws IOException {
    for (var record : records) {
      try {
        events.add(Event.of(record));
      } catch (IOException | IllegalArgumentException e) {
        System.out.println(
            JSON.createObjectNode()
                .put("poison", record.path("kinesis").path("sequenceNumber").asText())
                .put("batch", records.size()));
        if (!reports) {
          throw e;
        }
        return record.path("kinesis").path("sequenceNumber").asText();
      }
    }
    return null;
  }

  private void take(List<Event> events) {
    var byKey = new LinkedHashMap<String, List<Event>>();
    events.forEach(event -> byKey.computeIfAbsent(event.key(), k -> new ArrayList<>()).add(event));
    var stored = ledger.progress(byKey.keySet());
    var now = System.currentTimeMillis();
    var items = new ArrayList<Map<String, AttributeValue>>();
    var steps = new ArrayList<Ledger.Step>();
    var frauds = new ArrayList<Event>();
    byKey.forEach((key, ofKey) -> {
      var before = Progress.of(stored.get(key));
      var progress = before;
      for (var event : ofKey) {
        var next = progress.after(event);
        if (next.last() > progress.last()) {
          items.add(item(event, now));
          if (next.isFraud()) {
            frauds.add(event);
          }
        }
        progress = next;
      }
      if (!progress.equals(before)) {
        steps.add(new Ledger.Step(key, before, progress));
      }
    });
    ledger.keep(items);
    frauds.forEach(event -> ledger.alert(event, now));
    ledger.advance(steps);
  }

  private static Map<String, AttributeValue> item(Event event, long now) {
    var body = event.body().deepCopy();
    var found = Enrichment.enrich(event.source(), body);
    return Map.of(
        "pk", AttributeValue.fromS(event.key()),
        "sk", AttributeValue.fromN(Long.toString(event.number())),
        "source", AttributeValue.fromS(event.source()),
        "found", AttributeValue.fromS(found),
        "data", AttributeValue.fromS(body.toString()),
        "sequence", AttributeValue.fromS(event.sequence()),
        "sent", AttributeValue.fromN(Long.toString(event.sent())),
        "handled", AttributeValue.fromN(Long.toString(now)),
        "expires", AttributeValue.fromN(Long.toString(now / 1000 + KEPT_SECONDS)));
  }
}
