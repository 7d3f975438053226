package dev.terrarium.services.iam;

import software.amazon.awssdk.services.iam.IamClient;

/// A class that serves some of IAM's operations.
interface IamPart extends IamClient {
  @Override
  default String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  default void close() {}
}
