package dev.terrarium.services.dynamodb;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.BillingModeSummary;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexWarmThroughputDescription;
import software.amazon.awssdk.services.dynamodb.model.IndexStatus;
import software.amazon.awssdk.services.dynamodb.model.LocalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughput;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputDescription;
import software.amazon.awssdk.services.dynamodb.model.SSEDescription;
import software.amazon.awssdk.services.dynamodb.model.SSESpecification;
import software.amazon.awssdk.services.dynamodb.model.SSEStatus;
import software.amazon.awssdk.services.dynamodb.model.SSEType;
import software.amazon.awssdk.services.dynamodb.model.StreamSpecification;
import software.amazon.awssdk.services.dynamodb.model.TableClassSummary;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;
import software.amazon.awssdk.services.dynamodb.model.TableWarmThroughputDescription;
import software.amazon.awssdk.services.dynamodb.model.WarmThroughput;

/// Makes tables from what CreateTable asks for.
final class TableMaker {
  private static final long WARM_READS = 12_000;
  private static final long WARM_WRITES = 4_000;

  private final Tables tables;

  TableMaker(Tables tables) {
    this.tables = tables;
  }

  /// A table that is not stored yet.
  record Prepared(TableConfig config, @Nullable StreamConfig stream) {}

  /// Makes a table of a request that was checked.
  Table make(TableKey key, CreateTableRequest request, Map<String, String> tags) {
    var prepared = prepare(key, request, tags);
    return tables.create(key, prepared.config, prepared.stream);
  }

  /// What a table of a request that was checked is going to be.
  Prepared prepare(TableKey key, CreateTableRequest request, Map<String, String> tags) {
    var now = tables.cloud.clock().now();
    var description = description(key, request, now);
    StreamConfig stream = null;
    var wanted = request.streamSpecification();
    if (wanted != null && wanted.streamEnabled()) {
      var schema = KeySchema.of(request.keySchema(), request.attributeDefinitions());
      stream =
          tables.streams.make(key, wanted, schema, writeUnits(request.provisionedThroughput()));
      withStream(description, key, wanted, stream);
    }
    var settings = new HashMap<String, String>();
    if (request.resourcePolicy() != null) {
      settings.put(ResourcePolicies.POLICY, request.resourcePolicy());
      settings.put(ResourcePolicies.REVISION, Long.toString(tables.cloud.clock().millis()));
    }
    var config =
        new TableConfig(
            tables.cloud.ids().alphanumeric(12),
            description.build(),
            indexIds(request),
            tags,
            "",
            Instant.EPOCH,
            Instant.EPOCH,
            0,
            Map.copyOf(settings));
    return new Prepared(config, stream);
  }

  /// Write units as far as they decide on partitions, or null on demand.
  static @Nullable Long writeUnits(@Nullable ProvisionedThroughput throughput) {
    return throughput == null ? null : throughput.writeCapacityUnits();
  }

  static void withStream(
      TableDescription.Builder description,
      TableKey key,
      StreamSpecification wanted,
      StreamConfig stream) {
    var label = Streams.label(stream.createdMillis());
    description
        .streamSpecification(wanted)
        .latestStreamLabel(label)
        .latestStreamArn(new StreamConfig.Place(key, label).arn());
  }

  private Map<String, String> indexIds(CreateTableRequest request) {
    var ids = new HashMap<String, String>();
    request
        .localSecondaryIndexes()
        .forEach(index -> ids.put(index.indexName(), tables.cloud.ids().alphanumeric(6)));
    request
        .globalSecondaryIndexes()
        .forEach(index -> ids.put(index.indexName(), tables.cloud.ids().alphanumeric(6)));
    return ids;
  }

  private TableDescription.Builder description(
      TableKey key, CreateTableRequest request, Instant now) {
    var onDemand = request.billingMode() == BillingMode.PAY_PER_REQUEST;
    var description =
        TableDescription.builder()
            .attributeDefinitions(request.attributeDefinitions())
            .tableName(key.name())
            .keySchema(request.keySchema())
            .tableStatus(TableStatus.ACTIVE)
            .creationDateTime(now)
            .provisionedThroughput(throughput(request.provisionedThroughput()))
            .tableArn(key.arn())
            .tableId(tables.cloud.ids().uuid())
            .deletionProtectionEnabled(Boolean.TRUE.equals(request.deletionProtectionEnabled()))
            .onDemandThroughput(request.onDemandThroughput())
            .warmThroughput(warm(request.provisionedThroughput(), request.warmThroughput()));
    if (onDemand) {
      description.billingModeSummary(
          BillingModeSummary.builder()
              .billingMode(BillingMode.PAY_PER_REQUEST)
              .lastUpdateToPayPerRequestDateTime(now)
              .build());
    }
    if (request.tableClass() != null) {
      description.tableClassSummary(
          TableClassSummary.builder().tableClass(request.tableClass()).build());
    }
    var sse = sse(key, request.sseSpecification());
    if (sse != null) {
      description.sseDescription(sse);
    }
    if (!request.localSecondaryIndexes().isEmpty()) {
      description.localSecondaryIndexes(
          request.localSecondaryIndexes().stream()
              .map(index ->
                  LocalSecondaryIndexDescription.builder()
                      .indexName(index.indexName())
                      .keySchema(index.keySchema())
                      .projection(index.projection())
                      .indexArn(key.arn() + "/index/" + index.indexName())
                      .build())
              .toList());
    }
    if (!request.globalSecondaryIndexes().isEmpty()) {
      description.globalSecondaryIndexes(
          request.globalSecondaryIndexes().stream()
              .map(index -> global(key, index, IndexStatus.ACTIVE))
              .toList());
    }
    return description;
  }

  /// What a table or index is ready for at once, whatever it is given later.
  private static TableWarmThroughputDescription warm(
      @Nullable ProvisionedThroughput provisioned, @Nullable WarmThroughput wanted) {
    var reads = provisioned == null ? WARM_READS : provisioned.readCapacityUnits();
    var writes = provisioned == null ? WARM_WRITES : provisioned.writeCapacityUnits();
    if (wanted != null && wanted.readUnitsPerSecond() != null) {
      reads = wanted.readUnitsPerSecond();
    }
    if (wanted != null && wanted.writeUnitsPerSecond() != null) {
      writes = wanted.writeUnitsPerSecond();
    }
    return TableWarmThroughputDescription.builder()
        .readUnitsPerSecond(reads)
        .writeUnitsPerSecond(writes)
        .status(TableStatus.ACTIVE)
        .build();
  }

  static @Nullable SSEDescription sse(TableKey key, @Nullable SSESpecification wanted) {
    if (wanted == null || !Boolean.TRUE.equals(wanted.enabled())) {
      return null;
    }
    var master = wanted.kmsMasterKeyId();
    return SSEDescription.builder()
        .status(SSEStatus.ENABLED)
        .sseType(SSEType.KMS)
        .kmsMasterKeyArn(
            master == null || !master.startsWith("arn:")
                ? key.scope().arn("kms", "key/" + (master == null ? "aws-dynamodb" : master))
                : master)
        .build();
  }

  static GlobalSecondaryIndexDescription global(
      TableKey key, GlobalSecondaryIndex index, IndexStatus status) {
    var description =
        GlobalSecondaryIndexDescription.builder()
            .indexName(index.indexName())
            .keySchema(index.keySchema())
            .projection(index.projection())
            .indexStatus(status)
            .provisionedThroughput(throughput(index.provisionedThroughput()))
            .onDemandThroughput(index.onDemandThroughput())
            .indexArn(key.arn() + "/index/" + index.indexName());
    var warm = warm(index.provisionedThroughput(), index.warmThroughput());
    description.warmThroughput(
        GlobalSecondaryIndexWarmThroughputDescription.builder()
            .readUnitsPerSecond(warm.readUnitsPerSecond())
            .writeUnitsPerSecond(warm.writeUnitsPerSecond())
            .status(IndexStatus.ACTIVE)
            .build());
    if (status == IndexStatus.CREATING) {
      description.backfilling(true);
    }
    return description.build();
  }

  static ProvisionedThroughputDescription throughput(@Nullable ProvisionedThroughput wanted) {
    return ProvisionedThroughputDescription.builder()
        .numberOfDecreasesToday(0L)
        .readCapacityUnits(wanted == null ? Long.valueOf(0) : wanted.readCapacityUnits())
        .writeCapacityUnits(wanted == null ? Long.valueOf(0) : wanted.writeCapacityUnits())
        .build();
  }

  /// What DescribeTable shows: the definition and the counts.
  TableDescription show(Table table, @Nullable TableStatus status) {
    var config = table.layout().config();
    var stored = config.description();
    var total = table.count(Tally.TABLE);
    var shown = stored.toBuilder().itemCount(total.items()).tableSizeBytes(total.bytes());
    if (status != null) {
      shown.tableStatus(status);
    }
    var group = tables.groups.of(table.key);
    if (group != null) {
      shown.globalTableVersion(group.version());
      if (!group.isLegacy()) {
        shown.replicas(group.without(table.key.region()).replicas());
      }
    }
    if (stored.hasLocalSecondaryIndexes()) {
      shown.localSecondaryIndexes(
          stored.localSecondaryIndexes().stream()
              .map(index -> {
                var count = count(table, config, index.indexName());
                return index.toBuilder()
                    .itemCount(count.items())
                    .indexSizeBytes(count.bytes())
                    .build();
              })
              .toList());
    }
    if (stored.hasGlobalSecondaryIndexes()) {
      var indexes = globals(table, config, stored.globalSecondaryIndexes());
      shown.globalSecondaryIndexes(
          status == TableStatus.CREATING
              ? indexes.stream()
                  .map(index -> index.toBuilder().indexStatus(IndexStatus.CREATING).build())
                  .toList()
              : indexes);
    }
    return shown.build();
  }

  private static List<GlobalSecondaryIndexDescription> globals(
      Table table, TableConfig config, List<GlobalSecondaryIndexDescription> indexes) {
    return indexes.stream()
        .map(index -> {
          var count = count(table, config, index.indexName());
          return index.toBuilder().itemCount(count.items()).indexSizeBytes(count.bytes()).build();
        })
        .toList();
  }

  private static Tally.Count count(Table table, TableConfig config, String index) {
    return table.count(Objects.requireNonNull(config.indexIds().get(index)));
  }
}
