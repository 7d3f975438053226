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
    var mfa = new IamMfa(store);
    var certificates = new IamCertificates(store);
    var userKeys = new IamUserKeys(store);
    return List.of(
        new IamRoles(store),
        new IamUsers(store, user -> leftOf(user, mfa, certificates, userKeys)),
        mfa,
        certificates,
        userKeys,
        new IamReports(store, mfa),
        new IamProviderTags(store),
        new IamGroups(store),
        policies,
        new IamPolicyTags(store, policies),
        new IamAttachments(store),
        new IamInlinePolicies(store),
        new IamInstanceProfiles(store),
        new IamAccessKeys(store),
        new IamProviders(store),
        new IamAccount(store),
        new IamLogins(store),
        new IamSimulation(store));
  }

  /// What must be taken from a user before it can be deleted, or empty.
  private static String leftOf(
      String user, IamMfa mfa, IamCertificates certificates, IamUserKeys keys) {
    if (!mfa.of(user).isEmpty()) {
      return "Cannot delete entity, must delete MFA device first.";
    } else if (certificates.hasSigning(user)) {
      return "Cannot delete entity, must delete signing certificate first.";
    } else if (keys.hasKeys(user)) {
      return "Cannot delete entity, must delete SSH public key first.";
    } else if (keys.hasCredentials(user)) {
      return "Cannot delete entity, must delete service specific credentials first.";
    }
    return "";
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
