package dev.terrarium.services.lambda;

import software.amazon.awssdk.services.lambda.LambdaClient;

/// A class that serves some of Lambda's operations.
interface LambdaPart extends LambdaClient {
  @Override
  default String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  default void close() {}
}
