package dev.terrarium.services.sts;

import software.amazon.awssdk.services.sts.StsClient;

/// A class that serves some of STS's operations.
interface StsPart extends StsClient {
  @Override
  default String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  default void close() {}
}
