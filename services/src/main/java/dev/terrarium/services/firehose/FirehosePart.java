package dev.terrarium.services.firehose;

import software.amazon.awssdk.services.firehose.FirehoseClient;

/// What all parts of the service have in common.
abstract class FirehosePart implements FirehoseClient {
  final Deliveries deliveries;

  FirehosePart(Deliveries deliveries) {
    this.deliveries = deliveries;
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
