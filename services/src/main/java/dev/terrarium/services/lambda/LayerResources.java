package dev.terrarium.services.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.SimpleResource;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.ResourceType.Resource;
import dev.terrarium.kernel.model.JsonShapes;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.PublishLayerVersionRequest;

/// The resource types of layers.
final class LayerResources {
  private final Cloud cloud;

  LayerResources(Cloud cloud) {
    this.cloud = cloud;
  }

  private LambdaClient lambda() {
    return cloud.client(LambdaClient.class);
  }

  SimpleResource version() {
    return new SimpleResource(
        "AWS::Lambda::LayerVersion",
        LambdaResources.replacing(
            List.of("Content"),
            List.of(
                "LayerName",
                "CompatibleRuntimes",
                "CompatibleArchitectures",
                "Description",
                "LicenseInfo")),
        request -> {
          var builder = JsonShapes.fill(request.properties(), PublishLayerVersionRequest.builder());
          builder.layerName(
              request.properties().path("LayerName").asText(request.generatedName(140)));
          var arn = lambda().publishLayerVersion(builder.build()).layerVersionArn();
          return new Resource(arn, Map.of("LayerVersionArn", Json.tree(arn)));
        },
        (request, current) -> current,
        (request, current) -> {
          var key = LayerStore.key(current.physicalId());
          if (key != null) {
            lambda().deleteLayerVersion(b -> b.layerName(key.name()).versionNumber(key.version()));
          }
          return current;
        },
        new LambdaReadings(cloud).layer());
  }

  SimpleResource permission() {
    return new SimpleResource(
        "AWS::Lambda::LayerVersionPermission",
        LambdaResources.replacing(
            List.of("Action", "LayerVersionArn", "Principal"), List.of("OrganizationId")),
        request -> {
          var p = request.properties();
          var key = layer(p);
          var id = request.generatedName(100);
          lambda()
              .addLayerVersionPermission(b ->
                  b.layerName(key.name())
                      .versionNumber(key.version())
                      .statementId(id)
                      .action(LambdaResources.text(p, "Action"))
                      .principal(LambdaResources.text(p, "Principal"))
                      .organizationId(LambdaResources.text(p, "OrganizationId")));
          return new Resource(key.arn() + "#" + id, Map.of());
        },
        (request, current) -> current,
        (request, current) -> {
          var key = layer(request.properties());
          var id = current.physicalId().substring(current.physicalId().indexOf('#') + 1);
          lambda()
              .removeLayerVersionPermission(
                  b -> b.layerName(key.name()).versionNumber(key.version()).statementId(id));
          return current;
        });
  }

  private static LayerStore.LayerKey layer(JsonNode properties) {
    var key = LayerStore.key(properties.path("LayerVersionArn").asText());
    if (key == null) {
      throw LambdaErrors.noResource();
    }
    return key;
  }
}
