package dev.terrarium.services.cloudformation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.kernel.ResourceType.Property;
import dev.terrarium.kernel.ResourceType.Request;
import dev.terrarium.kernel.ResourceType.Resource;
import dev.terrarium.kernel.SimpleResource;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.services.cloudformation.StackStore.Named;
import dev.terrarium.services.cloudformation.template.TemplateException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `AWS::CodeDeploy::Application`, `DeploymentConfig` and `DeploymentGroup`, as far as updates of
/// aliases need them: there is no CodeDeploy beside, so nothing but Lambda is deployed to.
final class DeploymentTypes {
  private static final String NAMESPACE = "AWS::CodeDeploy::";

  /// `application/<name>`, `config/<name>` and `group/<application>/<name>`: properties as JSON.
  private final Keyspace<Named, String> kept;

  /// Stores into the cloud's store, so any number of these are the same.
  DeploymentTypes(Cloud cloud) {
    this.kept =
        new Keyspace<>(cloud.store(), "cloudformation.deploy", StackStore.NAMED, Codec.STRING);
  }

  List<ResourceType> all() {
    return List.of(
        type(
            "Application",
            List.of(
                Property.of("ApplicationName").replacing(),
                Property.of("ComputePlatform").replacing(),
                Property.of("Tags")),
            "ApplicationName",
            ""),
        type(
            "DeploymentConfig",
            List.of(
                Property.of("ComputePlatform").replacing(),
                Property.of("DeploymentConfigName").replacing(),
                Property.of("TrafficRoutingConfig").replacing()),
            "DeploymentConfigName",
            ""),
        type(
            "DeploymentGroup",
            List.of(
                Property.of("AlarmConfiguration"),
                Property.of("ApplicationName").mandatory().replacing(),
                Property.of("AutoRollbackConfiguration"),
                Property.of("DeploymentConfigName"),
                Property.of("DeploymentGroupName").replacing(),
                Property.of("DeploymentStyle"),
                Property.of("ServiceRoleArn").mandatory(),
                Property.of("Tags")),
            "DeploymentGroupName",
            "ApplicationName"));
  }

  private ResourceType type(
      String kind, List<Property> properties, String nameProperty, String owner) {
    return new SimpleResource(
        NAMESPACE + kind,
        properties,
        request -> {
          var name = request.properties().path(nameProperty).asText(request.generatedName(100));
          put(kind, owner, request, name);
          return new Resource(name, Map.of());
        },
        (request, current) -> {
          put(kind, owner, request, current.physicalId());
          return current;
        },
        (request, current) -> {
          kept.delete(key(kind, owner, request, current.physicalId()));
          return current;
        });
  }

  private void put(String kind, String owner, Request request, String name) {
    var platform = request.properties().path("ComputePlatform").asText("Lambda");
    if (!platform.equals("Lambda")) {
      throw Errors.of(
          501, "NotImplemented", "Terrarium deploys to the platform Lambda, not to " + platform);
    }
    if (!owner.isEmpty() && get("Application", request.properties().path(owner).asText()) == null) {
      throw noApplication(request.properties().path(owner).asText());
    }
    kept.put(key(kind, owner, request, name), Json.write(request.properties()));
  }

  private static TemplateException noApplication(String name) {
    return new TemplateException("No application found for name: " + name);
  }

  private static Named key(String kind, String owner, Request request, String name) {
    var prefix = owner.isEmpty() ? "" : request.properties().path(owner).asText() + "/";
    return Named.of(Call.current().scope(), kind + "/" + prefix + name);
  }

  private @Nullable JsonNode get(String kind, String name) {
    var text = kept.get(Named.of(Call.current().scope(), kind + "/" + name));
    return text == null ? null : Json.parse(text);
  }

  /// A part of the traffic that goes to the new version from a time on.
  ///
  /// @param minute since the deployment began
  record Step(int minute, int percent) {}

  /// How a group shifts traffic, but for the end, when everything has been shifted.
  ///
  /// @throws TemplateException if the group is not there
  List<Step> steps(String application, String group) {
    var found = group(application, group);
    var name = found.path("DeploymentConfigName").asText("CodeDeployDefault.LambdaAllAtOnce");
    if (name.endsWith("AllAtOnce")) {
      return List.of();
    }
    var own = get("DeploymentConfig", name);
    if (own != null) {
      return steps(own.path("TrafficRoutingConfig"));
    }
    var canary = name.matches("CodeDeployDefault\\.LambdaCanary10Percent\\d+Minutes");
    var linear = name.matches("CodeDeployDefault\\.LambdaLinear10PercentEvery\\d+Minutes?");
    if (!canary && !linear) {
      throw new TemplateException("No deployment configuration found for name: " + name);
    }
    var minutes = Integer.parseInt(name.replaceFirst("\\D+10Percent\\D*(\\d+)Minutes?", "$1"));
    return spread(10, minutes, linear);
  }

  /// The alarms that stop a group's deployments.
  List<String> alarms(String application, String group) {
    var alarms = group(application, group).path("AlarmConfiguration");
    var names = new ArrayList<String>();
    if (alarms.path("Enabled").asBoolean()) {
      alarms.path("Alarms").forEach(alarm -> names.add(alarm.path("Name").asText()));
    }
    return names;
  }

  private JsonNode group(String application, String name) {
    if (get("Application", application) == null) {
      throw noApplication(application);
    }
    var found = get("DeploymentGroup", application + "/" + name);
    if (found == null) {
      throw new TemplateException("No Deployment Group found for name: " + name);
    }
    return found;
  }

  private static List<Step> steps(JsonNode routing) {
    return switch (routing.path("Type").asText("AllAtOnce")) {
      case "TimeBasedCanary" -> {
        var canary = routing.path("TimeBasedCanary");
        yield spread(
            canary.path("CanaryPercentage").asInt(), canary.path("CanaryInterval").asInt(), false);
      }
      case "TimeBasedLinear" -> {
        var linear = routing.path("TimeBasedLinear");
        yield spread(
            linear.path("LinearPercentage").asInt(), linear.path("LinearInterval").asInt(), true);
      }
      default -> List.of();
    };
  }

  /// The last step is the whole, so that everything before is a part.
  private static List<Step> spread(int percent, int minutes, boolean again) {
    var steps = new ArrayList<Step>();
    var part = Math.clamp(percent, 1, 99);
    int minute = 0;
    for (int sum = part; sum < 100; sum += part) {
      steps.add(new Step(minute, sum));
      minute += minutes;
      if (!again) {
        break;
      }
    }
    steps.add(new Step(minute, 100));
    return steps;
  }
}
