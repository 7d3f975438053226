package dev.terrarium.services.ssm;

import software.amazon.awssdk.services.ssm.SsmClient;

/// What all parts of the service have in common.
abstract class SsmPart implements SsmClient {
  final Parameters parameters;

  SsmPart(Parameters parameters) {
    this.parameters = parameters;
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
