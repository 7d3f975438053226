package dev.terrarium.services.dynamodb;

import static dev.terrarium.services.dynamodb.DynamoErrors.invalid;
import static dev.terrarium.services.dynamodb.DynamoErrors.validation;

import dev.terrarium.kernel.Errors;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.model.MultiRegionConsistency;
import software.amazon.awssdk.services.dynamodb.model.ReplicationGroupUpdate;
import software.amazon.awssdk.services.dynamodb.model.UpdateTableRequest;

/// What one UpdateTable may ask for, whatever the table is like.
final class TableChangeRules {
  private TableChangeRules() {}

  static void check(UpdateTableRequest request) {
    if (!request.globalTableWitnessUpdates().isEmpty()
        || request.multiRegionConsistency() == MultiRegionConsistency.STRONG) {
      throw Errors.notImplemented("dynamodb", "UpdateTable with multi-Region strong consistency");
    }
    var constraints =
        new DynamoConstraints()
            .oneOf("billingMode", request.billingModeAsString(), "PROVISIONED", "PAY_PER_REQUEST");
    TableRules.checkUnits(constraints, request.provisionedThroughput(), "provisionedThroughput");
    constraints.check();
    TableRules.checkClass(request.tableClass());
    if (!request.replicaUpdates().isEmpty() && others(request) > 0) {
      throw invalid("Replica modification must be the only operation in the request");
    } else if (request.replicaUpdates().isEmpty() && others(request) == 0) {
      throw validation(
          "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled,"
              + " GlobalSecondaryIndexUpdates, SSESpecification, ReplicaUpdates,"
              + " MultiAccountReplicaReady, ReplicaTransitRoleArn, MultiRegionConsistency,"
              + " DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or TableClass is"
              + " required");
    }
    checkTogether(request);
    if (request.hasGlobalSecondaryIndexUpdates()
        && request.globalSecondaryIndexUpdates().isEmpty()) {
      throw invalid("List of GlobalSecondaryIndexUpdates is empty");
    }
    TableRules.checkStream(
        request.streamSpecification(),
        "If stream is being enabled then UpdateViewType is required",
        "If stream is being disabled, then UpdateViewType must not be specified");
    TableRules.checkEncryption(request.sseSpecification());
  }

  /// How many things are to be changed, besides replicas.
  private static long others(UpdateTableRequest request) {
    return Stream.of(
            request.billingMode(),
            request.provisionedThroughput(),
            request.streamSpecification(),
            request.sseSpecification(),
            request.tableClass(),
            request.deletionProtectionEnabled(),
            request.onDemandThroughput(),
            request.warmThroughput(),
            request.hasGlobalSecondaryIndexUpdates() ? request : null)
        .filter(Objects::nonNull)
        .count();
  }

  /// Some changes go with no others.
  private static void checkTogether(UpdateTableRequest request) {
    if (others(request) < 2) {
      return;
    }
    var iops = request.provisionedThroughput() != null || request.billingMode() != null;
    var indexes =
        request.globalSecondaryIndexUpdates().stream().anyMatch(update -> update.update() == null);
    if (request.sseSpecification() != null) {
      throw invalid(
          "Server-Side Encryption modification must be the only operation in the request");
    } else if (request.tableClass() != null) {
      throw invalid("TableClass modification must be the only operation in the request");
    } else if (request.deletionProtectionEnabled() != null) {
      throw invalid("DeletionProtection modification must be the only operation in the request");
    } else if (request.streamSpecification() != null && iops) {
      throw invalid("You cannot modify stream status while updating table IOPS");
    } else if (indexes && request.provisionedThroughput() != null) {
      throw invalid("You cannot create or delete index while updating table IOPS");
    } else if (indexes && request.streamSpecification() != null) {
      throw invalid("You cannot create or delete index while changing stream status");
    }
  }

  /// Replicas come or go one at a time.
  static void checkTogether(List<ReplicationGroupUpdate> updates) {
    var comingOrGoing = 0;
    var kinds = new HashSet<String>();
    for (var update : updates) {
      if (update.create() == null && update.update() == null && update.delete() == null) {
        throw validation(
            "There are no actions specified in the Replica Update Action of the request.");
      }
      if (update.create() != null) {
        kinds.add("create");
      }
      if (update.update() != null) {
        kinds.add("update");
      }
      if (update.delete() != null) {
        kinds.add("delete");
      }
      comingOrGoing += update.update() == null ? 1 : 0;
    }
    if (kinds.size() > 1) {
      throw validation(
          "Update table operation with more than one type of replica actions not allowed.");
    } else if (comingOrGoing > 1) {
      throw validation(
          "Update table operation with more than one create or delete replica actions not allowed");
    }
  }
}
