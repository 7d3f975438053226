package dev.terrarium.services.eventbridge;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.store.Batch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequest;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResponse;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResultEntry;

/// What puts events on buses.
final class EventWrites extends EventsPart {
  private static final int ENTRIES_MAX = 10;
  private static final int BYTES_MAX = 256 * 1024;
  private static final int TIME_BYTES = 14;

  private final Router router;
  private final Endpoints endpoints;

  EventWrites(EventStore store, Router router, Endpoints endpoints) {
    super(store);
    this.router = router;
    this.endpoints = endpoints;
  }

  @Override
  public PutEventsResponse putEvents(PutEventsRequest request) {
    check(request);
    var size = 0L;
    for (var entry : request.entries()) {
      size += size(entry);
    }
    if (size > BYTES_MAX) {
      throw EventsErrors.validation("Total size of the entries in the request is over the limit.");
    }
    var global =
        request.endpointId() == null ? List.<BusKey>of() : endpoints.buses(request.endpointId());
    var batch = new Batch();
    var results = new ArrayList<PutEventsResultEntry>(request.entries().size());
    int failed = 0;
    for (var entry : request.entries()) {
      var result = put(batch, entry, global);
      results.add(result);
      failed += result.errorCode() == null ? 0 : 1;
    }
    if (!batch.isEmpty()) {
      store.cloud.store().commit(batch);
    }
    return PutEventsResponse.builder().failedEntryCount(failed).entries(results).build();
  }

  private static void check(PutEventsRequest request) {
    var constraints = new EventsConstraints().present("entries", request.hasEntries());
    if (request.hasEntries()) {
      constraints.count("entries", request.entries(), 1, ENTRIES_MAX);
    }
    for (int i = 0; i < request.entries().size(); i++) {
      var entry = request.entries().get(i);
      var at = "entries." + (i + 1) + ".member.";
      constraints
          .busOrArn(at + "eventBusName", entry.eventBusName())
          .length(at + "traceHeader", entry.traceHeader(), 1, 500);
    }
    constraints.check();
  }

  /// The size of an entry as EventBridge counts it.
  private static long size(PutEventsRequestEntry entry) {
    var size = entry.time() == null ? 0 : TIME_BYTES;
    size += bytes(entry.source()) + bytes(entry.detailType()) + bytes(entry.detail());
    for (var resource : entry.resources()) {
      size += bytes(resource);
    }
    return size;
  }

  private static int bytes(@Nullable String text) {
    return text == null ? 0 : text.getBytes(StandardCharsets.UTF_8).length;
  }

  private PutEventsResultEntry put(Batch batch, PutEventsRequestEntry entry, List<BusKey> global) {
    var missing = missing(entry);
    if (missing != null) {
      return refused(
          "InvalidArgument",
          "Parameter %1$s is not valid. Reason: %1$s is a required argument.".formatted(missing));
    }
    var call = Call.current();
    if (entry.source().startsWith("aws.") && call.principal().arn().startsWith("arn:")) {
      return refused("NotAuthorizedForSourceException", "Not authorized for the source.");
    }
    var detail = detail(entry.detail());
    if (detail == null) {
      return refused("MalformedDetail", "Detail is malformed.");
    }
    var now = store.cloud.clock().now();
    var id = store.cloud.ids().uuid();
    var event =
        Envelope.of(
            call.scope(),
            id,
            entry.source(),
            entry.detailType(),
            entry.time() == null ? now : entry.time(),
            entry.resources(),
            detail);
    var trace = entry.traceHeader() == null ? call.cause().header() : entry.traceHeader();
    var bus = BusKey.of(call.scope(), entry.eventBusName());
    var arrival = Arrival.of(event, now.toEpochMilli(), trace);
    if (global.isEmpty()) {
      router.route(batch, bus, arrival);
    }
    for (var one : global) {
      if (one.name().equals(bus.name())) {
        router.route(batch, one, arrival);
      }
    }
    return PutEventsResultEntry.builder().eventId(id).build();
  }

  private static @Nullable String missing(PutEventsRequestEntry entry) {
    if (isEmpty(entry.source())) {
      return "Source";
    } else if (isEmpty(entry.detailType())) {
      return "DetailType";
    }
    return isEmpty(entry.detail()) ? "Detail" : null;
  }

  private static boolean isEmpty(@Nullable String text) {
    return text == null || text.isEmpty();
  }

  private static @Nullable JsonNode detail(String text) {
    try {
      var detail = Json.parse(text);
      return detail.isObject() ? detail : null;
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  private static PutEventsResultEntry refused(String code, String message) {
    return PutEventsResultEntry.builder().errorCode(code).errorMessage(message).build();
  }
}
