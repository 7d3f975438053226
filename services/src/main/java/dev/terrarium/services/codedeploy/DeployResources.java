package dev.terrarium.services.codedeploy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.kernel.ResourceType.Property;
import dev.terrarium.kernel.ResourceType.Request;
import dev.terrarium.kernel.ResourceType.Resource;
import dev.terrarium.kernel.SimpleResource;
import dev.terrarium.kernel.model.JsonShapes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import software.amazon.awssdk.services.codedeploy.CodeDeployClient;
import software.amazon.awssdk.services.codedeploy.model.CreateDeploymentConfigRequest;
import software.amazon.awssdk.services.codedeploy.model.CreateDeploymentGroupRequest;
import software.amazon.awssdk.services.codedeploy.model.Tag;
import software.amazon.awssdk.services.codedeploy.model.UpdateDeploymentGroupRequest;

/// `AWS::CodeDeploy::Application`, `DeploymentConfig` and `DeploymentGroup`. A group's `Deployment`
/// is for instances and not here.
final class DeployResources {
  private static final String APPLICATION = "ApplicationName";
  private static final String CONFIG = "DeploymentConfigName";
  private static final String GROUP = "DeploymentGroupName";
  private static final int NAME_LENGTH_MAX = 100;

  private final Cloud cloud;
  private final DeployReadings readings;

  DeployResources(Cloud cloud) {
    this.cloud = cloud;
    this.readings = new DeployReadings(cloud);
  }

  List<ResourceType> all() {
    return List.of(application(), config(), group());
  }

  private CodeDeployClient deploy() {
    return cloud.client(CodeDeployClient.class);
  }

  private static Resource named(String name) {
    return new Resource(name, Map.of());
  }

  private static String name(Request request, String property) {
    return request.properties().path(property).asText(request.generatedName(NAME_LENGTH_MAX));
  }

  private static List<Tag> tags(Request request) {
    var tags = new LinkedHashMap<>(request.tags());
    for (var tag : request.properties().path("Tags")) {
      tags.put(tag.path("Key").asText(), tag.path("Value").asText());
    }
    return tags.entrySet().stream()
        .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
        .toList();
  }

  private void retag(String arn, Request request) {
    var wanted = tags(request);
    var keys = wanted.stream().map(Tag::key).toList();
    var gone =
        deploy().listTagsForResource(l -> l.resourceArn(arn)).tags().stream()
            .map(Tag::key)
            .filter(key -> !keys.contains(key))
            .toList();
    if (!gone.isEmpty()) {
      deploy().untagResource(u -> u.resourceArn(arn).tagKeys(gone));
    }
    if (!wanted.isEmpty()) {
      deploy().tagResource(t -> t.resourceArn(arn).tags(wanted));
    }
  }

  private ResourceType application() {
    return new SimpleResource(
            "AWS::CodeDeploy::Application",
            List.of(
                Property.of(APPLICATION).replacing(),
                Property.of("ComputePlatform").replacing(),
                Property.of("Tags")),
            request -> {
              var name = name(request, APPLICATION);
              var platform = request.properties().path("ComputePlatform").asText("Server");
              deploy()
                  .createApplication(
                      c -> c.applicationName(name).computePlatform(platform).tags(tags(request)));
              return named(name);
            },
            (request, current) -> {
              retag(DeployKey.application(Call.current().scope(), current.physicalId()), request);
              return current;
            },
            (request, current) -> {
              deploy().deleteApplication(d -> d.applicationName(current.physicalId()));
              return current;
            })
        .reading(readings.application());
  }

  private ResourceType config() {
    return new SimpleResource(
            "AWS::CodeDeploy::DeploymentConfig",
            Stream.of(
                    "ComputePlatform",
                    CONFIG,
                    "MinimumHealthyHosts",
                    "TrafficRoutingConfig",
                    "ZonalConfig")
                .map(name -> Property.of(name).replacing())
                .toList(),
            request -> {
              var name = name(request, CONFIG);
              deploy()
                  .createDeploymentConfig(
                      JsonShapes.fill(request.properties(), CreateDeploymentConfigRequest.builder())
                          .deploymentConfigName(name)
                          .build());
              return named(name);
            },
            (request, current) -> current,
            (request, current) -> {
              deploy().deleteDeploymentConfig(d -> d.deploymentConfigName(current.physicalId()));
              return current;
            })
        .reading(readings.config());
  }

  private ResourceType group() {
    var properties =
        Stream.concat(
                Stream.of(
                    Property.of(APPLICATION).mandatory().replacing(),
                    Property.of(GROUP).replacing(),
                    Property.of("ServiceRoleArn").mandatory(),
                    Property.of("Tags")),
                DeployReadings.GROUP.stream().map(Property::of))
            .toList();
    return new SimpleResource(
            "AWS::CodeDeploy::DeploymentGroup",
            properties,
            request -> {
              var name = name(request, GROUP);
              deploy()
                  .createDeploymentGroup(
                      JsonShapes.fill(
                              shaped(request.properties()), CreateDeploymentGroupRequest.builder())
                          .deploymentGroupName(name)
                          .tags(tags(request))
                          .build());
              return named(name);
            },
            (request, current) -> {
              update(request, current.physicalId());
              return current;
            },
            (request, current) -> {
              deploy()
                  .deleteDeploymentGroup(d ->
                      d.applicationName(request.properties().path(APPLICATION).asText())
                          .deploymentGroupName(current.physicalId()));
              return current;
            })
        .reading(readings.group());
  }

  /// What a template does not name any more is as if it had never done so.
  private void update(Request request, String name) {
    var properties = shaped(request.properties());
    var application = properties.path(APPLICATION).asText();
    for (var part : List.of("AlarmConfiguration", "AutoRollbackConfiguration")) {
      if (!properties.has(part)) {
        properties.putObject(part).put("Enabled", false);
      }
    }
    if (!properties.has("TriggerConfigurations")) {
      properties.putArray("TriggerConfigurations");
    }
    if (!properties.has(CONFIG)) {
      var platform =
          deploy()
              .getApplication(g -> g.applicationName(application))
              .application()
              .computePlatform();
      properties.put(CONFIG, PredefinedConfigs.of(platform));
    }
    deploy()
        .updateDeploymentGroup(
            JsonShapes.fill(properties, UpdateDeploymentGroupRequest.builder())
                .currentDeploymentGroupName(name)
                .build());
    retag(DeployKey.group(Call.current().scope(), application, name), request);
  }

  /// The properties, with sets of tags as the API has them: lists of lists.
  private static ObjectNode shaped(ObjectNode properties) {
    var shaped = properties.deepCopy();
    for (var name : List.of("Ec2TagSet", "OnPremisesTagSet")) {
      var lists = Json.array();
      for (var list : shaped.path(name).path(name + "List")) {
        lists.add(list.path(name.replace("TagSet", "TagGroup")));
      }
      if (!lists.isEmpty()) {
        shaped.putObject(name).set(name + "List", lists);
      }
    }
    return shaped;
  }
}
