package dev.terrarium.services.dynamodb;

import static dev.terrarium.services.dynamodb.DynamoErrors.validation;

import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.store.Batch;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.ContinuousBackupsDescription;
import software.amazon.awssdk.services.dynamodb.model.ContinuousBackupsStatus;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeContinuousBackupsRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeContinuousBackupsResponse;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.InvalidRestoreTimeException;
import software.amazon.awssdk.services.dynamodb.model.LocalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.PointInTimeRecoveryDescription;
import software.amazon.awssdk.services.dynamodb.model.PointInTimeRecoveryStatus;
import software.amazon.awssdk.services.dynamodb.model.PointInTimeRecoveryUnavailableException;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughput;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputDescription;
import software.amazon.awssdk.services.dynamodb.model.RestoreTableToPointInTimeRequest;
import software.amazon.awssdk.services.dynamodb.model.RestoreTableToPointInTimeResponse;
import software.amazon.awssdk.services.dynamodb.model.TableAlreadyExistsException;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;
import software.amazon.awssdk.services.dynamodb.model.UpdateContinuousBackupsRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateContinuousBackupsResponse;

/// Tables as they were at any moment of the last days.
final class ContinuousBackups extends DynamoPart {
  private static final int DAYS_MAX = 35;

  private final TableMaker maker;

  ContinuousBackups(Tables tables) {
    super(tables);
    this.maker = new TableMaker(tables);
  }

  @Override
  public UpdateContinuousBackupsResponse updateContinuousBackups(
      UpdateContinuousBackupsRequest request) {
    var wanted = request.pointInTimeRecoverySpecification();
    new DynamoConstraints()
        .table(request.tableName())
        .required("pointInTimeRecoverySpecification", wanted)
        .check();
    var days = wanted.recoveryPeriodInDays() == null ? DAYS_MAX : wanted.recoveryPeriodInDays();
    new DynamoConstraints()
        .present(
            "pointInTimeRecoverySpecification.pointInTimeRecoveryEnabled",
            wanted.pointInTimeRecoveryEnabled() != null)
        .atLeast("pointInTimeRecoverySpecification.recoveryPeriodInDays", days, 1)
        .atMost("pointInTimeRecoverySpecification.recoveryPeriodInDays", days, DAYS_MAX)
        .check();
    if (!wanted.pointInTimeRecoveryEnabled() && wanted.recoveryPeriodInDays() != null) {
      throw validation(
          "Invalid Request: Cannot specify RecoveryPeriodInDays when disabling point-in-time"
              + " recovery.");
    }
    var table = find(tables, request.tableName());
    var batch = new Batch();
    var config =
        tables.change(
            table,
            batch,
            before -> {
              if (!wanted.pointInTimeRecoveryEnabled()) {
                tables.garbage.discard(
                    batch, Tables.prefix("history", table.key, before.storageId()));
                return before.withRecovery(Instant.EPOCH, 0);
              }
              var isOn = !before.recoverySince().equals(Instant.EPOCH);
              tables
                  .cloud
                  .timers()
                  .schedule(batch, History.trimTimer(table.key, tables.cloud.clock().now()));
              return before.withRecovery(
                  isOn ? before.recoverySince() : tables.cloud.clock().now(), days);
            });
    if (!wanted.pointInTimeRecoveryEnabled()) {
      tables.garbage.sweepLater();
    }
    return UpdateContinuousBackupsResponse.builder()
        .continuousBackupsDescription(show(config))
        .build();
  }

  @Override
  public DescribeContinuousBackupsResponse describeContinuousBackups(
      DescribeContinuousBackupsRequest request) {
    new DynamoConstraints().table(request.tableName()).check();
    return DescribeContinuousBackupsResponse.builder()
        .continuousBackupsDescription(show(find(tables, request.tableName()).layout().config()))
        .build();
  }

  static Table find(Tables tables, String name) {
    var table = tables.find(TableKey.of(name));
    if (table == null) {
      throw Errors.of(
          software.amazon.awssdk.services.dynamodb.model.TableNotFoundException.builder(),
          400,
          "TableNotFoundException",
          "Table not found: " + name);
    }
    return table;
  }

  private ContinuousBackupsDescription show(TableConfig config) {
    var recovery = PointInTimeRecoveryDescription.builder();
    if (config.recoverySince().equals(Instant.EPOCH)) {
      recovery.pointInTimeRecoveryStatus(PointInTimeRecoveryStatus.DISABLED);
    } else {
      recovery
          .pointInTimeRecoveryStatus(PointInTimeRecoveryStatus.ENABLED)
          .recoveryPeriodInDays(config.recoveryDays())
          .earliestRestorableDateTime(earliest(config))
          .latestRestorableDateTime(tables.cloud.clock().now());
    }
    return ContinuousBackupsDescription.builder()
        .continuousBackupsStatus(ContinuousBackupsStatus.ENABLED)
        .pointInTimeRecoveryDescription(recovery.build())
        .build();
  }

  private Instant earliest(TableConfig config) {
    var oldest = tables.cloud.clock().now().minus(Duration.ofDays(config.recoveryDays()));
    return oldest.isAfter(config.recoverySince()) ? oldest : config.recoverySince();
  }

  @Override
  public RestoreTableToPointInTimeResponse restoreTableToPointInTime(
      RestoreTableToPointInTimeRequest request) {
    new DynamoConstraints().required("targetTableName", request.targetTableName()).check();
    TableRules.checkName(request.targetTableName());
    if ((request.sourceTableArn() == null) == (request.sourceTableName() == null)) {
      throw validation("Must provide exactly one of: sourceTableArn, sourceTableName");
    }
    var latest = Boolean.TRUE.equals(request.useLatestRestorableTime());
    if (latest == (request.restoreDateTime() != null)) {
      throw validation(
          "Invalid Request: Either one of RestoreDateTime or UseLatestRestorableTime must be"
              + " specified, but not both");
    }
    var name =
        request.sourceTableArn() == null ? request.sourceTableName() : request.sourceTableArn();
    var source = find(tables, name);
    var config = source.layout().config();
    if (config.recoverySince().equals(Instant.EPOCH)) {
      throw Errors.of(
          PointInTimeRecoveryUnavailableException.builder(),
          400,
          "PointInTimeRecoveryUnavailableException",
          "Point in time recovery is not enabled for table '" + source.key.name() + "'");
    }
    var now = tables.cloud.clock().now();
    var moment = latest ? now : request.restoreDateTime();
    if (moment.isBefore(earliest(config)) || moment.isAfter(now)) {
      throw Errors.of(
          InvalidRestoreTimeException.builder(),
          400,
          "InvalidRestoreTimeException",
          "RestoreDateTime is not between EarliestRestorableDateTime and"
              + " LatestRestorableDateTime");
    }
    var key = TableKey.of(request.targetTableName());
    checkFree(tables, key);
    var create = copyOf(config.description(), request.billingModeOverrideAsString());
    if (request.hasGlobalSecondaryIndexOverride()) {
      create.globalSecondaryIndexes(orNone(request.globalSecondaryIndexOverride()));
    }
    if (request.hasLocalSecondaryIndexOverride()) {
      create.localSecondaryIndexes(orNone(request.localSecondaryIndexOverride()));
    }
    if (request.provisionedThroughputOverride() != null) {
      create.provisionedThroughput(request.provisionedThroughputOverride());
    }
    create
        .onDemandThroughput(request.onDemandThroughputOverride())
        .sseSpecification(request.sseSpecificationOverride());
    var target = maker.make(key, create.tableName(key.name()).build(), Map.of());
    History.visit(
        tables.store,
        source,
        moment.toEpochMilli(),
        item -> Intent.put(target, item, null, false).execute(tables, Capacity.free()));
    tables.change(
        target,
        new Batch(),
        made ->
            made.with(
                made.description().toBuilder()
                    .restoreSummary(s ->
                        s.sourceTableArn(source.key.arn())
                            .restoreDateTime(moment)
                            .restoreInProgress(false))
                    .build()));
    return RestoreTableToPointInTimeResponse.builder()
        .tableDescription(maker.show(target, TableStatus.CREATING))
        .build();
  }

  /// A list that is there but empty means none at all.
  static <T> @Nullable List<T> orNone(List<T> indexes) {
    return indexes.isEmpty() ? null : indexes;
  }

  static void checkFree(Tables tables, TableKey key) {
    if (tables.find(key) != null) {
      throw Errors.of(
          TableAlreadyExistsException.builder(),
          400,
          "TableAlreadyExistsException",
          "Table already exists: " + key.name());
    }
  }

  /// What makes a table like another one, but for its name, stream and tags.
  static CreateTableRequest.Builder copyOf(TableDescription description, @Nullable String billing) {
    var summary = description.billingModeSummary();
    var onDemand =
        billing == null
            ? summary != null && summary.billingMode() == BillingMode.PAY_PER_REQUEST
            : billing.equals("PAY_PER_REQUEST");
    var request =
        CreateTableRequest.builder()
            .attributeDefinitions(description.attributeDefinitions())
            .keySchema(description.keySchema())
            .billingMode(onDemand ? BillingMode.PAY_PER_REQUEST : BillingMode.PROVISIONED);
    if (!onDemand) {
      request.provisionedThroughput(units(description.provisionedThroughput()));
    }
    if (description.hasLocalSecondaryIndexes()) {
      request.localSecondaryIndexes(
          description.localSecondaryIndexes().stream()
              .map(index ->
                  LocalSecondaryIndex.builder()
                      .indexName(index.indexName())
                      .keySchema(index.keySchema())
                      .projection(index.projection())
                      .build())
              .toList());
    }
    if (description.hasGlobalSecondaryIndexes()) {
      request.globalSecondaryIndexes(
          description.globalSecondaryIndexes().stream()
              .map(index ->
                  GlobalSecondaryIndex.builder()
                      .indexName(index.indexName())
                      .keySchema(index.keySchema())
                      .projection(index.projection())
                      .provisionedThroughput(onDemand ? null : units(index.provisionedThroughput()))
                      .build())
              .toList());
    }
    return request;
  }

  static ProvisionedThroughput units(ProvisionedThroughputDescription described) {
    return ProvisionedThroughput.builder()
        .readCapacityUnits(Math.max(1, described.readCapacityUnits()))
        .writeCapacityUnits(Math.max(1, described.writeCapacityUnits()))
        .build();
  }
}
