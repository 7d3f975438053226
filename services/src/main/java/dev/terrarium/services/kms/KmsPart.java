package dev.terrarium.services.kms;

import software.amazon.awssdk.services.kms.KmsClient;

/// What all parts of the service have in common.
abstract class KmsPart implements KmsClient {
  final Keys keys;

  KmsPart(Keys keys) {
    this.keys = keys;
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
