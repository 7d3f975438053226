package dev.terrarium.services.glue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.kernel.ResourceType.Property;
import dev.terrarium.kernel.ResourceType.Request;
import dev.terrarium.kernel.ResourceType.Resource;
import dev.terrarium.kernel.SimpleResource;
import dev.terrarium.kernel.model.JsonShapes;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.glue.model.DatabaseInput;
import software.amazon.awssdk.services.glue.model.EntityNotFoundException;
import software.amazon.awssdk.services.glue.model.PartitionInput;
import software.amazon.awssdk.services.glue.model.TableInput;

/// `AWS::Glue::Database`, `AWS::Glue::Table` and `AWS::Glue::Partition`.
final class GlueResources {
  private static final String CATALOG = "CatalogId";
  private static final String DATABASE = "DatabaseName";

  private final Cloud cloud;

  GlueResources(Cloud cloud) {
    this.cloud = cloud;
  }

  List<ResourceType> all() {
    return List.of(database(), table(), partition());
  }

  private GlueClient glue() {
    return cloud.client(GlueClient.class);
  }

  private static Resource named(String id) {
    return new Resource(id, Map.of());
  }

  /// Removes something; what is gone already is as good.
  static Resource without(Resource current, Runnable removal) {
    try {
      removal.run();
    } catch (EntityNotFoundException e) {
      // It is gone, which is what is wanted.
    }
    return current;
  }

  private ResourceType database() {
    return new SimpleResource(
        "AWS::Glue::Database",
        List.of(
            Property.of(CATALOG).mandatory().replacing(),
            Property.of("DatabaseInput").mandatory(),
            Property.of(DATABASE).replacing()),
        request -> {
          var p = request.properties();
          var name = databaseName(request);
          glue()
              .createDatabase(
                  r -> r.catalogId(p.path(CATALOG).asText()).databaseInput(database(p, name)));
          return named(name);
        },
        (request, current) -> {
          var p = request.properties();
          glue()
              .updateDatabase(r ->
                  r.catalogId(p.path(CATALOG).asText())
                      .name(current.physicalId())
                      .databaseInput(database(p, current.physicalId())));
          return current;
        },
        (request, current) ->
            without(
                current,
                () ->
                    glue()
                        .deleteDatabase(r ->
                            r.catalogId(request.properties().path(CATALOG).asText())
                                .name(current.physicalId()))));
  }

  private static String databaseName(Request request) {
    var p = request.properties();
    var given = p.path("DatabaseInput").path("Name").asText(p.path(DATABASE).asText(""));
    return Catalog.lower(given.isEmpty() ? request.generatedName(255) : given);
  }

  private static DatabaseInput database(ObjectNode p, String name) {
    return JsonShapes.fill(p.path("DatabaseInput"), DatabaseInput.builder()).name(name).build();
  }

  private ResourceType table() {
    return new SimpleResource(
        "AWS::Glue::Table",
        List.of(
            Property.of(CATALOG).mandatory().replacing(),
            Property.of(DATABASE).mandatory().replacing(),
            Property.of("TableInput").mandatory(),
            Property.of("Name").replacing()),
        request -> {
          var p = request.properties();
          var given = p.path("TableInput").path("Name").asText(p.path("Name").asText(""));
          var name = Catalog.lower(given.isEmpty() ? request.generatedName(255) : given);
          glue()
              .createTable(r ->
                  r.catalogId(p.path(CATALOG).asText())
                      .databaseName(p.path(DATABASE).asText())
                      .tableInput(table(p, name)));
          return named(name);
        },
        (request, current) -> {
          var p = request.properties();
          glue()
              .updateTable(r ->
                  r.catalogId(p.path(CATALOG).asText())
                      .databaseName(p.path(DATABASE).asText())
                      .tableInput(table(p, current.physicalId())));
          return current;
        },
        (request, current) ->
            without(
                current,
                () ->
                    glue()
                        .deleteTable(r ->
                            r.catalogId(request.properties().path(CATALOG).asText())
                                .databaseName(request.properties().path(DATABASE).asText())
                                .name(current.physicalId()))));
  }

  private static TableInput table(ObjectNode p, String name) {
    return JsonShapes.fill(p.path("TableInput"), TableInput.builder()).name(name).build();
  }

  private ResourceType partition() {
    return new SimpleResource(
        "AWS::Glue::Partition",
        List.of(
            Property.of(CATALOG).mandatory().replacing(),
            Property.of(DATABASE).mandatory().replacing(),
            Property.of("TableName").mandatory().replacing(),
            Property.of("PartitionInput").mandatory()),
        request -> {
          var p = request.properties();
          var input = partition(p);
          glue()
              .createPartition(r ->
                  r.catalogId(p.path(CATALOG).asText())
                      .databaseName(p.path(DATABASE).asText())
                      .tableName(p.path("TableName").asText())
                      .partitionInput(input));
          return named(p.path("TableName").asText() + "|" + String.join("|", input.values()));
        },
        (request, current) -> {
          var p = request.properties();
          var input = partition(p);
          glue()
              .updatePartition(r ->
                  r.catalogId(p.path(CATALOG).asText())
                      .databaseName(p.path(DATABASE).asText())
                      .tableName(p.path("TableName").asText())
                      .partitionValueList(values(current))
                      .partitionInput(input));
          return named(p.path("TableName").asText() + "|" + String.join("|", input.values()));
        },
        (request, current) ->
            without(
                current,
                () ->
                    glue()
                        .deletePartition(r ->
                            r.catalogId(request.properties().path(CATALOG).asText())
                                .databaseName(request.properties().path(DATABASE).asText())
                                .tableName(request.properties().path("TableName").asText())
                                .partitionValues(values(current)))));
  }

  private static PartitionInput partition(ObjectNode p) {
    return JsonShapes.fill(p.path("PartitionInput"), PartitionInput.builder()).build();
  }

  /// The values of a partition, which are in its id behind the table's name.
  private static List<String> values(Resource current) {
    var parts = List.of(current.physicalId().split("\\|", -1));
    return parts.subList(1, parts.size());
  }
}
