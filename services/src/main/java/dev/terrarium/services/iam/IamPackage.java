package dev.terrarium.services.iam;

import dev.terrarium.kernel.Authoriser;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.kernel.ServicePackage;
import java.util.List;

/// IAM as Terrarium finds it.
public final class IamPackage implements ServicePackage {
  @Override
  public String name() {
    return "iam";
  }

  @Override
  public String clientInterface() {
    return "software.amazon.awssdk.services.iam.IamClient";
  }

  @Override
  public List<?> open(Cloud cloud) {
    var store = new IamStore(cloud);
    cloud.credentials().add(name(), new AccessKeys(store));
    var policies = new IamPolicies(store);
    return List.of(
        new IamRoles(store),
        new IamUsers(store),
        new IamGroups(store),
        policies,
        new IamPolicyTags(store, policies),
        new IamAttachments(store),
        new IamInlinePolicies(store),
        new IamInstanceProfiles(store),
        new IamAccessKeys(store),
        new IamProviders(store),
        new IamAccount(store),
        new IamSimulation(store));
  }

  @Override
  public Authoriser authoriser(Cloud cloud) {
    return new IamAuthoriser(cloud);
  }

  @Override
  public List<ResourceType> resourceTypes(Cloud cloud) {
    return IamResourceTypes.all(cloud);
  }
}
