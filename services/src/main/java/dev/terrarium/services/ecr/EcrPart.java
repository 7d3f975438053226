package dev.terrarium.services.ecr;

import software.amazon.awssdk.services.ecr.EcrClient;

/// What all parts of the service have in common.
interface EcrPart extends EcrClient {
  @Override
  default String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  default void close() {}
}
