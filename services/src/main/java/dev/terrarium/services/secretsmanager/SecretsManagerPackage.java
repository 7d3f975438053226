package dev.terrarium.services.secretsmanager;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.kernel.ServicePackage;
import java.util.List;

/// AWS Secrets Manager.
public final class SecretsManagerPackage implements ServicePackage {
  @Override
  public String name() {
    return "secretsmanager";
  }

  @Override
  public String clientInterface() {
    return "software.amazon.awssdk.services.secretsmanager.SecretsManagerClient";
  }

  @Override
  public List<?> open(Cloud cloud) {
    var secrets = new Secrets(cloud);
    var rotator = new Rotator(secrets);
    var definitions = new SecretDefinitions(secrets);
    rotator.start();
    definitions.start();
    return List.of(
        definitions,
        new SecretValues(secrets),
        new SecretStages(secrets),
        new SecretListings(secrets),
        new SecretRotations(secrets, rotator),
        new SecretReplication(secrets),
        new SecretPolicies(secrets),
        new SecretTags(secrets),
        new SecretPasswords(secrets),
        new SecretsGuard(secrets));
  }

  @Override
  public List<ResourceType> resourceTypes(Cloud cloud) {
    return new SecretResources(cloud).all();
  }
}
