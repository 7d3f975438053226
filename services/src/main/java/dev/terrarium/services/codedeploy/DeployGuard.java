package dev.terrarium.services.codedeploy;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Guard;
import dev.terrarium.kernel.Need;
import dev.terrarium.kernel.model.Operation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkPojo;

/// What requests to CodeDeploy need permission for: an application, a group, a configuration. A
/// deployment is its group's.
final class DeployGuard implements Guard {
  private final DeployStore store;

  DeployGuard(DeployStore store) {
    this.store = store;
  }

  @Override
  public List<Need> needs(Call call, Operation operation, SdkPojo request) {
    var given = new HashMap<String, String>();
    var many = new HashMap<String, List<?>>();
    for (var field : request.sdkFields()) {
      switch (field.getValueOrDefault(request)) {
        case String text -> given.put(field.memberName(), text);
        case List<?> list -> many.put(field.memberName(), list);
        case null, default -> {}
      }
    }
    var needs = new ArrayList<Need>();
    for (var arn : arns(call, given, many)) {
      needs.add(Need.of("codedeploy:" + operation.name(), arn, call.account()).with(tags(arn)));
    }
    return needs;
  }

  private List<String> arns(Call call, Map<String, String> given, Map<String, List<?>> many) {
    var scope = call.scope();
    var arn = given.get("resourceArn");
    if (arn != null) {
      return List.of(arn);
    }
    var deployment =
        given.get("deploymentId") == null
            ? null
            : store.deployments.get(DeployKey.of(scope, given.getOrDefault("deploymentId", "")));
    if (deployment != null) {
      var info = deployment.info();
      return List.of(DeployKey.group(scope, info.applicationName(), info.deploymentGroupName()));
    }
    var application = given.get("applicationName");
    var group =
        given.getOrDefault(
            "deploymentGroupName", given.getOrDefault("currentDeploymentGroupName", ""));
    if (application != null) {
      var names = many.getOrDefault("deploymentGroupNames", List.of());
      if (!names.isEmpty()) {
        return names.stream()
            .map(name -> DeployKey.group(scope, application, String.valueOf(name)))
            .toList();
      }
      return List.of(
          group.isEmpty()
              ? DeployKey.application(scope, application)
              : DeployKey.group(scope, application, group));
    }
    var applications = many.getOrDefault("applicationNames", List.of());
    if (!applications.isEmpty()) {
      return applications.stream()
          .map(name -> DeployKey.application(scope, String.valueOf(name)))
          .toList();
    }
    var config = given.get("deploymentConfigName");
    return List.of(config == null ? "*" : scope.arn("codedeploy", "deploymentconfig:" + config));
  }

  private Map<String, List<String>> tags(String arn) {
    var tags = new HashMap<String, List<String>>();
    var found = store.tags.get(arn);
    if (found != null) {
      found.forEach((name, value) -> tags.put("aws:resourcetag/" + name, List.of(value)));
    }
    return tags;
  }
}
