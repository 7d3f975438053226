package dev.terrarium.services.sts;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Guard;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Need;
import dev.terrarium.kernel.model.Operation;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;

/// What requests to STS need permission for: to assume a role one needs its trust, whoever one is.
final class StsGuard implements Guard {
  private final RoleDirectory roles;

  StsGuard(RoleDirectory roles) {
    this.roles = roles;
  }

  @Override
  public List<Need> needs(Call call, Operation operation, SdkPojo request) {
    if (operation.name().equals("AssumeRoleWithWebIdentity")) {
      return List.of(); // The token is the proof, and the trust policy is asked with its claims.
    }
    if (!(request instanceof AssumeRoleRequest asked) || asked.roleArn() == null) {
      return List.of(Need.of("sts:" + operation.name(), "*", call.account()));
    }
    var role = roles.find(asked.roleArn(), call.region());
    if (role == null) {
      // Only what may be anything is needed, so that the refusal does not tell what is there.
      return List.of(Need.of("sts:AssumeRole", asked.roleArn(), "nobody").strictly());
    }
    var owner = asked.roleArn().split(":", 6)[4];
    var trust =
        Json.parse(URLDecoder.decode(role.assumeRolePolicyDocument(), StandardCharsets.UTF_8));
    var context = context(asked);
    var needs = new ArrayList<Need>();
    for (var action : actions(asked)) {
      needs.add(Need.of("sts:" + action, role.arn(), owner).under(trust).strictly().with(context));
    }
    return needs;
  }

  private static List<String> actions(AssumeRoleRequest asked) {
    var actions = new ArrayList<>(List.of("AssumeRole"));
    if (!asked.tags().isEmpty()) {
      actions.add("TagSession");
    }
    if (asked.sourceIdentity() != null) {
      actions.add("SetSourceIdentity");
    }
    return actions;
  }

  private static Map<String, List<String>> context(AssumeRoleRequest asked) {
    var keys = new HashMap<String, List<String>>();
    if (asked.externalId() != null) {
      keys.put("sts:externalid", List.of(asked.externalId()));
    }
    if (asked.roleSessionName() != null) {
      keys.put("sts:rolesessionname", List.of(asked.roleSessionName()));
    }
    if (asked.sourceIdentity() != null) {
      keys.put("sts:sourceidentity", List.of(asked.sourceIdentity()));
    }
    if (!asked.transitiveTagKeys().isEmpty()) {
      keys.put("sts:transitivetagkeys", asked.transitiveTagKeys());
    }
    for (var tag : asked.tags()) {
      keys.put("aws:requesttag/" + tag.key().toLowerCase(Locale.ROOT), List.of(tag.value()));
    }
    if (!asked.tags().isEmpty()) {
      keys.put("aws:tagkeys", asked.tags().stream().map(tag -> tag.key()).toList());
    }
    return keys;
  }
}
