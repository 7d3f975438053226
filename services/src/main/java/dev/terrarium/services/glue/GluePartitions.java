package dev.terrarium.services.glue;

import dev.terrarium.kernel.Page;
import dev.terrarium.kernel.model.Pojos;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.services.glue.CatalogKeys.PartKey;
import dev.terrarium.services.glue.CatalogKeys.TableKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.glue.model.Column;
import software.amazon.awssdk.services.glue.model.CreatePartitionRequest;
import software.amazon.awssdk.services.glue.model.CreatePartitionResponse;
import software.amazon.awssdk.services.glue.model.DeletePartitionRequest;
import software.amazon.awssdk.services.glue.model.DeletePartitionResponse;
import software.amazon.awssdk.services.glue.model.GetPartitionRequest;
import software.amazon.awssdk.services.glue.model.GetPartitionResponse;
import software.amazon.awssdk.services.glue.model.GetPartitionsRequest;
import software.amazon.awssdk.services.glue.model.GetPartitionsResponse;
import software.amazon.awssdk.services.glue.model.Partition;
import software.amazon.awssdk.services.glue.model.PartitionInput;
import software.amazon.awssdk.services.glue.model.Segment;
import software.amazon.awssdk.services.glue.model.UpdatePartitionRequest;
import software.amazon.awssdk.services.glue.model.UpdatePartitionResponse;

/// Partitions of tables, one by one.
final class GluePartitions extends GluePart {
  private static final int PAGE_MAX = 1000;

  GluePartitions(Catalog catalog) {
    super(catalog);
  }

  /// The key of a table whose partitions a request is about.
  static TableKey key(Catalog catalog, @Nullable String catalogId, String database, String table) {
    new GlueConstraints().name("databaseName", database).name("tableName", table).check();
    return catalog.key(catalogId, database, table);
  }

  /// A partition as it is stored.
  static Partition described(
      Catalog catalog, TableKey key, TableRecord table, PartitionInput input) {
    checkValues(table, input.values());
    return Pojos.copy(input, Partition.builder())
        .databaseName(key.database())
        .tableName(key.name())
        .catalogId(key.account())
        .creationTime(catalog.cloud.clock().now())
        .storageDescriptor(GlueTables.stored(input.storageDescriptor()))
        .build();
  }

  static void checkValues(TableRecord table, List<String> values) {
    if (values.size() != table.keyCount()) {
      throw GlueErrors.invalid(
          "The number of partition keys do not match the number of partition values");
    }
  }

  /// Puts a new partition into a table when the batch commits. Called under the database's lock.
  static void add(
      Catalog catalog, Batch batch, TableKey key, TableRecord table, PartitionInput input) {
    var partition = described(catalog, key, table, input);
    var at = PartKey.of(table.storageId(), partition.values());
    if (catalog.partitions.contains(at)) {
      throw GlueErrors.exists("Partition");
    }
    catalog.partitions.put(batch, at, partition);
  }

  /// Changes a partition, which may get other values. Called under the database's lock.
  static void change(
      Catalog catalog, TableKey key, TableRecord table, List<String> values, PartitionInput input) {
    var from = PartKey.of(table.storageId(), values);
    var before = catalog.partitions.get(from);
    if (before == null) {
      throw GlueErrors.notFound("Partition not found.");
    }
    var given =
        input.hasValues() && !input.values().isEmpty()
            ? input
            : input.toBuilder().values(values).build();
    var after =
        described(catalog, key, table, given).toBuilder()
            .creationTime(before.creationTime())
            .build();
    var to = PartKey.of(table.storageId(), after.values());
    var batch = new Batch();
    if (!to.equals(from)) {
      if (catalog.partitions.contains(to)) {
        throw GlueErrors.exists("Partition");
      }
      catalog.partitions.delete(batch, from);
    }
    catalog.partitions.put(batch, to, after);
    catalog.store.commit(batch);
  }

  /// Removes a partition. Called under the database's lock.
  static void remove(Catalog catalog, TableRecord table, List<String> values) {
    var at = PartKey.of(table.storageId(), values);
    if (!catalog.partitions.contains(at)) {
      throw GlueErrors.notFound("Partition not found.");
    }
    catalog.partitions.delete(at);
  }

  @Override
  public CreatePartitionResponse createPartition(CreatePartitionRequest request) {
    var key = key(catalog, request.catalogId(), request.databaseName(), request.tableName());
    new GlueConstraints().required("partitionInput", request.partitionInput()).check();
    catalog.with(
        key.in(),
        () -> {
          var batch = new Batch();
          add(catalog, batch, key, catalog.table(key), request.partitionInput());
          CatalogChanges.ofTable(
              catalog.cloud, batch, key, "CreatePartition", request.partitionInput().values());
          catalog.store.commit(batch);
          return key;
        });
    return CreatePartitionResponse.builder().build();
  }

  @Override
  public GetPartitionResponse getPartition(GetPartitionRequest request) {
    var key = key(catalog, request.catalogId(), request.databaseName(), request.tableName());
    new GlueConstraints().present("partitionValues", request.hasPartitionValues()).check();
    var table = catalog.table(key);
    checkValues(table, request.partitionValues());
    var found = catalog.partitions.get(PartKey.of(table.storageId(), request.partitionValues()));
    if (found == null) {
      throw GlueErrors.notFound("Cannot find partition.");
    }
    return GetPartitionResponse.builder().partition(found).build();
  }

  @Override
  public UpdatePartitionResponse updatePartition(UpdatePartitionRequest request) {
    var key = key(catalog, request.catalogId(), request.databaseName(), request.tableName());
    new GlueConstraints()
        .present("partitionValueList", request.hasPartitionValueList())
        .count("partitionValueList", request.partitionValueList(), 0, 100)
        .required("partitionInput", request.partitionInput())
        .check();
    catalog.with(
        key.in(),
        () -> {
          var values = request.partitionValueList();
          change(catalog, key, catalog.table(key), values, request.partitionInput());
          return key;
        });
    return UpdatePartitionResponse.builder().build();
  }

  @Override
  public DeletePartitionResponse deletePartition(DeletePartitionRequest request) {
    var key = key(catalog, request.catalogId(), request.databaseName(), request.tableName());
    new GlueConstraints().present("partitionValues", request.hasPartitionValues()).check();
    catalog.with(
        key.in(),
        () -> {
          remove(catalog, catalog.table(key), request.partitionValues());
          return key;
        });
    return DeletePartitionResponse.builder().build();
  }

  @Override
  public GetPartitionsResponse getPartitions(GetPartitionsRequest request) {
    var key = key(catalog, request.catalogId(), request.databaseName(), request.tableName());
    new GlueConstraints()
        .length("expression", request.expression(), 0, 2048)
        .page(request.maxResults(), PAGE_MAX)
        .check();
    var table = catalog.table(key);
    var segment = request.segment();
    if (segment != null
        && (segment.segmentNumber() < 0
            || segment.totalSegments() < 1
            || segment.segmentNumber() >= segment.totalSegments())) {
      throw GlueErrors.invalid("Invalid segment");
    }
    var expression = PartitionExpression.of(request.expression(), table.table().partitionKeys());
    var max = request.maxResults() == null ? PAGE_MAX : request.maxResults();
    var after = Pages.behind(request.nextToken());
    var bare = Boolean.TRUE.equals(request.excludeColumnSchema());
    var found = new ArrayList<Partition>();
    catalog.partitions.scanFrom(
        new PartKey(table.storageId(), after),
        (at, partition) -> {
          if ((after.isEmpty() || !at.name().equals(after))
              && within(segment, at.name())
              && expression.test(partition.values())) {
            found.add(bare ? withoutColumns(partition) : partition);
          }
          return found.size() <= max;
        },
        table.storageId());
    var more = found.size() > max;
    var page = more ? found.subList(0, max) : found;
    return GetPartitionsResponse.builder()
        .partitions(page)
        .nextToken(more ? Page.token(CatalogKeys.joined(page.getLast().values())) : null)
        .build();
  }

  private static boolean within(@Nullable Segment segment, String name) {
    return segment == null
        || Math.floorMod(name.hashCode(), segment.totalSegments()) == segment.segmentNumber();
  }

  private static Partition withoutColumns(Partition partition) {
    var stored = partition.storageDescriptor();
    return stored == null
        ? partition
        : partition.toBuilder()
            .storageDescriptor(stored.toBuilder().columns((Collection<Column>) null).build())
            .build();
  }
}
