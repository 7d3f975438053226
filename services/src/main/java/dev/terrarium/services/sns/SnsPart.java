package dev.terrarium.services.sns;

import software.amazon.awssdk.services.sns.SnsClient;

/// A class that serves some of SNS's operations.
interface SnsPart extends SnsClient {
  @Override
  default String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  default void close() {}
}
