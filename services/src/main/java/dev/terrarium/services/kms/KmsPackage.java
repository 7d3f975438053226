package dev.terrarium.services.kms;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.kernel.ServicePackage;
import java.util.List;

/// AWS Key Management Service.
public final class KmsPackage implements ServicePackage {
  @Override
  public String name() {
    return "kms";
  }

  @Override
  public String clientInterface() {
    return "software.amazon.awssdk.services.kms.KmsClient";
  }

  @Override
  public List<?> open(Cloud cloud) {
    var keys = new Keys(cloud);
    var rotations = new KmsRotations(keys);
    var lifecycle = new KmsLifecycle(keys);
    var imports = new KmsImports(keys);
    rotations.start();
    lifecycle.start();
    imports.start();
    return List.of(
        new KmsKeys(keys),
        lifecycle,
        new KmsAliases(keys),
        new KmsPolicies(keys),
        new KmsTags(keys),
        new KmsEncryption(keys),
        new KmsDataKeys(keys),
        new KmsSigning(keys),
        new KmsMacs(keys),
        new KmsGrants(keys),
        rotations,
        imports,
        new KmsReplicas(keys),
        new KmsGuard(keys));
  }

  @Override
  public List<ResourceType> resourceTypes(Cloud cloud) {
    return new KmsResources(cloud).all();
  }
}
