package dev.terrarium.services.cloudformation.sam;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import java.util.List;
import java.util.Set;

/// `DeploymentPreference`: a function's alias goes to a new version in steps, by a deployment group
/// of CodeDeploy. All functions share one application and, unless they name their own, one role.
final class SamDeployment {
  private static final String APPLICATION = "ServerlessDeploymentApplication";
  private static final String ROLE = "CodeDeployServiceRole";

  /// Those that CodeDeploy brings, without `CodeDeployDefault.Lambda`.
  private static final Set<String> CONFIGURATIONS =
      Set.of(
          "AllAtOnce",
          "Canary10Percent5Minutes",
          "Canary10Percent10Minutes",
          "Canary10Percent15Minutes",
          "Canary10Percent30Minutes",
          "Linear10PercentEvery1Minute",
          "Linear10PercentEvery2Minutes",
          "Linear10PercentEvery3Minutes",
          "Linear10PercentEvery10Minutes");

  private final SamTransform transform;
  private final String function;
  private final JsonNode preference;

  SamDeployment(SamTransform transform, String function, JsonNode preference) {
    this.transform = transform;
    this.function = function;
    this.preference = transform.values().in(preference);
  }

  /// Whether there is anything to it: functions that are hooks say that there is not.
  static boolean isEnabled(JsonNode preference) {
    return !preference.has("Enabled") || preference.get("Enabled").asBoolean();
  }

  /// Has the function's alias deployed by a group, which is made.
  void apply(ObjectNode alias) {
    if (!isEnabled(preference)) {
      return;
    }
    if (!preference.has("Type")) {
      throw SamErrors.resource(
          function, "'DeploymentPreference' is missing required Property 'Type'");
    }
    share(APPLICATION, "AWS::CodeDeploy::Application", Trees.object("ComputePlatform", "Lambda"));
    var group = function + "DeploymentGroup";
    transform.add(group, "AWS::CodeDeploy::DeploymentGroup", group(), alias);
    var update =
        Trees.object(
            "ApplicationName", Trees.ref(APPLICATION), "DeploymentGroupName", Trees.ref(group));
    var hooks = preference.path("Hooks");
    if (hooks.has("PreTraffic")) {
      update.set("BeforeAllowTrafficHook", hooks.get("PreTraffic"));
    }
    if (hooks.has("PostTraffic")) {
      update.set("AfterAllowTrafficHook", hooks.get("PostTraffic"));
    }
    alias.set("UpdatePolicy", Trees.object("CodeDeployLambdaAliasUpdate", update));
  }

  private ObjectNode group() {
    var group =
        Trees.object(
            "ApplicationName",
            Trees.ref(APPLICATION),
            "AutoRollbackConfiguration",
            Trees.object(
                "Enabled",
                true,
                "Events",
                List.of(
                    "DEPLOYMENT_FAILURE",
                    "DEPLOYMENT_STOP_ON_ALARM",
                    "DEPLOYMENT_STOP_ON_REQUEST")),
            "DeploymentConfigName",
            configuration(preference.get("Type")),
            "DeploymentStyle",
            Trees.object(
                "DeploymentType", "BLUE_GREEN", "DeploymentOption", "WITH_TRAFFIC_CONTROL"),
            "ServiceRoleArn",
            role());
    var alarms = preference.path("Alarms");
    if (!alarms.isEmpty()) {
      var names = Json.array();
      alarms.forEach(alarm -> names.add(Trees.object("Name", alarm)));
      group.set("AlarmConfiguration", Trees.object("Enabled", true, "Alarms", names));
    }
    Trees.copy(preference, group, "TriggerConfigurations");
    return group;
  }

  private static JsonNode configuration(JsonNode type) {
    if (!CONFIGURATIONS.contains(type.asText())) {
      return type;
    }
    return Json.object()
        .set(
            "Fn::Sub",
            Trees.list(
                Trees.text("CodeDeployDefault.Lambda${ConfigName}"),
                Trees.object("ConfigName", type)));
  }

  private JsonNode role() {
    if (preference.has("Role")) {
      return preference.get("Role");
    }
    var statement =
        Trees.object(
            "Action",
            List.of("sts:AssumeRole"),
            "Effect",
            "Allow",
            "Principal",
            Trees.object("Service", List.of("codedeploy.amazonaws.com")));
    share(
        ROLE,
        "AWS::IAM::Role",
        Trees.object(
            "AssumeRolePolicyDocument",
            Trees.object("Version", "2012-10-17", "Statement", Trees.list(statement)),
            "ManagedPolicyArns",
            Trees.list(
                Trees.sub(
                    "arn:${AWS::Partition}:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited"))));
    return Trees.attribute(ROLE, "Arn");
  }

  private void share(String id, String type, ObjectNode properties) {
    if (transform.resource(id) == null) {
      transform.add(id, type, properties, Json.object());
    }
  }
}
