package dev.terrarium.services.sqs;

import software.amazon.awssdk.services.sqs.SqsClient;

/// A class that serves some of SQS's operations.
interface SqsPart extends SqsClient {
  @Override
  default String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  default void close() {}
}
