package dev.terrarium.services.glue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.kernel.ResourceType.Property;
import dev.terrarium.kernel.ResourceType.Request;
import dev.terrarium.kernel.ResourceType.Resource;
import dev.terrarium.kernel.SimpleResource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.glue.model.RegistryId;
import software.amazon.awssdk.services.glue.model.SchemaVersionStatus;

/// `AWS::Glue::Registry`, `AWS::Glue::Schema` and `AWS::Glue::SchemaVersion`.
final class SchemaResources {
  private static final String DESCRIPTION = "Description";

  private final Cloud cloud;

  SchemaResources(Cloud cloud) {
    this.cloud = cloud;
  }

  List<ResourceType> all() {
    return List.of(registry(), schema(), version());
  }

  private GlueClient glue() {
    return cloud.client(GlueClient.class);
  }

  private static Map<String, String> tags(Request request) {
    var tags = new HashMap<>(request.tags());
    for (var tag : request.properties().path("Tags")) {
      tags.put(tag.path("Key").asText(), tag.path("Value").asText());
    }
    return tags;
  }

  private void retag(Request request, String arn) {
    var wanted = tags(request);
    var gone = new ArrayList<>(glue().getTags(r -> r.resourceArn(arn)).tags().keySet());
    gone.removeAll(wanted.keySet());
    if (!gone.isEmpty()) {
      glue().untagResource(r -> r.resourceArn(arn).tagsToRemove(gone));
    }
    if (!wanted.isEmpty()) {
      glue().tagResource(r -> r.resourceArn(arn).tagsToAdd(wanted));
    }
  }

  private static @Nullable String text(ObjectNode p, String name) {
    return p.has(name) ? p.get(name).asText() : null;
  }

  private ResourceType registry() {
    return new SimpleResource(
        "AWS::Glue::Registry",
        List.of(
            Property.of("Name").mandatory().replacing(),
            Property.of(DESCRIPTION),
            Property.of("Tags")),
        request -> {
          var p = request.properties();
          var made =
              glue()
                  .createRegistry(r ->
                      r.registryName(text(p, "Name"))
                          .description(text(p, DESCRIPTION))
                          .tags(tags(request)));
          return resource(made.registryArn(), Map.of());
        },
        (request, current) -> {
          var p = request.properties();
          glue()
              .updateRegistry(r ->
                  r.registryId(i -> i.registryArn(current.physicalId()))
                      .description(p.path(DESCRIPTION).asText("")));
          retag(request, current.physicalId());
          return current;
        },
        (request, current) ->
            GlueResources.without(
                current,
                () ->
                    glue()
                        .deleteRegistry(
                            r -> r.registryId(i -> i.registryArn(current.physicalId())))));
  }

  private static Resource resource(String arn, Map<String, JsonNode> more) {
    var attributes = new HashMap<String, JsonNode>(more);
    attributes.put("Arn", Json.tree(arn));
    return new Resource(arn, attributes);
  }

  private ResourceType schema() {
    return new SimpleResource(
        "AWS::Glue::Schema",
        List.of(
            Property.of("Registry").replacing(),
            Property.of("Name").mandatory().replacing(),
            Property.of("DataFormat").mandatory().replacing(),
            Property.of("SchemaDefinition").replacing(),
            Property.of("Compatibility").mandatory(),
            Property.of(DESCRIPTION),
            Property.of("CheckpointVersion"),
            Property.of("Tags")),
        request -> {
          var p = request.properties();
          var registry = p.path("Registry");
          var made =
              glue()
                  .createSchema(r ->
                      r.registryId(
                              RegistryId.builder()
                                  .registryArn(registry.path("Arn").asText(null))
                                  .registryName(registry.path("Name").asText(null))
                                  .build())
                          .schemaName(text(p, "Name"))
                          .dataFormat(text(p, "DataFormat"))
                          .schemaDefinition(text(p, "SchemaDefinition"))
                          .compatibility(text(p, "Compatibility"))
                          .description(text(p, DESCRIPTION))
                          .tags(tags(request)));
          var first = made.schemaVersionId() == null ? "" : made.schemaVersionId();
          return resource(made.schemaArn(), Map.of("InitialSchemaVersionId", Json.tree(first)));
        },
        (request, current) -> {
          var p = request.properties();
          var checkpoint = p.path("CheckpointVersion");
          var number = checkpoint.path("VersionNumber");
          glue()
              .updateSchema(r ->
                  r.schemaId(i -> i.schemaArn(current.physicalId()))
                      .compatibility(text(p, "Compatibility"))
                      .description(p.path(DESCRIPTION).asText(""))
                      .schemaVersionNumber(v ->
                          v.latestVersion(number.isMissingNode())
                              .versionNumber(number.isMissingNode() ? null : number.asLong())));
          retag(request, current.physicalId());
          return current;
        },
        (request, current) ->
            GlueResources.without(
                current,
                () ->
                    glue().deleteSchema(r -> r.schemaId(i -> i.schemaArn(current.physicalId())))));
  }

  private ResourceType version() {
    return new SimpleResource(
        "AWS::Glue::SchemaVersion",
        List.of(
            Property.of("Schema").mandatory().replacing(),
            Property.of("SchemaDefinition").mandatory().replacing()),
        request -> {
          var p = request.properties();
          var schema = p.path("Schema");
          var made =
              glue()
                  .registerSchemaVersion(r ->
                      r.schemaId(i ->
                              i.schemaArn(schema.path("SchemaArn").asText(null))
                                  .schemaName(schema.path("SchemaName").asText(null))
                                  .registryName(schema.path("RegistryName").asText(null)))
                          .schemaDefinition(text(p, "SchemaDefinition")));
          if (made.status() == SchemaVersionStatus.FAILURE) {
            throw GlueErrors.invalid(
                "The schema version does not keep the schema's compatibility.");
          }
          var id = made.schemaVersionId();
          return new Resource(id, Map.of("VersionId", Json.tree(id)));
        },
        (request, current) -> current,
        (request, current) ->
            GlueResources.without(
                current,
                () -> {
                  var there = glue().getSchemaVersion(r -> r.schemaVersionId(current.physicalId()));
                  glue()
                      .deleteSchemaVersions(r ->
                          r.schemaId(i -> i.schemaArn(there.schemaArn()))
                              .versions(Long.toString(there.versionNumber())));
                }));
  }
}
