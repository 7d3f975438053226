package dev.terrarium.services.glue;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.model.Pojos;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.services.glue.CatalogKeys.DatabaseKey;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.glue.model.CreateDatabaseRequest;
import software.amazon.awssdk.services.glue.model.CreateDatabaseResponse;
import software.amazon.awssdk.services.glue.model.Database;
import software.amazon.awssdk.services.glue.model.DatabaseInput;
import software.amazon.awssdk.services.glue.model.DeleteDatabaseRequest;
import software.amazon.awssdk.services.glue.model.DeleteDatabaseResponse;
import software.amazon.awssdk.services.glue.model.GetDatabaseRequest;
import software.amazon.awssdk.services.glue.model.GetDatabaseResponse;
import software.amazon.awssdk.services.glue.model.GetDatabasesRequest;
import software.amazon.awssdk.services.glue.model.GetDatabasesResponse;
import software.amazon.awssdk.services.glue.model.Permission;
import software.amazon.awssdk.services.glue.model.PrincipalPermissions;
import software.amazon.awssdk.services.glue.model.UpdateDatabaseRequest;
import software.amazon.awssdk.services.glue.model.UpdateDatabaseResponse;

/// Databases: names under which tables are.
final class GlueDatabases extends GluePart {
  private static final int PAGE_MAX = 100;

  GlueDatabases(Catalog catalog) {
    super(catalog);
  }

  @Override
  public CreateDatabaseResponse createDatabase(CreateDatabaseRequest request) {
    var input = request.databaseInput();
    check(input);
    var key = catalog.key(request.catalogId(), input.name());
    var tags = new HashMap<>(request.tags());
    GlueTags.check(tags);
    var database =
        described(input, key).toBuilder().createTime(catalog.cloud.clock().now()).build();
    catalog.with(
        key,
        () -> {
          if (catalog.databases.contains(key)) {
            throw GlueErrors.exists("Database");
          }
          var batch = new Batch();
          catalog.databases.put(batch, key, database);
          if (!tags.isEmpty()) {
            catalog.tags.put(batch, key.arn(), tags);
          }
          catalog.store.commit(batch);
          return database;
        });
    return CreateDatabaseResponse.builder().build();
  }

  private static void check(@Nullable DatabaseInput input) {
    var constraints = new GlueConstraints().required("databaseInput", input);
    if (input != null) {
      constraints
          .name("databaseInput.name", input.name())
          .length("databaseInput.description", input.description(), 0, 2048)
          .length("databaseInput.locationUri", input.locationUri(), 1, 1024);
    }
    constraints.check();
  }

  private static Database described(DatabaseInput input, DatabaseKey key) {
    var builder = Pojos.copy(input, Database.builder()).name(key.name()).catalogId(key.account());
    if (!input.hasCreateTableDefaultPermissions()) {
      builder.createTableDefaultPermissions(
          PrincipalPermissions.builder()
              .principal(i -> i.dataLakePrincipalIdentifier("IAM_ALLOWED_PRINCIPALS"))
              .permissions(Permission.ALL)
              .build());
    }
    return builder.build();
  }

  @Override
  public GetDatabaseResponse getDatabase(GetDatabaseRequest request) {
    new GlueConstraints().name("name", request.name()).check();
    var key = catalog.key(request.catalogId(), request.name());
    return GetDatabaseResponse.builder().database(catalog.database(key)).build();
  }

  @Override
  public GetDatabasesResponse getDatabases(GetDatabasesRequest request) {
    new GlueConstraints()
        .page(request.maxResults(), PAGE_MAX)
        .oneOf(
            "resourceShareType", request.resourceShareTypeAsString(), "FOREIGN", "ALL", "FEDERATED")
        .check();
    var all =
        "FOREIGN".equals(request.resourceShareTypeAsString())
            ? List.<Database>of()
            : catalog.databases.list(Catalog.account(request.catalogId()), Call.current().region());
    var page = Pages.of(all, Database::name, request.maxResults(), PAGE_MAX, request.nextToken());
    var bare = request.attributesToGetAsStrings().equals(List.of("NAME"));
    return GetDatabasesResponse.builder()
        .databaseList(
            page.items().stream()
                .map(one -> bare ? Database.builder().name(one.name()).build() : one)
                .toList())
        .nextToken(page.token())
        .build();
  }

  @Override
  public UpdateDatabaseResponse updateDatabase(UpdateDatabaseRequest request) {
    new GlueConstraints().name("name", request.name()).check();
    check(request.databaseInput());
    var key = catalog.key(request.catalogId(), request.name());
    if (!Catalog.lower(request.databaseInput().name()).equals(key.name())) {
      throw GlueErrors.invalid("Database name cannot be changed.");
    }
    catalog.with(
        key,
        () -> {
          var before = catalog.database(key);
          var after =
              described(request.databaseInput(), key).toBuilder()
                  .createTime(before.createTime())
                  .build();
          catalog.databases.put(key, after);
          return after;
        });
    return UpdateDatabaseResponse.builder().build();
  }

  @Override
  public DeleteDatabaseResponse deleteDatabase(DeleteDatabaseRequest request) {
    new GlueConstraints().name("name", request.name()).check();
    var key = catalog.key(request.catalogId(), request.name());
    catalog.with(
        key,
        () -> {
          var gone = catalog.database(key);
          var batch = new Batch();
          catalog.databases.delete(batch, key);
          catalog.tags.delete(batch, key.arn());
          catalog.functions.deleteAll(batch, key.account(), key.region(), key.name());
          catalog.tables.scan(
              (table, record) -> {
                catalog.discard(batch, table, record);
                return true;
              },
              key.account(),
              key.region(),
              key.name());
          catalog.store.commit(batch);
          return gone;
        });
    catalog.garbage.sweepLater();
    return DeleteDatabaseResponse.builder().build();
  }
}
