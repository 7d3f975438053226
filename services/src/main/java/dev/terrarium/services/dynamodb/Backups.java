package dev.terrarium.services.dynamodb;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.Key;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.services.dynamodb.value.ItemCodec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.BackupDescription;
import software.amazon.awssdk.services.dynamodb.model.BackupDetails;
import software.amazon.awssdk.services.dynamodb.model.BackupNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.BackupStatus;
import software.amazon.awssdk.services.dynamodb.model.BackupSummary;
import software.amazon.awssdk.services.dynamodb.model.BackupType;
import software.amazon.awssdk.services.dynamodb.model.CreateBackupRequest;
import software.amazon.awssdk.services.dynamodb.model.CreateBackupResponse;
import software.amazon.awssdk.services.dynamodb.model.DeleteBackupRequest;
import software.amazon.awssdk.services.dynamodb.model.DeleteBackupResponse;
import software.amazon.awssdk.services.dynamodb.model.DescribeBackupRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeBackupResponse;
import software.amazon.awssdk.services.dynamodb.model.ListBackupsRequest;
import software.amazon.awssdk.services.dynamodb.model.ListBackupsResponse;
import software.amazon.awssdk.services.dynamodb.model.RestoreTableFromBackupRequest;
import software.amazon.awssdk.services.dynamodb.model.RestoreTableFromBackupResponse;
import software.amazon.awssdk.services.dynamodb.model.SourceTableDetails;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

/// Backups on demand: all items of one moment, copied beside the table.
final class Backups extends DynamoPart {
  private static final int AT_ONCE = 500;
  private static final int PAGE_MAX = 100;

  private final TableMaker maker;
  private final Keyspace<Place, BackupRecord> records;

  /// Whose backup, and which.
  private record Place(String account, String region, String table, String id) {
    static final KeyCodec<Place> CODEC =
        KeyCodec.of(
            (place, writer) ->
                writer
                    .string(place.account)
                    .string(place.region)
                    .string(place.table)
                    .string(place.id),
            reader ->
                new Place(reader.string(), reader.string(), reader.string(), reader.string()));

    TableKey key() {
      return new TableKey(account, region, table);
    }
  }

  Backups(Tables tables) {
    super(tables);
    this.maker = new TableMaker(tables);
    this.records =
        new Keyspace<>(tables.store, "dynamodb.backups", Place.CODEC, BackupRecord.CODEC);
  }

  private static byte[] prefix(Place place) {
    return Tables.prefix("backupItems", place.key(), place.id);
  }

  @Override
  public CreateBackupResponse createBackup(CreateBackupRequest request) {
    new DynamoConstraints()
        .table(request.tableName())
        .required("backupName", request.backupName())
        .length("backupName", request.backupName(), 3, 255)
        .check();
    var table = ContinuousBackups.find(tables, request.tableName());
    var now = tables.cloud.clock().millis();
    var id = String.format(Locale.ROOT, "%014d-%s", now, tables.cloud.ids().hex(8));
    var place = new Place(table.key.account(), table.key.region(), table.key.name(), id);
    copy(table.layout().prefix(), prefix(place));
    var count = table.count(Tally.TABLE);
    var backup =
        new BackupRecord(
            id,
            request.backupName(),
            now,
            count.items(),
            count.bytes(),
            table.layout().config().description());
    records.put(place, backup);
    return CreateBackupResponse.builder().backupDetails(details(backup)).build();
  }

  /// Copies what is in one range, as it is at one moment, into another.
  private void copy(byte[] from, byte[] to) {
    try (var snapshot = tables.store.snapshot();
        var cursor = snapshot.scan(from, Key.after(from), false)) {
      var batch = new Batch();
      while (cursor.next()) {
        var rest = Arrays.copyOfRange(cursor.key(), from.length, cursor.key().length);
        batch.put(new Key.Writer().raw(to).raw(rest).toBytes(), cursor.value());
        if (batch.changes().size() == AT_ONCE) {
          tables.store.commit(batch);
          batch = new Batch();
        }
      }
      tables.store.commit(batch);
    }
  }

  private BackupDetails details(BackupRecord backup) {
    return BackupDetails.builder()
        .backupArn(backup.arn())
        .backupName(backup.name())
        .backupSizeBytes(backup.bytes())
        .backupStatus(BackupStatus.AVAILABLE)
        .backupType(BackupType.USER)
        .backupCreationDateTime(Instant.ofEpochMilli(backup.madeMillis()))
        .build();
  }

  private BackupDescription description(BackupRecord backup) {
    var table = backup.table();
    return BackupDescription.builder()
        .backupDetails(details(backup))
        .sourceTableDetails(
            SourceTableDetails.builder()
                .tableName(table.tableName())
                .tableId(table.tableId())
                .tableArn(table.tableArn())
                .tableSizeBytes(backup.bytes())
                .itemCount(backup.items())
                .keySchema(table.keySchema())
                .tableCreationDateTime(table.creationDateTime())
                .provisionedThroughput(ContinuousBackups.units(table.provisionedThroughput()))
                .build())
        .build();
  }

  private Place place(@Nullable String arn) {
    new DynamoConstraints().required("backupArn", arn).check();
    var text = String.valueOf(arn);
    var parsed = Arn.of(text);
    var parts = parsed.map(a -> a.resource().split("/", 4)).orElse(new String[0]);
    if (parsed.isEmpty() || parts.length != 4 || !parts[2].equals("backup")) {
      throw DynamoErrors.validation("Invalid Backup ARN");
    }
    return new Place(parsed.get().account(), parsed.get().region(), parts[1], parts[3]);
  }

  private BackupRecord find(Place place, String arn) {
    var backup = records.get(place);
    if (backup == null) {
      throw Errors.of(
          BackupNotFoundException.builder(),
          400,
          "BackupNotFoundException",
          "Backup not found: " + arn);
    }
    return backup;
  }

  @Override
  public DescribeBackupResponse describeBackup(DescribeBackupRequest request) {
    var backup = find(place(request.backupArn()), request.backupArn());
    return DescribeBackupResponse.builder().backupDescription(description(backup)).build();
  }

  @Override
  public DeleteBackupResponse deleteBackup(DeleteBackupRequest request) {
    var place = place(request.backupArn());
    var backup = find(place, request.backupArn());
    var batch = new Batch();
    records.delete(batch, place);
    tables.garbage.discard(batch, prefix(place));
    tables.store.commit(batch);
    tables.garbage.sweepLater();
    return DeleteBackupResponse.builder().backupDescription(description(backup)).build();
  }

  @Override
  public ListBackupsResponse listBackups(ListBackupsRequest request) {
    new DynamoConstraints()
        .atLeast("limit", request.limit(), 1)
        .atMost("limit", request.limit(), PAGE_MAX)
        .oneOf("backupType", request.backupTypeAsString(), "USER", "SYSTEM", "AWS_BACKUP", "ALL")
        .check();
    var max = request.limit() == null ? PAGE_MAX : request.limit();
    var call = Call.current();
    var table = request.tableName() == null ? null : TableKey.of(request.tableName()).name();
    var after = request.exclusiveStartBackupArn();
    var found = new ArrayList<BackupSummary>();
    records.scan(
        (place, backup) -> {
          if ((table == null || table.equals(place.table))
              && (after == null || backup.arn().compareTo(after) > 0)
              && isWanted(request, backup)) {
            found.add(summary(backup));
          }
          return found.size() <= max;
        },
        call.account(),
        call.region());
    var response = ListBackupsResponse.builder();
    if (found.size() > max) {
      found.removeLast();
      response.lastEvaluatedBackupArn(found.getLast().backupArn());
    }
    return response.backupSummaries(found).build();
  }

  private static boolean isWanted(ListBackupsRequest request, BackupRecord backup) {
    var made = Instant.ofEpochMilli(backup.madeMillis());
    var from = request.timeRangeLowerBound();
    var to = request.timeRangeUpperBound();
    var type = request.backupTypeAsString();
    return (from == null || !made.isBefore(from))
        && (to == null || made.isBefore(to))
        && (type == null || type.equals("USER") || type.equals("ALL"));
  }

  private static BackupSummary summary(BackupRecord backup) {
    return BackupSummary.builder()
        .tableName(backup.table().tableName())
        .tableId(backup.table().tableId())
        .tableArn(backup.table().tableArn())
        .backupArn(backup.arn())
        .backupName(backup.name())
        .backupCreationDateTime(Instant.ofEpochMilli(backup.madeMillis()))
        .backupStatus(BackupStatus.AVAILABLE)
        .backupType(BackupType.USER)
        .backupSizeBytes(backup.bytes())
        .build();
  }

  @Override
  public RestoreTableFromBackupResponse restoreTableFromBackup(
      RestoreTableFromBackupRequest request) {
    TableRules.checkName(request.targetTableName());
    var place = place(request.backupArn());
    var backup = find(place, request.backupArn());
    var key = TableKey.of(request.targetTableName());
    ContinuousBackups.checkFree(tables, key);
    var create = ContinuousBackups.copyOf(backup.table(), request.billingModeOverrideAsString());
    if (request.hasGlobalSecondaryIndexOverride()) {
      create.globalSecondaryIndexes(
          ContinuousBackups.orNone(request.globalSecondaryIndexOverride()));
    }
    if (request.hasLocalSecondaryIndexOverride()) {
      create.localSecondaryIndexes(ContinuousBackups.orNone(request.localSecondaryIndexOverride()));
    }
    if (request.provisionedThroughputOverride() != null) {
      create.provisionedThroughput(request.provisionedThroughputOverride());
    }
    create
        .onDemandThroughput(request.onDemandThroughputOverride())
        .sseSpecification(request.sseSpecificationOverride());
    var target = maker.make(key, create.tableName(key.name()).build(), Map.of());
    var prefix = prefix(place);
    try (var cursor = tables.store.scan(prefix, Key.after(prefix), false)) {
      while (cursor.next()) {
        var item = ItemCodec.ITEM.decode(cursor.value());
        Intent.put(target, item, null, false).execute(tables, Capacity.free());
      }
    }
    tables.change(
        target,
        new Batch(),
        made ->
            made.with(
                made.description().toBuilder()
                    .restoreSummary(s ->
                        s.sourceBackupArn(backup.arn())
                            .sourceTableArn(backup.table().tableArn())
                            .restoreDateTime(Instant.ofEpochMilli(backup.madeMillis()))
                            .restoreInProgress(false))
                    .build()));
    return RestoreTableFromBackupResponse.builder()
        .tableDescription(maker.show(target, TableStatus.CREATING))
        .build();
  }
}
