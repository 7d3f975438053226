package dev.terrarium.services.sts;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Principal;
import dev.terrarium.kernel.Scope;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.NoSuchEntityException;
import software.amazon.awssdk.services.iam.model.Role;

/// The roles of all accounts, asked for in STS's own name.
final class RoleDirectory {
  private final Cloud cloud;

  RoleDirectory(Cloud cloud) {
    this.cloud = cloud;
  }

  /// The role of an ARN, or null.
  @Nullable Role find(String text, String region) {
    var arn = Arn.of(text).orElse(null);
    if (arn == null
        || !arn.service().equals("iam")
        || !arn.resource().startsWith("role/")
        || !arn.account().matches("\\d{12}")) {
      return null;
    }
    var name = arn.resource().substring(arn.resource().lastIndexOf('/') + 1);
    var scope = new Scope(arn.account(), region);
    try {
      var role =
          cloud
              .client(IamClient.class, scope, Principal.service(arn.account(), "sts.amazonaws.com"))
              .getRole(get -> get.roleName(name))
              .role();
      return role.arn().equals(text) ? role : null;
    } catch (NoSuchEntityException e) {
      return null;
    } catch (IllegalArgumentException e) {
      throw Errors.of(
          501, "NotImplemented", "AssumeRole needs IAM, which is not there: " + e.getMessage());
    }
  }
}
