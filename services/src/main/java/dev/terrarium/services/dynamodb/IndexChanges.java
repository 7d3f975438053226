package dev.terrarium.services.dynamodb;

import static dev.terrarium.services.dynamodb.DynamoErrors.invalid;

import dev.terrarium.kernel.store.Batch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateGlobalSecondaryIndexAction;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexUpdate;
import software.amazon.awssdk.services.dynamodb.model.IndexStatus;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughput;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputDescription;
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
    checkTogether(request.globalSecondaryIndexUpdates());
    for (var update : request.globalSecondaryIndexUpdates()) {
      if (update.create() != null) {
        create(key, config, update.create(), definitions, indexes);
        ids.put(update.create().indexName(), tables.cloud.ids().alphanumeric(6));
      } else if (update.delete() != null) {
        var name = update.delete().indexName();
        if (!indexes.removeIf(index -> index.indexName().equals(name))) {
          throw config.indexIds().containsKey(name)
              ? DynamoErrors.validation(
                  "Cannot delete an index that is not a GlobalSecondaryIndex: " + name)
              : noIndex(config, name);
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
    if (count == 0) {
      throw invalid(
          "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create,"
              + " GlobalSecondaryIndexUpdate.Delete must not be null");
    } else if (count > 1) {
      throw invalid(
          "Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object");
    }
  }

  /// One index may come or go at a time, and each be changed once.
  private static void checkTogether(List<GlobalSecondaryIndexUpdate> updates) {
    var names = new HashSet<String>();
    int comingOrGoing = 0;
    for (var update : updates) {
      checkOne(update);
      var name =
          update.create() != null
              ? update.create().indexName()
              : update.delete() != null ? update.delete().indexName() : update.update().indexName();
      if (!names.add(name)) {
        throw invalid(
            "Only one global secondary index update per index is allowed simultaneously. Index: "
                + name);
      }
      comingOrGoing += update.update() == null ? 1 : 0;
    }
    if (comingOrGoing > 1) {
      throw DynamoErrors.limit(
          "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously"
              + " per table");
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
    checkThroughput(onDemand, create.provisionedThroughput(), name);
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

  private static void checkThroughput(
      boolean onDemand, @Nullable ProvisionedThroughput throughput, String name) {
    if (onDemand && throughput != null) {
      throw invalid(
          "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: "
              + name
              + " when BillingMode is PAY_PER_REQUEST");
    } else if (!onDemand && throughput == null) {
      throw invalid("ProvisionedThroughput must be specified for index: " + name);
    }
  }

  private static void checkChanges(
      ProvisionedThroughputDescription now, ProvisionedThroughput wanted, String index) {
    if (Objects.equals(now.readCapacityUnits(), wanted.readCapacityUnits())
        && Objects.equals(now.writeCapacityUnits(), wanted.writeCapacityUnits())) {
      throw DynamoErrors.validation(
          "The provisioned throughput for the index "
              + index
              + " will not change. The requested value equals the current value. Current"
              + " ReadCapacityUnits provisioned for the index: "
              + now.readCapacityUnits()
              + ". Requested ReadCapacityUnits: "
              + wanted.readCapacityUnits()
              + ". Current WriteCapacityUnits provisioned for the index: "
              + now.writeCapacityUnits()
              + ". Requested WriteCapacityUnits: "
              + wanted.writeCapacityUnits()
              + ". Refer to the Amazon DynamoDB Developer Guide for current limits and how to"
              + " request higher limits.");
    }
  }

  private static void change(
      TableConfig config,
      UpdateGlobalSecondaryIndexAction update,
      List<GlobalSecondaryIndexDescription> indexes) {
    for (int i = 0; i < indexes.size(); i++) {
      if (indexes.get(i).indexName().equals(update.indexName())) {
        var changed = indexes.get(i).toBuilder();
        if (update.provisionedThroughput() != null) {
          checkChanges(
              indexes.get(i).provisionedThroughput(),
              update.provisionedThroughput(),
              update.indexName());
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
    throw config.indexIds().containsKey(update.indexName())
        ? DynamoErrors.validation(
            "Cannot update an index that is not a GlobalSecondaryIndex: " + update.indexName())
        : noIndex(config, update.indexName());
  }

  private static RuntimeException noIndex(TableConfig config, String index) {
    return DynamoErrors.notFound(
        "Requested resource not found: Index "
            + index
            + " for table "
            + config.description().tableName());
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
