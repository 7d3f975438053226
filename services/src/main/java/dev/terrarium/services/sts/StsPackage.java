package dev.terrarium.services.sts;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.ServicePackage;
import java.util.List;

/// STS as Terrarium finds it.
public final class StsPackage implements ServicePackage {
  @Override
  public String name() {
    return "sts";
  }

  @Override
  public String clientInterface() {
    return "software.amazon.awssdk.services.sts.StsClient";
  }

  @Override
  public List<?> open(Cloud cloud) {
    var sessions = new Sessions(cloud);
    cloud.credentials().add(name(), sessions);
    var roles = new RoleDirectory(cloud);
    return List.of(
        new StsService(cloud, sessions, roles),
        new StsFederation(cloud, sessions, roles),
        new StsGuard(roles));
  }
}
