package dev.terrarium.services.eventbridge;

import dev.terrarium.kernel.store.Batch;

/// Brings events to the rules that match them: what their targets are to get is noted in the batch
/// by which the event is accepted.
final class Router {
  private final EventStore store;
  private final Couriers couriers;
  private final ArchiveStore archives;
  private final EventMetrics metrics;

  Router(EventStore store, Couriers couriers, ArchiveStore archives, EventMetrics metrics) {
    this.store = store;
    this.couriers = couriers;
    this.archives = archives;
    this.metrics = metrics;
  }

  /// Accepts an event; on a bus that is not there nothing hears it.
  void route(Batch batch, BusKey bus, Arrival arrival) {
    var matches = store.book(bus).matching(arrival.event());
    if (matches.isEmpty()) {
      return;
    }
    for (var match : matches) {
      if (match.archive() != null) {
        archives.add(batch, match.archive(), arrival.event(), arrival.text());
      } else if (arrival.only().isEmpty() || arrival.only().contains(match.key().arn())) {
        trigger(batch, match, arrival);
      }
    }
  }

  /// Has the targets of one rule get an event.
  void trigger(Batch batch, RuleBook.Match match, Arrival arrival) {
    metrics.triggered(match.key(), match.targets().size());
    for (var target : match.targets()) {
      couriers.add(batch, new TargetKey(match.key(), target.id()), arrival.delivery());
    }
  }
}
