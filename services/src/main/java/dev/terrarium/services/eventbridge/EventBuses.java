package dev.terrarium.services.eventbridge;

import dev.terrarium.kernel.model.Pojos;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.eventbridge.model.CreateEventBusRequest;
import software.amazon.awssdk.services.eventbridge.model.CreateEventBusResponse;
import software.amazon.awssdk.services.eventbridge.model.DeadLetterConfig;
import software.amazon.awssdk.services.eventbridge.model.DeleteEventBusRequest;
import software.amazon.awssdk.services.eventbridge.model.DeleteEventBusResponse;
import software.amazon.awssdk.services.eventbridge.model.DescribeEventBusRequest;
import software.amazon.awssdk.services.eventbridge.model.DescribeEventBusResponse;
import software.amazon.awssdk.services.eventbridge.model.EventBus;
import software.amazon.awssdk.services.eventbridge.model.ListEventBusesRequest;
import software.amazon.awssdk.services.eventbridge.model.ListEventBusesResponse;
import software.amazon.awssdk.services.eventbridge.model.LogConfig;
import software.amazon.awssdk.services.eventbridge.model.UpdateEventBusRequest;
import software.amazon.awssdk.services.eventbridge.model.UpdateEventBusResponse;

/// Event buses. The default one of an account and region needs not be made and cannot be deleted.
final class EventBuses extends EventsPart {
  private static final int BUSES_MAX = 100;

  EventBuses(EventStore store) {
    super(store);
  }

  @Override
  public CreateEventBusResponse createEventBus(CreateEventBusRequest request) {
    settings(
            new EventsConstraints()
                .required("name", request.name())
                .bus("name", request.name())
                .length("eventSourceName", request.eventSourceName(), 1, 256)
                .tags(request.tags()),
            request.description(),
            request.kmsKeyIdentifier(),
            request.deadLetterConfig(),
            request.logConfig())
        .check();
    if (request.eventSourceName() != null) {
      throw EventsErrors.notFound("Event source " + request.eventSourceName() + " does not exist.");
    }
    if (request.name().contains("/")) {
      throw EventsErrors.validation("Event bus name must not contain '/'.");
    }
    var key = EventStore.key(request.name());
    return store.change(batch -> {
      if (store.find(key) != null) {
        throw EventsErrors.exists("Event bus " + key.name() + " already exists.");
      }
      if (store.list(store.buses).size() >= BUSES_MAX) {
        throw EventsErrors.tooMany();
      }
      var now = store.cloud.clock().now();
      var bus =
          Pojos.copy(request, DescribeEventBusResponse.builder())
              .arn(key.arn())
              .creationTime(now)
              .lastModifiedTime(now)
              .build();
      store.buses.put(batch, key, bus);
      if (!request.tags().isEmpty()) {
        var tags = new LinkedHashMap<String, String>();
        request.tags().forEach(tag -> tags.put(tag.key(), tag.value()));
        store.tags.put(batch, key.arn(), tags);
      }
      return Pojos.copy(bus, CreateEventBusResponse.builder()).eventBusArn(key.arn()).build();
    });
  }

  private static EventsConstraints settings(
      EventsConstraints constraints,
      @Nullable String description,
      @Nullable String kmsKey,
      @Nullable DeadLetterConfig letters,
      @Nullable LogConfig log) {
    constraints.description(description).kmsKey(kmsKey);
    if (letters != null) {
      constraints.length("deadLetterConfig.arn", letters.arn(), 1, 1600);
    }
    if (log != null) {
      constraints
          .oneOf("logConfig.includeDetail", log.includeDetailAsString(), "NONE", "FULL")
          .oneOf("logConfig.level", log.levelAsString(), "OFF", "ERROR", "INFO", "TRACE");
    }
    return constraints;
  }

  @Override
  public DescribeEventBusResponse describeEventBus(DescribeEventBusRequest request) {
    new EventsConstraints().busOrArn("name", request.name()).check();
    return store.bus(BusKey.of(EventStore.scope(), request.name()));
  }

  @Override
  public ListEventBusesResponse listEventBuses(ListEventBusesRequest request) {
    new EventsConstraints()
        .bus("namePrefix", request.namePrefix())
        .paging(request.limit(), request.nextToken())
        .check();
    var prefix = request.namePrefix() == null ? "" : request.namePrefix();
    var all = new ArrayList<>(store.list(store.buses));
    var standard = EventStore.key(BusKey.DEFAULT);
    if (all.stream().noneMatch(bus -> bus.name().equals(BusKey.DEFAULT))) {
      all.add(store.bus(standard));
    }
    var found =
        all.stream()
            .filter(bus -> bus.name().startsWith(prefix))
            .sorted(Comparator.comparing(DescribeEventBusResponse::name))
            .toList();
    var page =
        EventsErrors.page(
            found, DescribeEventBusResponse::name, request.limit(), request.nextToken());
    return ListEventBusesResponse.builder()
        .eventBuses(
            page.items().stream().map(bus -> Pojos.copy(bus, EventBus.builder()).build()).toList())
        .nextToken(page.token())
        .build();
  }

  @Override
  public UpdateEventBusResponse updateEventBus(UpdateEventBusRequest request) {
    settings(
            new EventsConstraints().bus("name", request.name()),
            request.description(),
            request.kmsKeyIdentifier(),
            request.deadLetterConfig(),
            request.logConfig())
        .check();
    var key = BusKey.of(EventStore.scope(), request.name());
    return store.change(batch -> {
      var before = store.bus(key);
      var changed = Pojos.copy(request, before.toBuilder());
      if ("".equals(request.kmsKeyIdentifier())) {
        changed.kmsKeyIdentifier(null);
      }
      var after = changed.name(key.name()).lastModifiedTime(store.cloud.clock().now()).build();
      store.buses.put(batch, key, after);
      return Pojos.copy(after, UpdateEventBusResponse.builder()).build();
    });
  }

  @Override
  public DeleteEventBusResponse deleteEventBus(DeleteEventBusRequest request) {
    new EventsConstraints().required("name", request.name()).bus("name", request.name()).check();
    var key = EventStore.key(request.name());
    if (key.isDefault()) {
      throw EventsErrors.validation("Cannot delete event bus default.");
    }
    return store.change(batch -> {
      if (!store.rulesOf(key).isEmpty()) {
        throw EventsErrors.validation(
            "Event bus " + key.name() + " can't be deleted since it has rules.");
      }
      store.buses.delete(batch, key);
      store.tags.delete(batch, key.arn());
      return DeleteEventBusResponse.builder().build();
    });
  }
}
