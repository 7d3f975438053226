package dev.terrarium.services.glue;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.model.Pojos;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.services.glue.RegistryKeys.SchemaKey;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.glue.model.CreateSchemaRequest;
import software.amazon.awssdk.services.glue.model.CreateSchemaResponse;
import software.amazon.awssdk.services.glue.model.DeleteSchemaRequest;
import software.amazon.awssdk.services.glue.model.DeleteSchemaResponse;
import software.amazon.awssdk.services.glue.model.GetSchemaRequest;
import software.amazon.awssdk.services.glue.model.GetSchemaResponse;
import software.amazon.awssdk.services.glue.model.ListSchemasRequest;
import software.amazon.awssdk.services.glue.model.ListSchemasResponse;
import software.amazon.awssdk.services.glue.model.SchemaListItem;
import software.amazon.awssdk.services.glue.model.SchemaStatus;
import software.amazon.awssdk.services.glue.model.UpdateSchemaRequest;
import software.amazon.awssdk.services.glue.model.UpdateSchemaResponse;

/// Schemas, each with a rule of how its versions may differ.
final class GlueSchemas extends GluePart {
  private static final int PAGE_MAX = 100;
  private static final int DEFINITION_LENGTH_MAX = 170_000;

  private final Registries registries;
  private final GlueSchemaVersions versions;

  GlueSchemas(Registries registries, GlueSchemaVersions versions) {
    super(registries.catalog);
    this.registries = registries;
    this.versions = versions;
  }

  @Override
  public CreateSchemaResponse createSchema(CreateSchemaRequest request) {
    GlueRegistries.checkName("schemaName", request.schemaName());
    new GlueConstraints()
        .required("dataFormat", request.dataFormatAsString())
        .oneOf("dataFormat", request.dataFormatAsString(), "AVRO", "JSON", "PROTOBUF")
        .length("schemaDefinition", request.schemaDefinition(), 1, DEFINITION_LENGTH_MAX)
        .check();
    GlueTags.check(request.tags());
    var compatibility = compatibility(request.compatibilityAsString());
    SchemaFormats.checkSupported(request.dataFormatAsString(), compatibility);
    var registry = registries.key(request.registryId());
    var key =
        new SchemaKey(registry.account(), registry.region(), registry.name(), request.schemaName());
    var definition = request.schemaDefinition();
    if (definition != null) {
      SchemaFormats.check(request.dataFormatAsString(), definition);
    }
    return registries.with(registry, () -> make(request, key, compatibility, definition));
  }

  private static String compatibility(@Nullable String wanted) {
    if (wanted == null) {
      throw GlueErrors.invalid("The parameter compatibility is required.");
    }
    new GlueConstraints()
        .oneOf(
            "compatibility",
            wanted,
            "NONE",
            "DISABLED",
            "BACKWARD",
            "BACKWARD_ALL",
            "FORWARD",
            "FORWARD_ALL",
            "FULL",
            "FULL_ALL")
        .check();
    return wanted;
  }

  private CreateSchemaResponse make(
      CreateSchemaRequest request,
      SchemaKey key,
      String compatibility,
      @Nullable String definition) {
    if (!registries.registries.contains(key.in())) {
      if (!key.registry().equals(Registries.DEFAULT)) {
        registries.registry(key.in());
      }
      registries.registries.put(key.in(), registries.described(key.in(), null));
    }
    if (registries.schemas.contains(key)) {
      throw GlueErrors.alreadyExists(
          "Schema already exists. SchemaName: " + key.name() + ", SchemaArn: " + key.arn());
    }
    var now = registries.now();
    var schema =
        GetSchemaResponse.builder()
            .registryName(key.registry())
            .registryArn(key.in().arn())
            .schemaName(key.name())
            .schemaArn(key.arn())
            .description(request.description())
            .dataFormat(request.dataFormat())
            .compatibility(compatibility)
            .schemaCheckpoint(1L)
            .latestSchemaVersion(0L)
            .nextSchemaVersion(1L)
            .schemaStatus(SchemaStatus.AVAILABLE)
            .createdTime(now)
            .updatedTime(now)
            .build();
    if (!request.tags().isEmpty()) {
      catalog.tags.put(key.arn(), request.tags());
    }
    registries.schemas.put(key, schema);
    var response = Pojos.copy(schema, CreateSchemaResponse.builder());
    if (definition != null) {
      var first = versions.add(key, schema, definition);
      response
          .latestSchemaVersion(1L)
          .nextSchemaVersion(2L)
          .schemaVersionId(first.schemaVersionId())
          .schemaVersionStatus(first.status());
    }
    return response.tags(request.hasTags() ? request.tags() : null).build();
  }

  @Override
  public GetSchemaResponse getSchema(GetSchemaRequest request) {
    return registries.schema(registries.key(request.schemaId()));
  }

  @Override
  public ListSchemasResponse listSchemas(ListSchemasRequest request) {
    new GlueConstraints().page(request.maxResults(), PAGE_MAX).check();
    var call = Call.current();
    List<GetSchemaResponse> all;
    if (request.registryId() == null) {
      all = registries.schemas.list(call.account(), call.region());
    } else {
      var key = registries.key(request.registryId());
      registries.registry(key);
      all = registries.schemas.list(key.account(), key.region(), key.name());
    }
    var page =
        Pages.of(
            all, GetSchemaResponse::schemaArn, request.maxResults(), PAGE_MAX, request.nextToken());
    return ListSchemasResponse.builder()
        .schemas(
            page.items().stream()
                .map(one -> Pojos.copy(one, SchemaListItem.builder()).build())
                .toList())
        .nextToken(page.token())
        .build();
  }

  @Override
  public UpdateSchemaResponse updateSchema(UpdateSchemaRequest request) {
    var key = registries.key(request.schemaId());
    var wanted = request.compatibilityAsString();
    var checkpoint = request.schemaVersionNumber();
    if (wanted != null) {
      compatibility(wanted);
      if (checkpoint == null) {
        throw GlueErrors.invalid(
            "The parameter schemaVersionNumber is required when compatibility is updated.");
      }
    }
    registries.with(
        key.in(),
        () -> {
          var before = registries.schema(key);
          var after = before.toBuilder().updatedTime(registries.now());
          if (request.description() != null) {
            after.description(request.description());
          }
          if (wanted != null && checkpoint != null) {
            SchemaFormats.checkSupported(before.dataFormatAsString(), wanted);
            var number =
                Boolean.TRUE.equals(checkpoint.latestVersion())
                    ? before.latestSchemaVersion()
                    : checkpoint.versionNumber();
            after.compatibility(wanted).schemaCheckpoint(number);
          }
          registries.schemas.put(key, after.build());
          return key;
        });
    return UpdateSchemaResponse.builder()
        .schemaArn(key.arn())
        .schemaName(key.name())
        .registryName(key.registry())
        .build();
  }

  @Override
  public DeleteSchemaResponse deleteSchema(DeleteSchemaRequest request) {
    var key = registries.key(request.schemaId());
    registries.with(
        key.in(),
        () -> {
          registries.schema(key);
          var batch = new Batch();
          registries.remove(batch, key);
          catalog.store.commit(batch);
          return key;
        });
    return DeleteSchemaResponse.builder()
        .schemaArn(key.arn())
        .schemaName(key.name())
        .status(SchemaStatus.DELETING)
        .build();
  }
}
