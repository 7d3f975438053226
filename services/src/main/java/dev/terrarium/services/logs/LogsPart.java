package dev.terrarium.services.logs;

import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;

/// A class that serves some of CloudWatch Logs's operations.
interface LogsPart extends CloudWatchLogsClient {
  @Override
  default String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  default void close() {}
}
