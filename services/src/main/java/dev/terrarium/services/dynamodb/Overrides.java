package dev.terrarium.services.dynamodb;

import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.CreateReplicationGroupMemberAction;
import software.amazon.awssdk.services.dynamodb.model.OnDemandThroughputOverride;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputOverride;
import software.amazon.awssdk.services.dynamodb.model.ReplicaDescription;
import software.amazon.awssdk.services.dynamodb.model.ReplicaGlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.ReplicaGlobalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.ReplicaStatus;
import software.amazon.awssdk.services.dynamodb.model.SSESpecification;
import software.amazon.awssdk.services.dynamodb.model.TableClassSummary;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.UpdateReplicationGroupMemberAction;

/// What a replica may have that is not as in the other replicas: its key, its reads, its class.
final class Overrides {
  private Overrides() {}

  static ReplicaDescription of(CreateReplicationGroupMemberAction create) {
    return of(
        create.regionName(),
        ReplicaStatus.CREATING,
        create.kmsMasterKeyId(),
        create.provisionedThroughputOverride(),
        create.onDemandThroughputOverride(),
        create.globalSecondaryIndexes(),
        create.tableClassOverrideAsString());
  }

  static ReplicaDescription of(UpdateReplicationGroupMemberAction update) {
    return of(
        update.regionName(),
        ReplicaStatus.UPDATING,
        update.kmsMasterKeyId(),
        update.provisionedThroughputOverride(),
        update.onDemandThroughputOverride(),
        update.globalSecondaryIndexes(),
        update.tableClassOverrideAsString());
  }

  private static ReplicaDescription of(
      String region,
      ReplicaStatus status,
      @Nullable String key,
      @Nullable ProvisionedThroughputOverride provisioned,
      @Nullable OnDemandThroughputOverride onDemand,
      List<ReplicaGlobalSecondaryIndex> indexes,
      @Nullable String tableClass) {
    var replica =
        ReplicaDescription.builder()
            .regionName(region)
            .replicaStatus(status)
            .kmsMasterKeyId(key)
            .provisionedThroughputOverride(provisioned)
            .onDemandThroughputOverride(onDemand);
    if (!indexes.isEmpty()) {
      replica.globalSecondaryIndexes(
          indexes.stream()
              .map(index ->
                  ReplicaGlobalSecondaryIndexDescription.builder()
                      .indexName(index.indexName())
                      .provisionedThroughputOverride(index.provisionedThroughputOverride())
                      .onDemandThroughputOverride(index.onDemandThroughputOverride())
                      .build())
              .toList());
    }
    if (tableClass != null) {
      replica.replicaTableClassSummary(TableClassSummary.builder().tableClass(tableClass).build());
    }
    return replica.build();
  }

  /// What a replica has after an update: what was given, and what it had of the rest.
  static ReplicaDescription merge(ReplicaDescription before, ReplicaDescription wanted) {
    var merged = before.toBuilder();
    if (wanted.kmsMasterKeyId() != null) {
      merged.kmsMasterKeyId(wanted.kmsMasterKeyId());
    }
    if (wanted.provisionedThroughputOverride() != null) {
      merged.provisionedThroughputOverride(wanted.provisionedThroughputOverride());
    }
    if (wanted.onDemandThroughputOverride() != null) {
      merged.onDemandThroughputOverride(wanted.onDemandThroughputOverride());
    }
    if (wanted.hasGlobalSecondaryIndexes()) {
      merged.globalSecondaryIndexes(wanted.globalSecondaryIndexes());
    }
    if (wanted.replicaTableClassSummary() != null) {
      merged.replicaTableClassSummary(wanted.replicaTableClassSummary());
    }
    return merged.build();
  }

  /// The replica's table with what the replica has of its own.
  static TableDescription apply(ReplicaDescription replica, TableDescription table) {
    var changed = table.toBuilder();
    var reads = replica.provisionedThroughputOverride();
    if (reads != null && reads.readCapacityUnits() != null) {
      changed.provisionedThroughput(
          table.provisionedThroughput().toBuilder()
              .readCapacityUnits(reads.readCapacityUnits())
              .build());
    }
    if (replica.replicaTableClassSummary() != null) {
      changed.tableClassSummary(replica.replicaTableClassSummary());
    }
    if (replica.kmsMasterKeyId() != null) {
      var key = TableKey.of(table.tableArn());
      changed.sseDescription(
          TableMaker.sse(
              key,
              SSESpecification.builder()
                  .enabled(true)
                  .kmsMasterKeyId(replica.kmsMasterKeyId())
                  .build()));
    }
    if (replica.hasGlobalSecondaryIndexes() && table.hasGlobalSecondaryIndexes()) {
      var units = new HashMap<String, Long>();
      for (var index : replica.globalSecondaryIndexes()) {
        var override = index.provisionedThroughputOverride();
        if (override != null && override.readCapacityUnits() != null) {
          units.put(index.indexName(), override.readCapacityUnits());
        }
      }
      changed.globalSecondaryIndexes(
          table.globalSecondaryIndexes().stream()
              .map(index ->
                  units.containsKey(index.indexName())
                      ? index.toBuilder()
                          .provisionedThroughput(
                              index.provisionedThroughput().toBuilder()
                                  .readCapacityUnits(units.get(index.indexName()))
                                  .build())
                          .build()
                      : index)
              .toList());
    }
    return changed.build();
  }
}
