package dev.terrarium.services.eventbridge;

import dev.terrarium.kernel.Announcement;
import dev.terrarium.kernel.Audience;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.store.Batch;

/// Puts what services tell of themselves on the default buses.
final class Announcements implements Audience {
  private final EventStore store;
  private final Router router;

  Announcements(EventStore store, Router router) {
    this.store = store;
    this.router = router;
  }

  @Override
  public void hear(Batch batch, Announcement told) {
    var bus = new BusKey(told.scope(), BusKey.DEFAULT);
    if (store.book(bus).isEmpty()) {
      return;
    }
    var call = Call.currentOrNull();
    var now = store.cloud.clock().now();
    var event =
        Envelope.of(
            told.scope(),
            store.cloud.ids().uuid(),
            told.source(),
            told.type(),
            now,
            told.resources(),
            told.detail());
    router.route(
        batch,
        bus,
        Arrival.of(event, now.toEpochMilli(), call == null ? "" : call.cause().header()));
  }
}
