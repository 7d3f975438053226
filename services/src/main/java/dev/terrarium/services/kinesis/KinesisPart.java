package dev.terrarium.services.kinesis;

import software.amazon.awssdk.services.kinesis.KinesisClient;

/// What all parts of the service have in common.
abstract class KinesisPart implements KinesisClient {
  final Streams streams;

  KinesisPart(Streams streams) {
    this.streams = streams;
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}

  long nowMillis() {
    return streams.cloud.clock().millis();
  }
}
