package dev.terrarium.services.cloudwatch;

import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;

/// A class that serves some of CloudWatch's operations.
interface CloudWatchPart extends CloudWatchClient {
  @Override
  default String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  default void close() {}
}
