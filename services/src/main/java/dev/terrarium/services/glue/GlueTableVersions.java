package dev.terrarium.services.glue;

import dev.terrarium.kernel.Page;
import dev.terrarium.services.glue.CatalogKeys.TableKey;
import dev.terrarium.services.glue.CatalogKeys.VersionKey;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.glue.model.BatchDeleteTableVersionRequest;
import software.amazon.awssdk.services.glue.model.BatchDeleteTableVersionResponse;
import software.amazon.awssdk.services.glue.model.DeleteTableVersionRequest;
import software.amazon.awssdk.services.glue.model.DeleteTableVersionResponse;
import software.amazon.awssdk.services.glue.model.GetTableVersionRequest;
import software.amazon.awssdk.services.glue.model.GetTableVersionResponse;
import software.amazon.awssdk.services.glue.model.GetTableVersionsRequest;
import software.amazon.awssdk.services.glue.model.GetTableVersionsResponse;
import software.amazon.awssdk.services.glue.model.Table;
import software.amazon.awssdk.services.glue.model.TableVersion;
import software.amazon.awssdk.services.glue.model.TableVersionError;

/// What tables were before.
final class GlueTableVersions extends GluePart {
  private static final int PAGE_MAX = 100;
  private static final int BATCH_MAX = 100;

  GlueTableVersions(Catalog catalog) {
    super(catalog);
  }

  private TableKey key(@Nullable String catalogId, String database, String table) {
    new GlueConstraints().name("databaseName", database).name("tableName", table).check();
    return catalog.key(catalogId, database, table);
  }

  @Override
  public GetTableVersionResponse getTableVersion(GetTableVersionRequest request) {
    var key = key(request.catalogId(), request.databaseName(), request.tableName());
    var record = catalog.table(key);
    var wanted = request.versionId();
    var number = wanted == null ? record.version() : number(wanted);
    var found = catalog.versions.get(new VersionKey(record.storageId(), number));
    if (found == null) {
      throw GlueErrors.notFound("Version not found.");
    }
    return GetTableVersionResponse.builder().tableVersion(shown(found)).build();
  }

  private static long number(String versionId) {
    try {
      return Long.parseLong(versionId);
    } catch (NumberFormatException e) {
      throw GlueErrors.invalid("Version Id " + versionId + " is not valid.");
    }
  }

  private static TableVersion shown(Table table) {
    return TableVersion.builder().table(table).versionId(table.versionId()).build();
  }

  @Override
  public GetTableVersionsResponse getTableVersions(GetTableVersionsRequest request) {
    var key = key(request.catalogId(), request.databaseName(), request.tableName());
    new GlueConstraints().page(request.maxResults(), PAGE_MAX).check();
    var record = catalog.table(key);
    var token = Pages.behind(request.nextToken());
    var before = token.isEmpty() ? Long.MAX_VALUE : number(token);
    var max = request.maxResults() == null ? PAGE_MAX : request.maxResults();
    var found = new ArrayList<TableVersion>();
    catalog.versions.scanReverseBefore(
        new VersionKey(record.storageId(), before),
        (version, table) -> {
          found.add(shown(table));
          return found.size() <= max;
        },
        record.storageId());
    var more = found.size() > max;
    var page = more ? found.subList(0, max) : found;
    return GetTableVersionsResponse.builder()
        .tableVersions(page)
        .nextToken(more ? Page.token(page.getLast().versionId()) : null)
        .build();
  }

  @Override
  public DeleteTableVersionResponse deleteTableVersion(DeleteTableVersionRequest request) {
    var key = key(request.catalogId(), request.databaseName(), request.tableName());
    new GlueConstraints().name("versionId", request.versionId()).check();
    delete(key, request.versionId());
    return DeleteTableVersionResponse.builder().build();
  }

  private void delete(TableKey key, String versionId) {
    catalog.with(
        key.in(),
        () -> {
          var record = catalog.table(key);
          var version = new VersionKey(record.storageId(), number(versionId));
          if (!catalog.versions.contains(version)) {
            throw GlueErrors.notFound("Version not found.");
          }
          if (version.number() == record.version()) {
            throw GlueErrors.invalid("Cannot delete the current version of a table.");
          }
          catalog.versions.delete(version);
          return version;
        });
  }

  @Override
  public BatchDeleteTableVersionResponse batchDeleteTableVersion(
      BatchDeleteTableVersionRequest request) {
    var key = key(request.catalogId(), request.databaseName(), request.tableName());
    new GlueConstraints()
        .present("versionIds", request.hasVersionIds())
        .count("versionIds", request.versionIds(), 0, BATCH_MAX)
        .check();
    catalog.table(key);
    var errors = new ArrayList<TableVersionError>();
    for (var version : request.versionIds()) {
      try {
        delete(key, version);
      } catch (AwsServiceException e) {
        errors.add(
            TableVersionError.builder()
                .tableName(key.name())
                .versionId(version)
                .errorDetail(GlueErrors.detail(e))
                .build());
      }
    }
    return BatchDeleteTableVersionResponse.builder().errors(errors).build();
  }
}
