package dev.terrarium.services.glue;

import dev.terrarium.kernel.model.Pojos;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.glue.model.MetadataInfo;
import software.amazon.awssdk.services.glue.model.MetadataKeyValuePair;
import software.amazon.awssdk.services.glue.model.OtherMetadataValueListItem;
import software.amazon.awssdk.services.glue.model.PutSchemaVersionMetadataRequest;
import software.amazon.awssdk.services.glue.model.PutSchemaVersionMetadataResponse;
import software.amazon.awssdk.services.glue.model.QuerySchemaVersionMetadataRequest;
import software.amazon.awssdk.services.glue.model.QuerySchemaVersionMetadataResponse;
import software.amazon.awssdk.services.glue.model.RemoveSchemaVersionMetadataRequest;
import software.amazon.awssdk.services.glue.model.RemoveSchemaVersionMetadataResponse;

/// What is said of versions of schemas, as keys with values. A key may have several; the last is
/// the one, the others are told beside it.
final class GlueSchemaMetadata extends GluePart {
  private static final int PAIRS_MAX = 10;

  private final Registries registries;

  GlueSchemaMetadata(Registries registries) {
    super(registries.catalog);
    this.registries = registries;
  }

  private static void check(@Nullable MetadataKeyValuePair pair) {
    new GlueConstraints()
        .required("metadataKeyValue", pair)
        .length("metadataKeyValue.metadataKey", pair == null ? null : pair.metadataKey(), 1, 128)
        .length(
            "metadataKeyValue.metadataValue", pair == null ? null : pair.metadataValue(), 1, 256)
        .check();
  }

  private void change(
      SchemaVersion named, UnaryOperator<Map<String, List<SchemaVersion.Said>>> change) {
    registries.with(
        named.schema().in(),
        () -> {
          var version = registries.version(named.shown().schemaVersionId());
          var after = change.apply(new LinkedHashMap<>(version.metadata()));
          registries.versions.put(version.shown().schemaVersionId(), version.withMetadata(after));
          return version;
        });
  }

  private boolean isLatest(SchemaVersion version) {
    var latest = registries.schema(version.schema()).latestSchemaVersion();
    return version.shown().versionNumber().equals(latest);
  }

  private PutSchemaVersionMetadataResponse told(SchemaVersion version, MetadataKeyValuePair pair) {
    return PutSchemaVersionMetadataResponse.builder()
        .schemaArn(version.schema().arn())
        .schemaName(version.schema().name())
        .registryName(version.schema().registry())
        .latestVersion(isLatest(version))
        .versionNumber(version.shown().versionNumber())
        .schemaVersionId(version.shown().schemaVersionId())
        .metadataKey(pair.metadataKey())
        .metadataValue(pair.metadataValue())
        .build();
  }

  @Override
  public PutSchemaVersionMetadataResponse putSchemaVersionMetadata(
      PutSchemaVersionMetadataRequest request) {
    var pair = request.metadataKeyValue();
    check(pair);
    var version =
        registries.version(
            request.schemaVersionId(), request.schemaId(), request.schemaVersionNumber());
    change(
        version,
        metadata -> {
          var values = new ArrayList<>(metadata.getOrDefault(pair.metadataKey(), List.of()));
          if (values.stream().anyMatch(said -> said.value().equals(pair.metadataValue()))) {
            throw GlueErrors.alreadyExists(
                "Resource already exist for schema version id: "
                    + version.shown().schemaVersionId()
                    + ", metadata key: "
                    + pair.metadataKey()
                    + ", metadata value: "
                    + pair.metadataValue());
          }
          if (metadata.values().stream().mapToInt(List::size).sum() >= PAIRS_MAX) {
            throw GlueErrors.limit(
                "Your resource limits for Schema Version Metadata have been exceeded.");
          }
          values.add(new SchemaVersion.Said(pair.metadataValue(), registries.now()));
          metadata.put(pair.metadataKey(), values);
          return metadata;
        });
    return told(version, pair);
  }

  @Override
  public RemoveSchemaVersionMetadataResponse removeSchemaVersionMetadata(
      RemoveSchemaVersionMetadataRequest request) {
    var pair = request.metadataKeyValue();
    check(pair);
    var version =
        registries.version(
            request.schemaVersionId(), request.schemaId(), request.schemaVersionNumber());
    change(
        version,
        metadata -> {
          var values = new ArrayList<>(metadata.getOrDefault(pair.metadataKey(), List.of()));
          if (!values.removeIf(said -> said.value().equals(pair.metadataValue()))) {
            throw GlueErrors.notFound("Metadata is not found. MetadataKey: " + pair.metadataKey());
          }
          if (values.isEmpty()) {
            metadata.remove(pair.metadataKey());
          } else {
            metadata.put(pair.metadataKey(), values);
          }
          return metadata;
        });
    return Pojos.copy(told(version, pair), RemoveSchemaVersionMetadataResponse.builder()).build();
  }

  @Override
  public QuerySchemaVersionMetadataResponse querySchemaVersionMetadata(
      QuerySchemaVersionMetadataRequest request) {
    var version =
        registries.version(
            request.schemaVersionId(), request.schemaId(), request.schemaVersionNumber());
    var wanted = request.metadataList();
    var found = new LinkedHashMap<String, MetadataInfo>();
    version
        .metadata()
        .forEach((key, values) -> {
          var last = values.getLast();
          var asked =
              wanted.isEmpty()
                  || wanted.stream()
                      .anyMatch(pair ->
                          (pair.metadataKey() == null || pair.metadataKey().equals(key))
                              && (pair.metadataValue() == null
                                  || pair.metadataValue().equals(last.value())));
          if (asked) {
            found.put(key, shown(values));
          }
        });
    return QuerySchemaVersionMetadataResponse.builder()
        .schemaVersionId(version.shown().schemaVersionId())
        .metadataInfoMap(found)
        .build();
  }

  private static MetadataInfo shown(List<SchemaVersion.Said> values) {
    var last = values.getLast();
    var others =
        values.subList(0, values.size() - 1).stream()
            .map(said ->
                OtherMetadataValueListItem.builder()
                    .metadataValue(said.value())
                    .createdTime(said.since())
                    .build())
            .toList();
    return MetadataInfo.builder()
        .metadataValue(last.value())
        .createdTime(last.since())
        .otherMetadataValueList(others)
        .build();
  }
}
