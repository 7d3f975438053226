package dev.terrarium.services.codedeploy;

import software.amazon.awssdk.services.codedeploy.CodeDeployClient;

/// What all parts of the service have in common.
abstract class DeployPart implements CodeDeployClient {
  final DeployStore store;

  DeployPart(DeployStore store) {
    this.store = store;
  }

  @Override
  public final String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public final void close() {}
}
