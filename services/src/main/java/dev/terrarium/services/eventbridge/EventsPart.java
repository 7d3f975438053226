package dev.terrarium.services.eventbridge;

import software.amazon.awssdk.services.eventbridge.EventBridgeClient;

/// What all parts of the service have in common.
abstract class EventsPart implements EventBridgeClient {
  final EventStore store;

  EventsPart(EventStore store) {
    this.store = store;
  }

  @Override
  public final String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
