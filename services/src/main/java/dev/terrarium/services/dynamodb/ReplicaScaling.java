package dev.terrarium.services.dynamodb;

import static dev.terrarium.services.dynamodb.DynamoErrors.validation;

import dev.terrarium.kernel.store.Batch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AutoScalingSettingsDescription;
import software.amazon.awssdk.services.dynamodb.model.AutoScalingSettingsUpdate;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableReplicaAutoScalingRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableReplicaAutoScalingResponse;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.ReplicaAutoScalingDescription;
import software.amazon.awssdk.services.dynamodb.model.ReplicaAutoScalingUpdate;
import software.amazon.awssdk.services.dynamodb.model.ReplicaDescription;
import software.amazon.awssdk.services.dynamodb.model.ReplicaGlobalSecondaryIndexAutoScalingDescription;
import software.amazon.awssdk.services.dynamodb.model.TableAutoScalingDescription;
import software.amazon.awssdk.services.dynamodb.model.UpdateTableReplicaAutoScalingRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateTableReplicaAutoScalingResponse;

/// How the capacity of a global table's replicas is to scale. What is asked for is kept with each
/// replica and shown; nothing scales by itself.
final class ReplicaScaling extends DynamoPart {
  ReplicaScaling(Tables tables) {
    super(tables);
  }

  /// One thing that scales: the reads or writes of a table, or of one of its indexes.
  private record Dimension(String region, boolean writes, @Nullable String index) {
    String setting() {
      return ScalingSettings.PREFIX + (writes ? "w" : "r") + (index == null ? "" : ":" + index);
    }
  }

  /// A change of one dimension.
  private record Change(Dimension dimension, AutoScalingSettingsUpdate update) {}

  private ReplicaGroup group(String name) {
    var key = TableKey.of(name);
    var table = tables.find(key);
    var group = table == null ? null : tables.groups.of(key);
    if (group == null) {
      throw DynamoErrors.notFound("Global table with name: '" + key.name() + "' does not exist.");
    }
    return group;
  }

  @Override
  public DescribeTableReplicaAutoScalingResponse describeTableReplicaAutoScaling(
      DescribeTableReplicaAutoScalingRequest request) {
    new DynamoConstraints().table(request.tableName()).check();
    return DescribeTableReplicaAutoScalingResponse.builder()
        .tableAutoScalingDescription(
            show(TableKey.of(request.tableName()), group(request.tableName())))
        .build();
  }

  private TableAutoScalingDescription show(TableKey key, ReplicaGroup group) {
    var replicas = new ArrayList<ReplicaAutoScalingDescription>();
    for (var replica : group.replicas()) {
      var table = tables.find(new TableKey(key.account(), replica.regionName(), key.name()));
      if (table != null) {
        replicas.add(show(replica, table));
      }
    }
    return TableAutoScalingDescription.builder()
        .tableName(key.name())
        .tableStatus("ACTIVE")
        .replicas(replicas)
        .build();
  }

  private static ReplicaAutoScalingDescription show(ReplicaDescription replica, Table table) {
    var indexes = new ArrayList<ReplicaGlobalSecondaryIndexAutoScalingDescription>();
    for (var index : table.layout().config().description().globalSecondaryIndexes()) {
      indexes.add(
          ReplicaGlobalSecondaryIndexAutoScalingDescription.builder()
              .indexName(index.indexName())
              .indexStatus(index.indexStatus())
              .provisionedReadCapacityAutoScalingSettings(
                  settings(table, new Dimension(table.key.region(), false, index.indexName())))
              .provisionedWriteCapacityAutoScalingSettings(
                  settings(table, new Dimension(table.key.region(), true, index.indexName())))
              .build());
    }
    return ReplicaAutoScalingDescription.builder()
        .regionName(replica.regionName())
        .globalSecondaryIndexes(indexes)
        .replicaProvisionedReadCapacityAutoScalingSettings(
            settings(table, new Dimension(table.key.region(), false, null)))
        .replicaProvisionedWriteCapacityAutoScalingSettings(
            settings(table, new Dimension(table.key.region(), true, null)))
        .replicaStatus(replica.replicaStatus())
        .build();
  }

  private static AutoScalingSettingsDescription settings(Table table, Dimension dimension) {
    return ScalingSettings.show(
        table.layout().config().settings().get(dimension.setting()), table.key.account());
  }

  @Override
  public UpdateTableReplicaAutoScalingResponse updateTableReplicaAutoScaling(
      UpdateTableReplicaAutoScalingRequest request) {
    new DynamoConstraints().table(request.tableName()).check();
    var key = TableKey.of(request.tableName());
    var group = group(request.tableName());
    var table = tables.get(request.tableName());
    checkReplicas(request, key, group);
    var changes = changes(request, group);
    if (changes.isEmpty()) {
      throw failed(key, " because at least one update parameter must be specified.");
    }
    checkIndexes(changes, key, table.layout().config().description().globalSecondaryIndexes());
    checkBilling(changes, table, group);
    changes.forEach(change -> ScalingSettings.check(change.update, key.name()));
    tables.changeAll(
        table,
        new Batch(),
        (member, config) -> {
          var settings = new HashMap<>(config.settings());
          for (var change : changes) {
            if (change.dimension.region.equals(member.region())) {
              put(settings, member, change);
            }
          }
          return config.withSettings(settings);
        });
    return UpdateTableReplicaAutoScalingResponse.builder()
        .tableAutoScalingDescription(show(key, group))
        .build();
  }

  private static void put(Map<String, String> settings, TableKey member, Change change) {
    var setting = change.dimension.setting();
    if (Boolean.TRUE.equals(change.update.autoScalingDisabled())) {
      settings.remove(setting);
      return;
    }
    var index = change.dimension.index;
    var policy =
        (change.dimension.writes
                ? "DynamoDBWriteCapacityUtilization:table/"
                : "DynamoDBReadCapacityUtilization:table/")
            + member.name()
            + (index == null ? "" : "/index/" + index);
    settings.put(setting, ScalingSettings.of(change.update, policy));
  }

  /// Writes scale alike everywhere, reads by region.
  private static List<Change> changes(
      UpdateTableReplicaAutoScalingRequest request, ReplicaGroup group) {
    var changes = new ArrayList<Change>();
    for (var replica : group.replicas()) {
      add(changes, replica, true, null, request.provisionedWriteCapacityAutoScalingUpdate());
      for (var index : request.globalSecondaryIndexUpdates()) {
        var update = index.provisionedWriteCapacityAutoScalingUpdate();
        add(changes, replica, true, index.indexName(), update);
      }
      for (var update : request.replicaUpdates()) {
        if (update.regionName().equals(replica.regionName())) {
          var reads = update.replicaProvisionedReadCapacityAutoScalingUpdate();
          add(changes, replica, false, null, reads);
          update
              .replicaGlobalSecondaryIndexUpdates()
              .forEach(index ->
                  add(
                      changes,
                      replica,
                      false,
                      index.indexName(),
                      index.provisionedReadCapacityAutoScalingUpdate()));
        }
      }
    }
    return changes;
  }

  private static void add(
      List<Change> changes,
      ReplicaDescription replica,
      boolean writes,
      @Nullable String index,
      @Nullable AutoScalingSettingsUpdate update) {
    if (update != null) {
      changes.add(new Change(new Dimension(replica.regionName(), writes, index), update));
    }
  }

  private static void checkReplicas(
      UpdateTableReplicaAutoScalingRequest request, TableKey key, ReplicaGroup group) {
    var seen = new HashSet<String>();
    int i = 1;
    for (var update : request.replicaUpdates()) {
      new DynamoConstraints()
          .required("replicaUpdates." + i++ + ".member.regionName", update.regionName())
          .check();
      if (!seen.add(update.regionName())) {
        throw failed(
            key,
            " because the regions: ‘[" + update.regionName() + "]’ were specified more than once.");
      }
    }
    var absent =
        request.replicaUpdates().stream()
            .map(ReplicaAutoScalingUpdate::regionName)
            .filter(region -> group.in(region) == null)
            .toList();
    if (!absent.isEmpty()) {
      throw DynamoErrors.notFound(
          ScalingSettings.failure(
              key.name(), " because a replica does not exist in regions: ‘" + absent + "’."));
    }
  }

  private static void checkIndexes(
      List<Change> changes, TableKey key, List<GlobalSecondaryIndexDescription> indexes) {
    var known = indexes.stream().map(GlobalSecondaryIndexDescription::indexName).toList();
    for (var change : changes) {
      var name = change.dimension.index;
      if (name != null && !known.contains(name)) {
        throw DynamoErrors.notFound(
            ScalingSettings.failure(
                key.name(),
                change.dimension.writes
                    ? " because the global secondary indexes with names: ‘["
                        + name
                        + "]’ do not exist."
                    : " because a global secondary index with name: ‘"
                        + name
                        + "’ does not exist in region: ‘"
                        + change.dimension.region
                        + "’."));
      }
    }
  }

  private static void checkBilling(List<Change> changes, Table table, ReplicaGroup group) {
    var summary = table.layout().config().description().billingModeSummary();
    if (summary == null || summary.billingMode() != BillingMode.PAY_PER_REQUEST) {
      return;
    }
    var regions =
        group.replicas().stream()
            .map(replica -> "'" + replica.regionName().toUpperCase(Locale.ROOT) + "'")
            .toList();
    for (var change : changes) {
      if (!Boolean.TRUE.equals(change.update.autoScalingDisabled())) {
        throw validation(
            "Failed to update global table with name ‘"
                + table.key.name()
                + "‘. Replicas "
                + String.join(", ", regions)
                + " BillingMode is PayPerRequest. You must convert table's BillingMode to"
                + " PROVISIONED to set parameters: '"
                + (change.dimension.writes
                    ? "GlobalTableProvisionedWriteCapacityAutoScalingSettingsUpdate"
                    : "ReplicaProvisionedReadCapacityAutoScalingSettingsUpdate")
                + "'.");
      }
    }
  }

  private static RuntimeException failed(TableKey key, String why) {
    return validation(ScalingSettings.failure(key.name(), why));
  }
}
