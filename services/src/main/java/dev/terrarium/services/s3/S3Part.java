package dev.terrarium.services.s3;

import software.amazon.awssdk.services.s3.S3Client;

/// A class that serves some of S3's operations.
interface S3Part extends S3Client {
  @Override
  default String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  default void close() {}
}
