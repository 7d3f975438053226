package dev.terrarium.services.glue;

import dev.terrarium.kernel.store.Batch;
import dev.terrarium.services.glue.CatalogKeys.PartKey;
import dev.terrarium.services.glue.CatalogKeys.TableKey;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.glue.model.BatchCreatePartitionRequest;
import software.amazon.awssdk.services.glue.model.BatchCreatePartitionResponse;
import software.amazon.awssdk.services.glue.model.BatchDeletePartitionRequest;
import software.amazon.awssdk.services.glue.model.BatchDeletePartitionResponse;
import software.amazon.awssdk.services.glue.model.BatchGetPartitionRequest;
import software.amazon.awssdk.services.glue.model.BatchGetPartitionResponse;
import software.amazon.awssdk.services.glue.model.BatchUpdatePartitionFailureEntry;
import software.amazon.awssdk.services.glue.model.BatchUpdatePartitionRequest;
import software.amazon.awssdk.services.glue.model.BatchUpdatePartitionResponse;
import software.amazon.awssdk.services.glue.model.Partition;
import software.amazon.awssdk.services.glue.model.PartitionError;

/// Many partitions at once: what goes wrong with one is told, and the others are done.
final class GluePartitionBatches extends GluePart {
  private static final int CREATED_MAX = 100;
  private static final int DELETED_MAX = 25;
  private static final int GOTTEN_MAX = 1000;

  GluePartitionBatches(Catalog catalog) {
    super(catalog);
  }

  @Override
  public BatchCreatePartitionResponse batchCreatePartition(BatchCreatePartitionRequest request) {
    var key =
        GluePartitions.key(
            catalog, request.catalogId(), request.databaseName(), request.tableName());
    new GlueConstraints()
        .present("partitionInputList", request.hasPartitionInputList())
        .count("partitionInputList", request.partitionInputList(), 0, CREATED_MAX)
        .check();
    var errors = new ArrayList<PartitionError>();
    each(
        key,
        request.partitionInputList(),
        (table, input) -> {
          var batch = new Batch();
          GluePartitions.add(catalog, batch, key, table, input);
          catalog.store.commit(batch);
        },
        (input, e) -> errors.add(error(input.values(), e)));
    return BatchCreatePartitionResponse.builder().errors(errors).build();
  }

  /// Does to each what is asked, and tells of those that could not be done.
  private <T> void each(
      TableKey key,
      List<T> items,
      BiConsumer<TableRecord, T> action,
      BiConsumer<T, AwsServiceException> failure) {
    catalog.with(
        key.in(),
        () -> {
          var table = catalog.table(key);
          for (var item : items) {
            try {
              action.accept(table, item);
            } catch (AwsServiceException e) {
              failure.accept(item, e);
            }
          }
          return table;
        });
  }

  private static PartitionError error(List<String> values, AwsServiceException e) {
    return PartitionError.builder()
        .partitionValues(values)
        .errorDetail(GlueErrors.detail(e))
        .build();
  }

  @Override
  public BatchDeletePartitionResponse batchDeletePartition(BatchDeletePartitionRequest request) {
    var key =
        GluePartitions.key(
            catalog, request.catalogId(), request.databaseName(), request.tableName());
    new GlueConstraints()
        .present("partitionsToDelete", request.hasPartitionsToDelete())
        .count("partitionsToDelete", request.partitionsToDelete(), 0, DELETED_MAX)
        .check();
    var errors = new ArrayList<PartitionError>();
    each(
        key,
        request.partitionsToDelete(),
        (table, partition) -> GluePartitions.remove(catalog, table, partition.values()),
        (partition, e) -> errors.add(error(partition.values(), e)));
    return BatchDeletePartitionResponse.builder().errors(errors).build();
  }

  @Override
  public BatchGetPartitionResponse batchGetPartition(BatchGetPartitionRequest request) {
    var key =
        GluePartitions.key(
            catalog, request.catalogId(), request.databaseName(), request.tableName());
    new GlueConstraints()
        .present("partitionsToGet", request.hasPartitionsToGet())
        .count("partitionsToGet", request.partitionsToGet(), 0, GOTTEN_MAX)
        .check();
    var table = catalog.table(key);
    var found = new ArrayList<Partition>();
    for (var values : request.partitionsToGet()) {
      var partition = catalog.partitions.get(PartKey.of(table.storageId(), values.values()));
      if (partition != null) {
        found.add(partition);
      }
    }
    return BatchGetPartitionResponse.builder().partitions(found).unprocessedKeys(List.of()).build();
  }

  @Override
  public BatchUpdatePartitionResponse batchUpdatePartition(BatchUpdatePartitionRequest request) {
    var key =
        GluePartitions.key(
            catalog, request.catalogId(), request.databaseName(), request.tableName());
    new GlueConstraints()
        .present("entries", request.hasEntries())
        .count("entries", request.entries(), 1, CREATED_MAX)
        .check();
    var errors = new ArrayList<BatchUpdatePartitionFailureEntry>();
    each(
        key,
        request.entries(),
        (table, entry) ->
            GluePartitions.change(
                catalog, key, table, entry.partitionValueList(), entry.partitionInput()),
        (entry, e) ->
            errors.add(
                BatchUpdatePartitionFailureEntry.builder()
                    .partitionValueList(entry.partitionValueList())
                    .errorDetail(GlueErrors.detail(e))
                    .build()));
    return BatchUpdatePartitionResponse.builder().errors(errors).build();
  }
}
