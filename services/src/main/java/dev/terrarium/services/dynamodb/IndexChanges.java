package dev.terrarium.services.dynamodb;

import static dev.terrarium.services.dynamodb.DynamoErrors.invalid;

import dev.terrarium.kernel.store.Batch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateGlobalSecondaryIndexAction;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexUpdate;
import software.amazon.awssdk.services.dynamodb.model.IndexStatus;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.UpdateGlobalSecondaryIndexAction;
import software.amazon.awssdk.services.dynamodb.model.UpdateTableRequest;

/// Global indexes that are added to, changed in and removed from a table that is there.
final class IndexChanges {
  private final Tables tables;

  IndexChanges(Tables tables) {
    this.tables = tables;
  }

  /// The table's definition after the updates; what a removed index leaves is discarded.
  TableConfig apply(TableKey key, TableConfig config, UpdateTableRequest request, Batch batch) {
    var indexes = new ArrayList<>(config.description().globalSecondaryIndexes());
    var ids = new HashMap<>(config.indexIds());
    var definitions = definitions(config, request);
    for (var update : request.globalSecondaryIndexUpdates()) {
      checkOne(update);
      if (update.create() != null) {
        create(key, config, update.create(), definitions, indexes);
        ids.put(update.create().indexName(), tables.cloud.ids().alphanumeric(6));
      } else if (update.delete() != null) {
        var name = update.delete().indexName();
        if (!indexes.removeIf(index -> index.indexName().equals(name))) {
          throw DynamoErrors.notFound("Requested resource not found");
        }
        var prefix =
            dev.terrarium.kernel.store.Key.of(
                "dynamodb.indexes",
                key.account(),
                key.region(),
                config.storageId(),
                String.valueOf(ids.remove(name)));
        tables.garbage.discard(batch, prefix);
      } else {
        change(config, update.update(), indexes);
      }
    }
    if (indexes.size() > TableRules.GLOBAL_INDEXES_MAX) {
      throw DynamoErrors.limit("Number of GlobalSecondaryIndexes exceeds per-table limit of 20");
    }
    var description =
        config.description().toBuilder()
            .globalSecondaryIndexes(indexes.isEmpty() ? null : indexes)
            .attributeDefinitions(used(config.description(), indexes, definitions))
            .build();
    return config.with(description, ids);
  }

  private static void checkOne(GlobalSecondaryIndexUpdate update) {
    var count =
        (update.create() == null ? 0 : 1)
            + (update.delete() == null ? 0 : 1)
            + (update.update() == null ? 0 : 1);
    if (count != 1) {
      throw invalid(
          "One of GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Update,"
              + " GlobalSecondaryIndexUpdate.Delete must not be null");
    }
  }

  private static Map<String, AttributeDefinition> definitions(
      TableConfig config, UpdateTableRequest request) {
    var definitions = new LinkedHashMap<String, AttributeDefinition>();
    config
        .description()
        .attributeDefinitions()
        .forEach(definition -> definitions.put(definition.attributeName(), definition));
    for (var definition : request.attributeDefinitions()) {
      var before = definitions.put(definition.attributeName(), definition);
      if (before != null && before.attributeType() != definition.attributeType()) {
        throw invalid(
            "Attribute "
                + definition.attributeName()
                + " is already defined with the type "
                + before.attributeTypeAsString());
      }
    }
    return definitions;
  }

  private static void create(
      TableKey key,
      TableConfig config,
      CreateGlobalSecondaryIndexAction create,
      Map<String, AttributeDefinition> definitions,
      List<GlobalSecondaryIndexDescription> indexes) {
    var name = create.indexName();
    TableRules.checkIndexName(name);
    if (create.keySchema().isEmpty()) {
      throw invalid("No Key Schema specified for index: " + name);
    }
    TableRules.checkSchema(
        create.keySchema(), List.copyOf(definitions.values()), "index KeySchema");
    TableRules.checkProjection(create.projection());
    if (config.indexIds().containsKey(name)) {
      throw DynamoErrors.validation("Attempting to create an index which already exists");
    }
    var summary = config.description().billingModeSummary();
    var onDemand = summary != null && summary.billingMode() == BillingMode.PAY_PER_REQUEST;
    TableRules.checkThroughput(
        onDemand ? "PAY_PER_REQUEST" : "PROVISIONED", create.provisionedThroughput(), name);
    var index =
        GlobalSecondaryIndex.builder()
            .indexName(name)
            .keySchema(create.keySchema())
            .projection(create.projection())
            .provisionedThroughput(create.provisionedThroughput())
            .onDemandThroughput(create.onDemandThroughput())
            .warmThroughput(create.warmThroughput())
            .build();
    indexes.add(TableMaker.global(key, index, IndexStatus.CREATING));
  }

  private static void change(
      TableConfig config,
      UpdateGlobalSecondaryIndexAction update,
      List<GlobalSecondaryIndexDescription> indexes) {
    for (int i = 0; i < indexes.size(); i++) {
      if (indexes.get(i).indexName().equals(update.indexName())) {
        var changed = indexes.get(i).toBuilder();
        if (update.provisionedThroughput() != null) {
          changed.provisionedThroughput(TableMaker.throughput(update.provisionedThroughput()));
        }
        if (update.onDemandThroughput() != null) {
          changed.onDemandThroughput(update.onDemandThroughput());
        }
        var warm = update.warmThroughput();
        if (warm != null) {
          changed.warmThroughput(w ->
              w.readUnitsPerSecond(warm.readUnitsPerSecond())
                  .writeUnitsPerSecond(warm.writeUnitsPerSecond())
                  .status(IndexStatus.ACTIVE));
        }
        indexes.set(i, changed.build());
        return;
      }
    }
    throw DynamoErrors.notFound(
        "Requested resource not found: Table: "
            + config.description().tableName()
            + " Index: "
            + update.indexName()
            + " not found");
  }

  /// Attributes that are no longer part of any key are no longer defined.
  private static List<AttributeDefinition> used(
      TableDescription description,
      List<GlobalSecondaryIndexDescription> indexes,
      Map<String, AttributeDefinition> definitions) {
    var names = new java.util.HashSet<String>();
    description.keySchema().forEach(element -> names.add(element.attributeName()));
    description
        .localSecondaryIndexes()
        .forEach(index -> index.keySchema().forEach(e -> names.add(e.attributeName())));
    indexes.forEach(index -> index.keySchema().forEach(e -> names.add(e.attributeName())));
    return definitions.values().stream()
        .filter(definition -> names.contains(definition.attributeName()))
        .toList();
  }

  /// Fills the indexes of a table that are being created, and then lets them be read.
  static void fill(Tables tables, Table table) {
    for (var index : table.layout().indexes()) {
      if (!index.active()) {
        Backfill.fill(tables, table, index.id());
        if (!table.isDeleted()) {
          activate(tables, table, index.name());
        }
      }
    }
  }

  private static void activate(Tables tables, Table table, String name) {
    tables.change(
        table,
        new Batch(),
        config -> {
          var indexes =
              config.description().globalSecondaryIndexes().stream()
                  .map(index ->
                      index.indexName().equals(name)
                          ? index.toBuilder()
                              .indexStatus(IndexStatus.ACTIVE)
                              .backfilling(null)
                              .build()
                          : index)
                  .toList();
          return config.with(
              config.description().toBuilder()
                  .globalSecondaryIndexes(indexes.isEmpty() ? null : indexes)
                  .build());
        });
  }
}
