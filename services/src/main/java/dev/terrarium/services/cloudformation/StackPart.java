package dev.terrarium.services.cloudformation;

import software.amazon.awssdk.services.cloudformation.CloudFormationClient;

/// A class that serves some of CloudFormation's operations.
interface StackPart extends CloudFormationClient {
  @Override
  default String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  default void close() {}
}
