package dev.terrarium.services.glue;

import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.model.Pojos;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.services.glue.Registries.PartNumber;
import dev.terrarium.services.glue.RegistryKeys.SchemaKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.glue.model.CheckSchemaVersionValidityRequest;
import software.amazon.awssdk.services.glue.model.CheckSchemaVersionValidityResponse;
import software.amazon.awssdk.services.glue.model.DeleteSchemaVersionsRequest;
import software.amazon.awssdk.services.glue.model.DeleteSchemaVersionsResponse;
import software.amazon.awssdk.services.glue.model.GetSchemaByDefinitionRequest;
import software.amazon.awssdk.services.glue.model.GetSchemaByDefinitionResponse;
import software.amazon.awssdk.services.glue.model.GetSchemaResponse;
import software.amazon.awssdk.services.glue.model.GetSchemaVersionRequest;
import software.amazon.awssdk.services.glue.model.GetSchemaVersionResponse;
import software.amazon.awssdk.services.glue.model.ListSchemaVersionsRequest;
import software.amazon.awssdk.services.glue.model.ListSchemaVersionsResponse;
import software.amazon.awssdk.services.glue.model.RegisterSchemaVersionRequest;
import software.amazon.awssdk.services.glue.model.RegisterSchemaVersionResponse;
import software.amazon.awssdk.services.glue.model.SchemaVersionErrorItem;
import software.amazon.awssdk.services.glue.model.SchemaVersionListItem;
import software.amazon.awssdk.services.glue.model.SchemaVersionStatus;

/// Versions of schemas. One that breaks its schema's rule is kept as a failure, under a number of
/// its own, and never becomes the latest.
final class GlueSchemaVersions extends GluePart {
  private static final int PAGE_MAX = 100;

  private final Registries registries;

  GlueSchemaVersions(Registries registries) {
    super(registries.catalog);
    this.registries = registries;
  }

  /// Adds a version. Called under the registry's lock.
  GetSchemaVersionResponse add(SchemaKey key, GetSchemaResponse schema, String definition) {
    var all = registries.versions(key);
    var from = schema.schemaCheckpoint() == null ? 1 : schema.schemaCheckpoint();
    var before =
        all.stream()
            .filter(version -> version.isAvailable() && version.shown().versionNumber() >= from)
            .map(version -> version.shown().schemaDefinition())
            .toList();
    var good = SchemaFormats.follows(schema.compatibilityAsString(), definition, before);
    var number = schema.nextSchemaVersion();
    var version =
        GetSchemaVersionResponse.builder()
            .schemaVersionId(registries.cloud.ids().uuid())
            .schemaDefinition(definition)
            .dataFormat(schema.dataFormat())
            .schemaArn(key.arn())
            .versionNumber(number)
            .status(good ? SchemaVersionStatus.AVAILABLE : SchemaVersionStatus.FAILURE)
            .createdTime(registries.now())
            .build();
    var batch = new Batch();
    var id = version.schemaVersionId();
    registries.versions.put(batch, id, new SchemaVersion(key, version, Map.of()));
    registries.numbers.put(batch, new PartNumber(key.arn(), number), id);
    var after = schema.toBuilder().nextSchemaVersion(number + 1).updatedTime(registries.now());
    registries.schemas.put(batch, key, (good ? after.latestSchemaVersion(number) : after).build());
    catalog.store.commit(batch);
    return version;
  }

  @Override
  public RegisterSchemaVersionResponse registerSchemaVersion(RegisterSchemaVersionRequest request) {
    var definition = request.schemaDefinition();
    new GlueConstraints()
        .required("schemaDefinition", definition)
        .length("schemaDefinition", definition, 1, 170_000)
        .check();
    var key = registries.key(request.schemaId());
    var version = registries.with(key.in(), () -> register(key, definition));
    return Pojos.copy(version, RegisterSchemaVersionResponse.builder()).build();
  }

  private GetSchemaVersionResponse register(SchemaKey key, String definition) {
    var schema = registries.schema(key);
    SchemaFormats.check(schema.dataFormatAsString(), definition);
    var there = find(key, schema.dataFormatAsString(), definition);
    if (there != null) {
      return there;
    }
    if (schema.compatibilityAsString().equals("DISABLED") && schema.latestSchemaVersion() > 0) {
      throw GlueErrors.invalid(
          "Compatibility DISABLED does not allow versioning. SchemaId: SchemaId(schemaArn="
              + key.arn()
              + ", schemaName="
              + key.name()
              + ", registryName="
              + key.registry()
              + ")");
    }
    return add(key, schema, definition);
  }

  private @Nullable GetSchemaVersionResponse find(SchemaKey key, String format, String definition) {
    for (var version : registries.versions(key)) {
      if (version.isAvailable()
          && SchemaFormats.same(format, version.shown().schemaDefinition(), definition)) {
        return version.shown();
      }
    }
    return null;
  }

  @Override
  public GetSchemaVersionResponse getSchemaVersion(GetSchemaVersionRequest request) {
    return registries
        .version(request.schemaVersionId(), request.schemaId(), request.schemaVersionNumber())
        .shown();
  }

  @Override
  public GetSchemaByDefinitionResponse getSchemaByDefinition(GetSchemaByDefinitionRequest request) {
    new GlueConstraints().required("schemaDefinition", request.schemaDefinition()).check();
    var key = registries.key(request.schemaId());
    var format = registries.schema(key).dataFormatAsString();
    SchemaFormats.check(format, request.schemaDefinition());
    var found = find(key, format, request.schemaDefinition());
    if (found == null) {
      throw GlueErrors.notFound("Schema version is not found.");
    }
    return Pojos.copy(found, GetSchemaByDefinitionResponse.builder()).build();
  }

  @Override
  public ListSchemaVersionsResponse listSchemaVersions(ListSchemaVersionsRequest request) {
    new GlueConstraints().page(request.maxResults(), PAGE_MAX).check();
    var key = registries.key(request.schemaId());
    registries.schema(key);
    var all = new ArrayList<>(registries.versions(key));
    var page =
        Pages.of(
            all,
            version -> String.format(Locale.ROOT, "%018d", version.shown().versionNumber()),
            request.maxResults(),
            PAGE_MAX,
            request.nextToken());
    return ListSchemaVersionsResponse.builder()
        .schemas(
            page.items().stream()
                .map(one -> Pojos.copy(one.shown(), SchemaVersionListItem.builder()).build())
                .toList())
        .nextToken(page.token())
        .build();
  }

  @Override
  public DeleteSchemaVersionsResponse deleteSchemaVersions(DeleteSchemaVersionsRequest request) {
    new GlueConstraints().required("versions", request.versions()).check();
    var key = registries.key(request.schemaId());
    var wanted = numbers(request.versions());
    var errors = new ArrayList<SchemaVersionErrorItem>();
    registries.with(
        key.in(),
        () -> {
          var schema = registries.schema(key);
          for (var number : wanted) {
            var problem = remove(key, schema, number);
            if (problem != null) {
              errors.add(
                  SchemaVersionErrorItem.builder()
                      .versionNumber(number)
                      .errorDetails(e ->
                          e.errorCode(Errors.code(problem)).errorMessage(Errors.message(problem)))
                      .build());
            }
          }
          return key;
        });
    return DeleteSchemaVersionsResponse.builder().schemaVersionErrors(errors).build();
  }

  private @Nullable AwsServiceException remove(
      SchemaKey key, GetSchemaResponse schema, long number) {
    var at = new PartNumber(key.arn(), number);
    var id = registries.numbers.get(at);
    if (id == null) {
      return GlueErrors.notFound("Schema version is not found. VersionNumber: " + number);
    }
    if (number == schema.schemaCheckpoint() && !schema.compatibilityAsString().equals("NONE")) {
      return GlueErrors.invalid(
          "Cannot delete the checkpoint version of a schema. VersionNumber: " + number);
    }
    var batch = new Batch();
    registries.numbers.delete(batch, at);
    registries.versions.delete(batch, id);
    catalog.store.commit(batch);
    return null;
  }

  /// The numbers of `3`, `2-5` or several of them with commas.
  private static List<Long> numbers(String text) {
    var found = new ArrayList<Long>();
    try {
      for (var part : text.split(",", -1)) {
        var dash = part.indexOf('-');
        var from = Long.parseLong(dash < 0 ? part.strip() : part.substring(0, dash).strip());
        var to = dash < 0 ? from : Long.parseLong(part.substring(dash + 1).strip());
        for (var number = from; number <= to && found.size() <= 25; number++) {
          found.add(number);
        }
      }
    } catch (NumberFormatException e) {
      throw GlueErrors.invalid("The versions are invalid: " + text);
    }
    if (found.size() > 25) {
      throw GlueErrors.invalid("At most 25 versions can be deleted at once.");
    }
    return found;
  }

  @Override
  public CheckSchemaVersionValidityResponse checkSchemaVersionValidity(
      CheckSchemaVersionValidityRequest request) {
    new GlueConstraints()
        .required("dataFormat", request.dataFormatAsString())
        .oneOf("dataFormat", request.dataFormatAsString(), "AVRO", "JSON", "PROTOBUF")
        .required("schemaDefinition", request.schemaDefinition())
        .check();
    var error = SchemaFormats.error(request.dataFormatAsString(), request.schemaDefinition());
    return CheckSchemaVersionValidityResponse.builder().valid(error == null).error(error).build();
  }
}
