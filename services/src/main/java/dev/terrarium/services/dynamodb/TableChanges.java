package dev.terrarium.services.dynamodb;

import static dev.terrarium.services.dynamodb.DynamoErrors.invalid;
import static dev.terrarium.services.dynamodb.DynamoErrors.validation;

import dev.terrarium.kernel.store.Batch;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.BillingModeSummary;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputDescription;
import software.amazon.awssdk.services.dynamodb.model.ReplicationGroupUpdate;
import software.amazon.awssdk.services.dynamodb.model.StreamSpecification;
import software.amazon.awssdk.services.dynamodb.model.TableClassSummary;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.UpdateTableRequest;

/// What UpdateTable changes.
final class TableChanges {
  private static final Pattern REGION = Pattern.compile("[a-z]{2}(-[a-z]+)+-\\d");

  private final Tables tables;
  private final IndexChanges indexChanges;

  TableChanges(Tables tables) {
    this.tables = tables;
    this.indexChanges = new IndexChanges(tables);
  }

  void apply(Table table, UpdateTableRequest request) {
    TableChangeRules.check(request);
    if (!request.replicaUpdates().isEmpty()) {
      TableChangeRules.checkTogether(request.replicaUpdates());
      request.replicaUpdates().forEach(update -> apply(table, update));
      return;
    }
    var batch = new Batch();
    tables.changeAll(
        table,
        batch,
        (key, config) -> {
          var changed = config;
          if (!request.globalSecondaryIndexUpdates().isEmpty()) {
            changed = indexChanges.apply(key, changed, request, batch);
          }
          var description = changed.description().toBuilder();
          var own = key.equals(table.key);
          billing(
              changed.description(),
              description,
              own ? request : withReads(request, changed.description()),
              own);
          if (own) { // The rest each replica has of its own.
            simple(key, description, request, changed.description());
            stream(table, changed.description(), description, request.streamSpecification(), batch);
          }
          return changed.with(description.build());
        });
    if (!request.globalSecondaryIndexUpdates().isEmpty()) {
      tables.groups.members(table).forEach(member -> tables.fillLater(member.key));
      tables.garbage.sweepLater();
    }
  }

  private void apply(Table table, ReplicationGroupUpdate update) {
    var create = update.create();
    var change = update.update();
    var delete = update.delete();
    if (create != null) {
      checkRegion(table, create.regionName());
      tables.groups.add(table, Overrides.of(create));
    } else if (change != null) {
      checkRegion(table, change.regionName());
      tables.groups.change(table, Overrides.of(change));
    } else {
      checkRegion(table, delete.regionName());
      tables.groups.remove(table, delete.regionName());
    }
  }

  private static void checkRegion(Table table, @Nullable String region) {
    new DynamoConstraints().required("replicaUpdates.1.member.regionName", region).check();
    if (table.key.region().equals(region)) {
      throw validation(
          "Cannot add, delete, or update the local region through ReplicaUpdates. Use CreateTable,"
              + " DeleteTable, or UpdateTable as required.");
    } else if (!REGION.matcher(String.valueOf(region)).matches()) {
      throw validation("Unsupported region: " + region);
    }
  }

  /// What a request means for another replica, which keeps the reads that it has.
  private static UpdateTableRequest withReads(
      UpdateTableRequest request, TableDescription current) {
    var wanted = request.provisionedThroughput();
    var reads = current.provisionedThroughput().readCapacityUnits();
    return wanted == null || reads == 0
        ? request
        : request.toBuilder()
            .provisionedThroughput(wanted.toBuilder().readCapacityUnits(reads).build())
            .build();
  }

  private void billing(
      TableDescription current,
      TableDescription.Builder description,
      UpdateTableRequest request,
      boolean mustChange) {
    var summary = current.billingModeSummary();
    var wasOnDemand = summary != null && summary.billingMode() == BillingMode.PAY_PER_REQUEST;
    var onDemand =
        request.billingMode() == null
            ? wasOnDemand
            : request.billingMode() == BillingMode.PAY_PER_REQUEST;
    var throughput = request.provisionedThroughput();
    if (throughput != null || onDemand != wasOnDemand) {
      if (onDemand && throughput != null) {
        throw invalid(
            "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is"
                + " PAY_PER_REQUEST");
      } else if (!onDemand && throughput == null) {
        throw invalid("ProvisionedThroughput must be specified when BillingMode is PROVISIONED");
      }
      checkIndexes(current, onDemand, wasOnDemand);
    }
    if (throughput != null && !wasOnDemand && mustChange) {
      var now = current.provisionedThroughput();
      if (Objects.equals(now.readCapacityUnits(), throughput.readCapacityUnits())
          && Objects.equals(now.writeCapacityUnits(), throughput.writeCapacityUnits())
          && request.globalSecondaryIndexUpdates().isEmpty()) {
        throw validation(
            "The provisioned throughput for the table will not change. The requested value equals"
                + " the current value. Current ReadCapacityUnits provisioned for the table: "
                + now.readCapacityUnits()
                + ". Requested ReadCapacityUnits: "
                + throughput.readCapacityUnits()
                + ". Current WriteCapacityUnits provisioned for the table: "
                + now.writeCapacityUnits()
                + ". Requested WriteCapacityUnits: "
                + throughput.writeCapacityUnits()
                + ". Refer to the Amazon DynamoDB Developer Guide for current limits and how to"
                + " request higher limits.");
      }
    }
    TableRules.checkMaximum(onDemand, request.onDemandThroughput());
    if (throughput != null || onDemand != wasOnDemand) {
      description.provisionedThroughput(
          updated(current.provisionedThroughput(), TableMaker.throughput(throughput)));
    }
    if (onDemand != wasOnDemand) {
      var mode = BillingModeSummary.builder();
      mode.billingMode(onDemand ? BillingMode.PAY_PER_REQUEST : BillingMode.PROVISIONED);
      mode.lastUpdateToPayPerRequestDateTime(
          onDemand
              ? tables.cloud.clock().now()
              : Objects.requireNonNull(summary).lastUpdateToPayPerRequestDateTime());
      description.billingModeSummary(mode.build());
      if (onDemand && current.hasGlobalSecondaryIndexes()) {
        description.globalSecondaryIndexes(onDemand(current.globalSecondaryIndexes()));
      }
    }
  }

  /// A table that is to be provisioned again needs to know it of its indexes too.
  private static void checkIndexes(
      TableDescription current, boolean onDemand, boolean wasOnDemand) {
    if (!onDemand && wasOnDemand) {
      for (var index : current.globalSecondaryIndexes()) {
        if (index.provisionedThroughput().readCapacityUnits() == 0) {
          throw invalid("ProvisionedThroughput must be specified for index: " + index.indexName());
        }
      }
    }
  }

  private static List<GlobalSecondaryIndexDescription> onDemand(
      List<GlobalSecondaryIndexDescription> indexes) {
    return indexes.stream()
        .map(index -> index.toBuilder().provisionedThroughput(TableMaker.throughput(null)).build())
        .toList();
  }

  private ProvisionedThroughputDescription updated(
      ProvisionedThroughputDescription before, ProvisionedThroughputDescription after) {
    var now = tables.cloud.clock().now();
    var more =
        after.readCapacityUnits() > before.readCapacityUnits()
            || after.writeCapacityUnits() > before.writeCapacityUnits();
    var less =
        after.readCapacityUnits() < before.readCapacityUnits()
            || after.writeCapacityUnits() < before.writeCapacityUnits();
    return after.toBuilder()
        .lastIncreaseDateTime(more ? now : before.lastIncreaseDateTime())
        .lastDecreaseDateTime(less ? now : before.lastDecreaseDateTime())
        .numberOfDecreasesToday(before.numberOfDecreasesToday() + (less ? 1 : 0))
        .build();
  }

  private static void checkWarm(String which, @Nullable Long now, @Nullable Long wanted) {
    if (now != null && wanted != null && wanted < now) {
      throw invalid(
          "Requested "
              + which
              + "UnitsPerSecond for WarmThroughput for table is lower than current WarmThroughput,"
              + " decreasing WarmThroughput is not supported");
    }
  }

  private void simple(
      TableKey key,
      TableDescription.Builder description,
      UpdateTableRequest request,
      TableDescription current) {
    if (request.deletionProtectionEnabled() != null) {
      description.deletionProtectionEnabled(request.deletionProtectionEnabled());
    }
    if (request.onDemandThroughput() != null) {
      description.onDemandThroughput(request.onDemandThroughput());
    }
    var warm = request.warmThroughput();
    if (warm != null) {
      var now = current.warmThroughput();
      checkWarm("Read", now.readUnitsPerSecond(), warm.readUnitsPerSecond());
      checkWarm("Write", now.writeUnitsPerSecond(), warm.writeUnitsPerSecond());
      description.warmThroughput(w ->
          w.readUnitsPerSecond(
                  Objects.requireNonNullElse(warm.readUnitsPerSecond(), now.readUnitsPerSecond()))
              .writeUnitsPerSecond(
                  Objects.requireNonNullElse(warm.writeUnitsPerSecond(), now.writeUnitsPerSecond()))
              .status("ACTIVE"));
    }
    if (request.tableClass() != null) {
      description.tableClassSummary(
          TableClassSummary.builder()
              .tableClass(request.tableClass())
              .lastUpdateDateTime(tables.cloud.clock().now())
              .build());
    }
    if (request.sseSpecification() != null) {
      var wanted = TableMaker.sse(key, request.sseSpecification());
      if (wanted == null && current.sseDescription() == null) {
        throw invalid("Table is already encrypted by default");
      } else if (wanted != null && wanted.equals(current.sseDescription())) {
        throw invalid(
            "Table is already encrypted with given KMSMasterKeyId. Use KMSMasterKeyId parameter if"
                + " you want to change Master Key");
      }
      description.sseDescription(wanted);
    }
  }

  private void stream(
      Table table,
      TableDescription current,
      TableDescription.Builder description,
      @Nullable StreamSpecification wanted,
      Batch batch) {
    if (wanted == null) {
      return;
    }
    var log = table.layout().stream();
    if (wanted.streamEnabled()) {
      if (log != null) {
        throw validation("Table already has an enabled stream: TableName: " + table.key.name());
      }
      var schema = KeySchema.of(current.keySchema(), current.attributeDefinitions());
      var summary = current.billingModeSummary();
      var onDemand = summary != null && summary.billingMode() == BillingMode.PAY_PER_REQUEST;
      var units = onDemand ? null : current.provisionedThroughput().writeCapacityUnits();
      var stream = tables.streams.make(table.key, wanted, schema, units);
      TableMaker.withStream(description, table.key, wanted, stream);
      tables.streams.put(batch, table.key, Streams.label(stream.createdMillis()), stream);
    } else {
      if (log == null) {
        throw validation("Table has no stream to disable: TableName: " + table.key.name());
      }
      if (table.layout().isReplicated()) {
        throw invalid("Disabling Stream is not allowed for a Global Table replica.");
      }
      tables.streams.disable(batch, log);
      // The label and ARN stay visible: the stream can be read for another day.
      description.streamSpecification((StreamSpecification) null);
    }
  }
}
