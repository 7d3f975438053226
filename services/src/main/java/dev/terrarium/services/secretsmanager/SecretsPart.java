package dev.terrarium.services.secretsmanager;

import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/// What all parts of the service have in common.
abstract class SecretsPart implements SecretsManagerClient {
  final Secrets secrets;

  SecretsPart(Secrets secrets) {
    this.secrets = secrets;
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
