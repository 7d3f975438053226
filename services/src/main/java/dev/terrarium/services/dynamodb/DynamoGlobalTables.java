package dev.terrarium.services.dynamodb;

import static dev.terrarium.services.dynamodb.DynamoErrors.validation;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.services.dynamodb.ReplicaGroup.GroupKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateGlobalTableRequest;
import software.amazon.awssdk.services.dynamodb.model.CreateGlobalTableResponse;
import software.amazon.awssdk.services.dynamodb.model.DescribeGlobalTableRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeGlobalTableResponse;
import software.amazon.awssdk.services.dynamodb.model.DescribeGlobalTableSettingsRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeGlobalTableSettingsResponse;
import software.amazon.awssdk.services.dynamodb.model.GlobalTable;
import software.amazon.awssdk.services.dynamodb.model.GlobalTableAlreadyExistsException;
import software.amazon.awssdk.services.dynamodb.model.GlobalTableDescription;
import software.amazon.awssdk.services.dynamodb.model.GlobalTableNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.GlobalTableStatus;
import software.amazon.awssdk.services.dynamodb.model.ListGlobalTablesRequest;
import software.amazon.awssdk.services.dynamodb.model.ListGlobalTablesResponse;
import software.amazon.awssdk.services.dynamodb.model.Replica;
import software.amazon.awssdk.services.dynamodb.model.ReplicaAlreadyExistsException;
import software.amazon.awssdk.services.dynamodb.model.ReplicaDescription;
import software.amazon.awssdk.services.dynamodb.model.ReplicaNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ReplicaSettingsDescription;
import software.amazon.awssdk.services.dynamodb.model.ReplicaStatus;
import software.amazon.awssdk.services.dynamodb.model.TableNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.UpdateGlobalTableRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateGlobalTableResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateGlobalTableSettingsRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateGlobalTableSettingsResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateTableRequest;

/// Global tables of the version 2017.11.29: tables that were made in each region by themselves, and
/// then joined while they are empty. Items do not show the attributes `aws:rep:*` that AWS's have.
final class DynamoGlobalTables extends DynamoPart {
  private static final int PAGE_MAX = 100;

  private final TableChanges changes;

  DynamoGlobalTables(Tables tables) {
    super(tables);
    this.changes = new TableChanges(tables);
  }

  @Override
  public CreateGlobalTableResponse createGlobalTable(CreateGlobalTableRequest request) {
    new DynamoConstraints()
        .required("globalTableName", request.globalTableName())
        .length("globalTableName", request.globalTableName(), 3, 255)
        .present("replicationGroup", request.hasReplicationGroup())
        .check();
    var key = key(request.globalTableName());
    var regions = new LinkedHashSet<String>();
    request.replicationGroup().forEach(replica -> regions.add(named(replica.regionName())));
    tables.defining.lock();
    try {
      if (tables.groups.get(key) != null) {
        throw Errors.of(
            GlobalTableAlreadyExistsException.builder(),
            400,
            "GlobalTableAlreadyExistsException",
            "Global table already exists: Global table with name: '"
                + key.name()
                + "' already exists.");
      }
      checkTables(key, regions);
      var replicas = regions.stream().map(DynamoGlobalTables::active).toList();
      var now = tables.cloud.clock().now();
      var group = new ReplicaGroup(ReplicaGroup.LEGACY, now, replicas);
      tables.groups.put(new Batch(), key, null, group);
      return CreateGlobalTableResponse.builder()
          .globalTableDescription(show(key, group, GlobalTableStatus.CREATING))
          .build();
    } finally {
      tables.defining.unlock();
    }
  }

  /// The model does not say that a region must be named, but there is no table in none.
  private static String named(@Nullable String region) {
    if (region == null || region.isEmpty()) {
      throw validation("One or more parameter values were invalid: RegionName must be specified");
    }
    return region;
  }

  private static ReplicaDescription active(String region) {
    return ReplicaGroup.replica(region, ReplicaStatus.ACTIVE);
  }

  private static GroupKey key(String name) {
    return new GroupKey(Call.current().account(), name);
  }

  /// Tables that join must be there, alike, empty and with a stream of both images.
  private void checkTables(GroupKey key, Set<String> regions) {
    Table first = null;
    for (var region : regions) {
      var table = tables.find(key.in(region));
      if (table == null) {
        throw Errors.of(
            TableNotFoundException.builder(),
            400,
            "TableNotFoundException",
            "Table not found: Table: " + key.name() + " in region: " + region + " not found.");
      }
      var log = table.layout().stream();
      if (log == null || !log.config.viewType().equals("NEW_AND_OLD_IMAGES")) {
        throw validation(
            "Streams with the view type NEW_AND_OLD_IMAGES must be enabled on the table in region "
                + region
                + ".");
      } else if (table.count(Tally.TABLE).items() > 0) {
        throw validation("The table in region " + region + " must be empty.");
      }
      first = first == null ? table : first;
      if (!table.layout().schema().equals(first.layout().schema())) {
        throw validation("The tables of a global table must have the same key schema.");
      }
    }
  }

  private ReplicaGroup find(GroupKey key) {
    var group = tables.groups.get(key);
    if (group == null || !group.isLegacy()) {
      throw Errors.of(
          GlobalTableNotFoundException.builder(),
          400,
          "GlobalTableNotFoundException",
          "Global table not found: Global table with name: '" + key.name() + "' does not exist.");
    }
    return group;
  }

  private static GlobalTableDescription show(
      GroupKey key, ReplicaGroup group, GlobalTableStatus status) {
    return GlobalTableDescription.builder()
        .replicationGroup(group.replicas())
        .globalTableArn(new Scope(key.account(), "").arn("dynamodb", "global-table/" + key.name()))
        .creationDateTime(group.created())
        .globalTableStatus(status)
        .globalTableName(key.name())
        .build();
  }

  @Override
  public DescribeGlobalTableResponse describeGlobalTable(DescribeGlobalTableRequest request) {
    new DynamoConstraints().required("globalTableName", request.globalTableName()).check();
    var key = key(request.globalTableName());
    return DescribeGlobalTableResponse.builder()
        .globalTableDescription(show(key, find(key), GlobalTableStatus.ACTIVE))
        .build();
  }

  @Override
  public UpdateGlobalTableResponse updateGlobalTable(UpdateGlobalTableRequest request) {
    new DynamoConstraints()
        .required("globalTableName", request.globalTableName())
        .present("replicaUpdates", request.hasReplicaUpdates())
        .check();
    var key = key(request.globalTableName());
    tables.defining.lock();
    try {
      var before = find(key);
      var after = before;
      var fresh = new LinkedHashSet<String>();
      for (var update : request.replicaUpdates()) {
        if (update.create() != null) {
          var region = named(update.create().regionName());
          if (after.in(region) != null) {
            throw replica(ReplicaAlreadyExistsException.builder(), key, region, "already exists");
          }
          fresh.add(region);
          after = after.with(active(region));
        }
        if (update.delete() != null) {
          var region = named(update.delete().regionName());
          if (after.in(region) == null) {
            throw replica(ReplicaNotFoundException.builder(), key, region, "not found");
          }
          after = after.without(region);
        }
      }
      checkTables(key, fresh);
      tables.groups.put(new Batch(), key, before, after);
      return UpdateGlobalTableResponse.builder()
          .globalTableDescription(show(key, after, GlobalTableStatus.UPDATING))
          .build();
    } finally {
      tables.defining.unlock();
    }
  }

  private static AwsServiceException replica(
      AwsServiceException.Builder type, GroupKey key, String region, String what) {
    return Errors.of(
        type,
        400,
        what.equals("not found") ? "ReplicaNotFoundException" : "ReplicaAlreadyExistsException",
        "Replica " + what + ": Replica in region: '" + region + "' of global table: " + key.name());
  }

  @Override
  public ListGlobalTablesResponse listGlobalTables(ListGlobalTablesRequest request) {
    new DynamoConstraints().atLeast("limit", request.limit(), 1).check();
    var max = request.limit() == null ? PAGE_MAX : request.limit();
    var after = request.exclusiveStartGlobalTableName();
    var found = new ArrayList<GlobalTable>();
    tables
        .groups
        .of(Call.current().account())
        .forEach((key, group) -> {
          var wanted = request.regionName() == null || group.in(request.regionName()) != null;
          if (group.isLegacy() && wanted && (after == null || key.name().compareTo(after) > 0)) {
            found.add(
                GlobalTable.builder()
                    .globalTableName(key.name())
                    .replicationGroup(
                        group.replicas().stream()
                            .map(r -> Replica.builder().regionName(r.regionName()).build())
                            .toList())
                    .build());
          }
        });
    var page = List.copyOf(found.subList(0, Math.min(max, found.size())));
    return ListGlobalTablesResponse.builder()
        .globalTables(page)
        .lastEvaluatedGlobalTableName(
            page.size() < found.size() ? page.getLast().globalTableName() : null)
        .build();
  }

  @Override
  public DescribeGlobalTableSettingsResponse describeGlobalTableSettings(
      DescribeGlobalTableSettingsRequest request) {
    new DynamoConstraints().required("globalTableName", request.globalTableName()).check();
    var key = key(request.globalTableName());
    var settings = new ArrayList<ReplicaSettingsDescription>();
    for (var replica : find(key).replicas()) {
      settings.add(settings(replica, tables.find(key.in(replica.regionName()))));
    }
    return DescribeGlobalTableSettingsResponse.builder()
        .globalTableName(key.name())
        .replicaSettings(settings)
        .build();
  }

  private static ReplicaSettingsDescription settings(
      ReplicaDescription replica, @Nullable Table table) {
    var shown =
        ReplicaSettingsDescription.builder()
            .regionName(replica.regionName())
            .replicaStatus(replica.replicaStatus());
    if (table != null) {
      var description = table.layout().config().description();
      shown
          .replicaBillingModeSummary(description.billingModeSummary())
          .replicaProvisionedReadCapacityUnits(
              description.provisionedThroughput().readCapacityUnits())
          .replicaProvisionedWriteCapacityUnits(
              description.provisionedThroughput().writeCapacityUnits());
    }
    return shown.build();
  }

  @Override
  public UpdateGlobalTableSettingsResponse updateGlobalTableSettings(
      UpdateGlobalTableSettingsRequest request) {
    new DynamoConstraints()
        .required("globalTableName", request.globalTableName())
        .oneOf(
            "globalTableBillingMode",
            request.globalTableBillingModeAsString(),
            "PROVISIONED",
            "PAY_PER_REQUEST")
        .atLeast(
            "globalTableProvisionedWriteCapacityUnits",
            request.globalTableProvisionedWriteCapacityUnits(),
            1)
        .check();
    if (request.globalTableProvisionedWriteCapacityAutoScalingSettingsUpdate() != null
        || request.hasGlobalTableGlobalSecondaryIndexSettingsUpdate()) {
      throw Errors.notImplemented(
          "dynamodb", "UpdateGlobalTableSettings with scaling or settings of indexes");
    }
    var key = key(request.globalTableName());
    var reads = new HashMap<String, Long>();
    for (var update : request.replicaSettingsUpdate()) {
      if (find(key).in(named(update.regionName())) == null) {
        throw replica(ReplicaNotFoundException.builder(), key, update.regionName(), "not found");
      }
      reads.put(update.regionName(), update.replicaProvisionedReadCapacityUnits());
    }
    for (var replica : find(key).replicas()) {
      update(key.in(replica.regionName()), request, reads.get(replica.regionName()));
    }
    return UpdateGlobalTableSettingsResponse.builder()
        .globalTableName(key.name())
        .replicaSettings(
            describeGlobalTableSettings(d -> d.globalTableName(key.name())).replicaSettings())
        .build();
  }

  private void update(
      TableKey key, UpdateGlobalTableSettingsRequest request, @Nullable Long givenReads) {
    var table = tables.find(key);
    if (table == null) {
      return;
    }
    var update = UpdateTableRequest.builder().tableName(key.arn());
    var description = table.layout().config().description();
    var now = description.provisionedThroughput();
    var mode = request.globalTableBillingMode();
    var summary = description.billingModeSummary();
    var before = summary == null ? BillingMode.PROVISIONED : summary.billingMode();
    var changesMode = mode != null && mode != before;
    var reads = givenReads == null ? now.readCapacityUnits() : givenReads;
    var given = request.globalTableProvisionedWriteCapacityUnits();
    var writes = given == null ? now.writeCapacityUnits() : given;
    var changesUnits =
        (mode == null ? before : mode) == BillingMode.PROVISIONED
            && (!reads.equals(now.readCapacityUnits()) || !writes.equals(now.writeCapacityUnits()));
    if (changesUnits) {
      update.provisionedThroughput(p -> p.readCapacityUnits(reads).writeCapacityUnits(writes));
    }
    if (changesUnits || changesMode) {
      changes.apply(table, update.billingMode(mode).build());
    }
  }
}
