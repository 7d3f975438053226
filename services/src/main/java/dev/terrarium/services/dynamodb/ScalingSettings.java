package dev.terrarium.services.dynamodb;

import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.model.JsonShapes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AutoScalingPolicyDescription;
import software.amazon.awssdk.services.dynamodb.model.AutoScalingSettingsDescription;
import software.amazon.awssdk.services.dynamodb.model.AutoScalingSettingsUpdate;

/// How one dimension of a table is to scale, as a setting of the table: the description that AWS
/// shows, in JSON.
final class ScalingSettings {
  static final String PREFIX = "scaling:";

  private static final AutoScalingSettingsDescription OFF =
      AutoScalingSettingsDescription.builder()
          .autoScalingDisabled(true)
          .scalingPolicies(List.of())
          .build();

  private ScalingSettings() {}

  /// What is shown of a setting, or of none. The role is always that of the service itself.
  static AutoScalingSettingsDescription show(@Nullable String setting, String account) {
    return setting == null
        ? OFF
        : JsonShapes.fill(Json.parse(setting), AutoScalingSettingsDescription.builder())
            .autoScalingRoleArn(
                "arn:aws:iam::"
                    + account
                    + ":role/aws-service-role/dynamodb.application-autoscaling.amazonaws.com/"
                    + "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable")
            .build();
  }

  /// The setting of an update that was checked.
  ///
  /// @param policyName the name of the policy, if it is given none
  static String of(AutoScalingSettingsUpdate update, String policyName) {
    var given = update.scalingPolicyUpdate();
    var target = given.targetTrackingScalingPolicyConfiguration();
    var policy =
        AutoScalingPolicyDescription.builder()
            .policyName(given.policyName() == null ? policyName : given.policyName())
            .targetTrackingScalingPolicyConfiguration(t ->
                t.disableScaleIn(target.disableScaleIn())
                    .scaleInCooldown(target.scaleInCooldown())
                    .scaleOutCooldown(target.scaleOutCooldown())
                    .targetValue(target.targetValue()))
            .build();
    var shown =
        AutoScalingSettingsDescription.builder()
            .minimumUnits(update.minimumUnits())
            .maximumUnits(update.maximumUnits())
            .scalingPolicies(policy)
            .build();
    return Json.write(JsonShapes.tree(shown));
  }

  /// An update switches off and says nothing else, or says everything.
  static void check(AutoScalingSettingsUpdate update, String table) {
    var given = new ArrayList<String>();
    var missing = new ArrayList<String>();
    (update.minimumUnits() == null ? missing : given).add("MinimumUnits");
    (update.maximumUnits() == null ? missing : given).add("MaximumUnits");
    (update.scalingPolicyUpdate() == null ? missing : given).add("ScalingPolicyUpdate");
    if (Boolean.TRUE.equals(update.autoScalingDisabled())) {
      if (!given.isEmpty()) {
        throw DynamoErrors.validation(
            failure(
                table,
                ": Parameters '"
                    + String.join(", ", given)
                    + "' must be left blank when disabling auto scaling."));
      }
      return;
    }
    if (!missing.isEmpty()) {
      throw DynamoErrors.validation(
          failure(
              table,
              ": Parameters '"
                  + String.join(", ", missing)
                  + "' are required unless auto scaling is being disabled."));
    }
    var target = update.scalingPolicyUpdate().targetTrackingScalingPolicyConfiguration();
    new DynamoConstraints()
        .atLeast("minimumUnits", update.minimumUnits(), 1)
        .atLeast("maximumUnits", update.maximumUnits(), 1)
        .required("scalingPolicyUpdate.targetTrackingScalingPolicyConfiguration", target)
        .required(
            "scalingPolicyUpdate.targetTrackingScalingPolicyConfiguration.targetValue",
            target == null ? null : target.targetValue())
        .check();
  }

  static String failure(String table, String why) {
    return "Failed to update settings for global table with name: ‘" + table + "’" + why;
  }
}
