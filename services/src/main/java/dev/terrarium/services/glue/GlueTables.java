package dev.terrarium.services.glue;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.model.Pojos;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.services.glue.CatalogKeys.PartKey;
import dev.terrarium.services.glue.CatalogKeys.TableKey;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.glue.model.BatchDeleteTableRequest;
import software.amazon.awssdk.services.glue.model.BatchDeleteTableResponse;
import software.amazon.awssdk.services.glue.model.CreateTableRequest;
import software.amazon.awssdk.services.glue.model.CreateTableResponse;
import software.amazon.awssdk.services.glue.model.DeleteTableRequest;
import software.amazon.awssdk.services.glue.model.DeleteTableResponse;
import software.amazon.awssdk.services.glue.model.GetTableRequest;
import software.amazon.awssdk.services.glue.model.GetTableResponse;
import software.amazon.awssdk.services.glue.model.GetTablesRequest;
import software.amazon.awssdk.services.glue.model.GetTablesResponse;
import software.amazon.awssdk.services.glue.model.StorageDescriptor;
import software.amazon.awssdk.services.glue.model.Table;
import software.amazon.awssdk.services.glue.model.TableError;
import software.amazon.awssdk.services.glue.model.TableInput;
import software.amazon.awssdk.services.glue.model.UpdateTableRequest;
import software.amazon.awssdk.services.glue.model.UpdateTableResponse;

/// Tables: where data is, and of what columns.
final class GlueTables extends GluePart {
  private static final int PAGE_MAX = 100;
  private static final int BATCH_MAX = 100;

  GlueTables(Catalog catalog) {
    super(catalog);
  }

  @Override
  public CreateTableResponse createTable(CreateTableRequest request) {
    var input = request.tableInput();
    check(request.databaseName(), input);
    if (request.openTableFormatInput() != null) {
      throw Errors.notImplemented("glue", "CreateTable with OpenTableFormatInput");
    }
    var key = catalog.key(request.catalogId(), request.databaseName(), input.name());
    var now = catalog.cloud.clock().now();
    var table = described(input, key).toBuilder().createTime(now).updateTime(now).build();
    var indexes = GluePartitionIndexes.described(request.partitionIndexes(), table);
    catalog.with(
        key.in(),
        () -> {
          catalog.database(key.in());
          if (catalog.tables.contains(key)) {
            throw GlueErrors.exists("Table");
          }
          var batch = new Batch();
          var record = new TableRecord(catalog.cloud.ids().unique(32), 0, table);
          catalog.put(batch, key, record);
          CatalogChanges.ofDatabase(catalog.cloud, batch, key, "CreateTable");
          for (var index : indexes) {
            catalog.indexes.put(batch, new PartKey(record.storageId(), index.indexName()), index);
          }
          catalog.store.commit(batch);
          return record;
        });
    return CreateTableResponse.builder().build();
  }

  private static void check(@Nullable String database, @Nullable TableInput input) {
    var constraints =
        new GlueConstraints().name("databaseName", database).required("tableInput", input);
    if (input != null) {
      constraints
          .name("tableInput.name", input.name())
          .length("tableInput.description", input.description(), 0, 2048)
          .length("tableInput.owner", input.owner(), 1, 255)
          .atLeast("tableInput.retention", input.retention(), 0)
          .length("tableInput.tableType", input.tableType(), 0, 255);
      for (var column : input.partitionKeys()) {
        constraints.name("tableInput.partitionKeys.name", column.name());
      }
      if (input.storageDescriptor() != null) {
        for (var column : input.storageDescriptor().columns()) {
          constraints.name("tableInput.storageDescriptor.columns.name", column.name());
        }
      }
    }
    constraints.check();
  }

  private static Table described(TableInput input, TableKey key) {
    var builder =
        Pojos.copy(input, Table.builder())
            .name(key.name())
            .databaseName(key.database())
            .catalogId(key.account())
            .createdBy(Call.current().principal().arn())
            .isRegisteredWithLakeFormation(false)
            .isMultiDialectView(false);
    if (input.retention() == null) {
      builder.retention(0);
    }
    if (!input.hasPartitionKeys()) {
      builder.partitionKeys(List.of());
    }
    builder.storageDescriptor(stored(input.storageDescriptor()));
    return builder.build();
  }

  /// A storage descriptor with what AWS fills in.
  static @Nullable StorageDescriptor stored(@Nullable StorageDescriptor given) {
    if (given == null) {
      return null;
    }
    var builder = given.toBuilder();
    if (given.compressed() == null) {
      builder.compressed(false);
    }
    if (given.numberOfBuckets() == null) {
      builder.numberOfBuckets(0);
    }
    if (given.storedAsSubDirectories() == null) {
      builder.storedAsSubDirectories(false);
    }
    if (!given.hasSortColumns()) {
      builder.sortColumns(List.of());
    }
    return builder.build();
  }

  @Override
  public GetTableResponse getTable(GetTableRequest request) {
    new GlueConstraints()
        .name("databaseName", request.databaseName())
        .name("name", request.name())
        .check();
    var key = catalog.key(request.catalogId(), request.databaseName(), request.name());
    var found = catalog.tables.get(key);
    if (found == null) {
      catalog.database(key.in());
      throw GlueErrors.notFound("Entity Not Found");
    }
    return GetTableResponse.builder().table(found.shown()).build();
  }

  @Override
  public GetTablesResponse getTables(GetTablesRequest request) {
    new GlueConstraints()
        .name("databaseName", request.databaseName())
        .length("expression", request.expression(), 0, 2048)
        .page(request.maxResults(), PAGE_MAX)
        .check();
    var key = catalog.key(request.catalogId(), request.databaseName());
    catalog.database(key);
    var expression = request.expression();
    var pattern = expression == null || expression.isEmpty() ? null : pattern(expression);
    var all = new ArrayList<TableRecord>();
    catalog.tables.scan(
        (table, record) ->
            pattern != null && !pattern.matcher(table.name()).matches() || all.add(record),
        key.account(),
        key.region(),
        key.name());
    var page =
        Pages.of(
            all,
            record -> record.table().name(),
            request.maxResults(),
            PAGE_MAX,
            request.nextToken());
    var wanted = request.attributesToGetAsStrings();
    return GetTablesResponse.builder()
        .tableList(page.items().stream().map(record -> cut(record.shown(), wanted)).toList())
        .nextToken(page.token())
        .build();
  }

  /// A table with the attributes that are asked for, or all of them.
  private static Table cut(Table table, List<String> wanted) {
    if (wanted.isEmpty() || wanted.contains("DEFAULT")) {
      return table;
    }
    return Table.builder()
        .name(wanted.contains("NAME") ? table.name() : null)
        .tableType(wanted.contains("TABLE_TYPE") ? table.tableType() : null)
        .build();
  }

  /// Names' patterns are Hive's: a star is any text, a bar separates alternatives; what looks like
  /// a regular expression is one.
  static Pattern pattern(String expression) {
    try {
      return Pattern.compile(
          expression.replaceAll("(?<![.\\])])\\*", ".*"), Pattern.CASE_INSENSITIVE);
    } catch (PatternSyntaxException e) {
      throw GlueErrors.invalid("Invalid expression: " + expression);
    }
  }

  @Override
  public UpdateTableResponse updateTable(UpdateTableRequest request) {
    if (request.updateOpenTableFormatInput() != null || request.viewUpdateAction() != null) {
      throw Errors.notImplemented("glue", "UpdateTable of open table formats and views");
    }
    check(request.databaseName(), request.tableInput());
    var input = request.tableInput();
    var key = catalog.key(request.catalogId(), request.databaseName(), input.name());
    var archive = !Boolean.TRUE.equals(request.skipArchive());
    catalog.with(
        key.in(),
        () -> {
          var before = catalog.table(key);
          var expected = request.versionId();
          if (expected != null && !expected.equals(Long.toString(before.version()))) {
            throw GlueErrors.modified("Update table failed due to concurrent modifications.");
          }
          var after =
              described(input, key).toBuilder()
                  .createTime(before.table().createTime())
                  .createdBy(before.table().createdBy())
                  .updateTime(catalog.cloud.clock().now())
                  .build();
          return catalog.replace(key, before, after, archive);
        });
    return UpdateTableResponse.builder().build();
  }

  @Override
  public DeleteTableResponse deleteTable(DeleteTableRequest request) {
    new GlueConstraints()
        .name("databaseName", request.databaseName())
        .name("name", request.name())
        .check();
    delete(catalog.key(request.catalogId(), request.databaseName(), request.name()));
    catalog.garbage.sweepLater();
    return DeleteTableResponse.builder().build();
  }

  private void delete(TableKey key) {
    catalog.with(
        key.in(),
        () -> {
          var gone = catalog.table(key);
          var batch = new Batch();
          catalog.discard(batch, key, gone);
          CatalogChanges.ofDatabase(catalog.cloud, batch, key, "DeleteTable");
          catalog.store.commit(batch);
          return gone;
        });
  }

  @Override
  public BatchDeleteTableResponse batchDeleteTable(BatchDeleteTableRequest request) {
    new GlueConstraints()
        .name("databaseName", request.databaseName())
        .present("tablesToDelete", request.hasTablesToDelete())
        .count("tablesToDelete", request.tablesToDelete(), 0, BATCH_MAX)
        .check();
    catalog.database(catalog.key(request.catalogId(), request.databaseName()));
    var errors = new ArrayList<TableError>();
    for (var name : request.tablesToDelete()) {
      try {
        delete(catalog.key(request.catalogId(), request.databaseName(), name));
      } catch (AwsServiceException e) {
        errors.add(TableError.builder().tableName(name).errorDetail(GlueErrors.detail(e)).build());
      }
    }
    catalog.garbage.sweepLater();
    return BatchDeleteTableResponse.builder().errors(errors).build();
  }
}
