package dev.terrarium.services.glue;

import dev.terrarium.services.glue.CatalogKeys.PartKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import software.amazon.awssdk.services.glue.model.CreatePartitionIndexRequest;
import software.amazon.awssdk.services.glue.model.CreatePartitionIndexResponse;
import software.amazon.awssdk.services.glue.model.DeletePartitionIndexRequest;
import software.amazon.awssdk.services.glue.model.DeletePartitionIndexResponse;
import software.amazon.awssdk.services.glue.model.GetPartitionIndexesRequest;
import software.amazon.awssdk.services.glue.model.GetPartitionIndexesResponse;
import software.amazon.awssdk.services.glue.model.KeySchemaElement;
import software.amazon.awssdk.services.glue.model.PartitionIndex;
import software.amazon.awssdk.services.glue.model.PartitionIndexDescriptor;
import software.amazon.awssdk.services.glue.model.PartitionIndexStatus;
import software.amazon.awssdk.services.glue.model.Table;

/// Indexes of partitions. They are described and kept; selecting partitions is as fast without.
final class GluePartitionIndexes extends GluePart {
  private static final int INDEXES_MAX = 3;

  GluePartitionIndexes(Catalog catalog) {
    super(catalog);
  }

  /// The indexes with which a table is made.
  static List<PartitionIndexDescriptor> described(List<PartitionIndex> given, Table table) {
    new GlueConstraints().count("partitionIndexes", given, 0, INDEXES_MAX).check();
    return given.stream().map(index -> described(index, table)).toList();
  }

  private static PartitionIndexDescriptor described(PartitionIndex index, Table table) {
    var types = new HashMap<String, String>();
    table.partitionKeys().forEach(column -> types.put(column.name(), column.type()));
    var keys = new ArrayList<KeySchemaElement>();
    for (var name : index.keys()) {
      if (!types.containsKey(name)) {
        throw GlueErrors.invalid("Keys " + index.keys() + " are not subset of partition keys");
      }
      keys.add(KeySchemaElement.builder().name(name).type(types.get(name)).build());
    }
    return PartitionIndexDescriptor.builder()
        .indexName(index.indexName())
        .keys(keys)
        .indexStatus(PartitionIndexStatus.ACTIVE)
        .build();
  }

  @Override
  public CreatePartitionIndexResponse createPartitionIndex(CreatePartitionIndexRequest request) {
    var key =
        GluePartitions.key(
            catalog, request.catalogId(), request.databaseName(), request.tableName());
    var index = request.partitionIndex();
    new GlueConstraints()
        .required("partitionIndex", index)
        .name("partitionIndex.indexName", index == null ? null : index.indexName())
        .present("partitionIndex.keys", index != null && !index.keys().isEmpty())
        .check();
    catalog.with(
        key.in(),
        () -> {
          var table = catalog.table(key);
          var at = new PartKey(table.storageId(), index.indexName());
          if (catalog.indexes.contains(at)) {
            throw GlueErrors.exists("Index with the given indexName : " + index.indexName());
          }
          if (catalog.indexes.list(table.storageId()).size() >= INDEXES_MAX) {
            throw GlueErrors.limit(
                "The number of indexes on the table exceeds the limit of " + INDEXES_MAX);
          }
          catalog.indexes.put(at, described(index, table.table()));
          return at;
        });
    return CreatePartitionIndexResponse.builder().build();
  }

  @Override
  public GetPartitionIndexesResponse getPartitionIndexes(GetPartitionIndexesRequest request) {
    var key =
        GluePartitions.key(
            catalog, request.catalogId(), request.databaseName(), request.tableName());
    var table = catalog.table(key);
    return GetPartitionIndexesResponse.builder()
        .partitionIndexDescriptorList(catalog.indexes.list(table.storageId()))
        .build();
  }

  @Override
  public DeletePartitionIndexResponse deletePartitionIndex(DeletePartitionIndexRequest request) {
    var key =
        GluePartitions.key(
            catalog, request.catalogId(), request.databaseName(), request.tableName());
    new GlueConstraints().name("indexName", request.indexName()).check();
    catalog.with(
        key.in(),
        () -> {
          var at = new PartKey(catalog.table(key).storageId(), request.indexName());
          if (!catalog.indexes.contains(at)) {
            throw GlueErrors.notFound(
                "Index with the given indexName : " + request.indexName() + " does not exist");
          }
          catalog.indexes.delete(at);
          return at;
        });
    return DeletePartitionIndexResponse.builder().build();
  }
}
