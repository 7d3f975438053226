package dev.terrarium.services.glue;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Locks;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.kernel.store.PojoCodec;
import dev.terrarium.services.glue.RegistryKeys.RegistryKey;
import dev.terrarium.services.glue.RegistryKeys.SchemaKey;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.glue.model.GetRegistryResponse;
import software.amazon.awssdk.services.glue.model.GetSchemaResponse;
import software.amazon.awssdk.services.glue.model.RegistryId;
import software.amazon.awssdk.services.glue.model.RegistryStatus;
import software.amazon.awssdk.services.glue.model.SchemaId;
import software.amazon.awssdk.services.glue.model.SchemaVersionNumber;

/// The schema registries of all accounts and regions. Whatever changes in a registry changes under
/// its lock.
final class Registries {
  static final String DEFAULT = "default-registry";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  final Cloud cloud;
  final Catalog catalog;
  final Keyspace<RegistryKey, GetRegistryResponse> registries;
  final Keyspace<SchemaKey, GetSchemaResponse> schemas;

  /// By id.
  final Keyspace<String, SchemaVersion> versions;

  /// Ids of versions, in the order of their numbers.
  final Keyspace<PartNumber, String> numbers;

  private final Locks locks = new Locks();

  /// A version's number in its schema.
  record PartNumber(String schemaArn, long number) {
    static final KeyCodec<PartNumber> CODEC =
        KeyCodec.of(
            (key, writer) -> writer.string(key.schemaArn).number(key.number),
            reader -> new PartNumber(reader.string(), reader.number()));
  }

  Registries(Catalog catalog) {
    this.catalog = catalog;
    this.cloud = catalog.cloud;
    var store = cloud.store();
    this.registries =
        new Keyspace<>(
            store,
            "glue.registries",
            RegistryKey.CODEC,
            new PojoCodec<>(GetRegistryResponse::builder));
    this.schemas =
        new Keyspace<>(
            store, "glue.schemas", SchemaKey.CODEC, new PojoCodec<>(GetSchemaResponse::builder));
    this.versions =
        new Keyspace<>(store, "glue.schemaversions", KeyCodec.STRING, SchemaVersion.CODEC);
    this.numbers = new Keyspace<>(store, "glue.schemanumbers", PartNumber.CODEC, Codec.STRING);
  }

  String now() {
    return TIME.format(cloud.clock().now());
  }

  <T> T with(RegistryKey key, Supplier<T> work) {
    return locks.with(key, work);
  }

  RegistryKey key(@Nullable RegistryId id) {
    var call = Call.current();
    var arn = id == null ? null : id.registryArn();
    if (arn != null) {
      var key = RegistryKeys.registry(arn);
      if (key == null) {
        throw GlueErrors.invalid("The registry ARN is invalid: " + arn);
      }
      return key;
    }
    var name = id == null || id.registryName() == null ? DEFAULT : id.registryName();
    return new RegistryKey(call.account(), call.region(), name);
  }

  SchemaKey key(@Nullable SchemaId id) {
    new GlueConstraints().required("schemaId", id).check();
    var arn = id == null ? null : id.schemaArn();
    if (arn != null) {
      var key = RegistryKeys.schema(arn);
      if (key == null) {
        throw GlueErrors.invalid("The schema ARN is invalid: " + arn);
      }
      return key;
    }
    if (id == null || id.schemaName() == null) {
      throw GlueErrors.invalid(
          "One of schemaArn or (schemaName and registryName) has to be provided.");
    }
    var call = Call.current();
    var registry = id.registryName() == null ? DEFAULT : id.registryName();
    return new SchemaKey(call.account(), call.region(), registry, id.schemaName());
  }

  /// A registry as it is made.
  GetRegistryResponse described(RegistryKey key, @Nullable String description) {
    var now = now();
    return GetRegistryResponse.builder()
        .registryName(key.name())
        .registryArn(key.arn())
        .description(description)
        .status(RegistryStatus.AVAILABLE)
        .createdTime(now)
        .updatedTime(now)
        .build();
  }

  GetRegistryResponse registry(RegistryKey key) {
    var found = registries.get(key);
    if (found == null) {
      throw GlueErrors.notFound(
          "Registry is not found. RegistryName: " + key.name() + ", RegistryArn: null");
    }
    return found;
  }

  GetSchemaResponse schema(SchemaKey key) {
    var found = schemas.get(key);
    if (found == null) {
      throw GlueErrors.notFound(
          "Schema is not found. RegistryName: "
              + key.registry()
              + ", SchemaName: "
              + key.name()
              + ", SchemaArn: null");
    }
    return found;
  }

  /// The versions of a schema, in order.
  List<SchemaVersion> versions(SchemaKey key) {
    var found = new ArrayList<SchemaVersion>();
    numbers.scan(
        (number, id) -> {
          var version = versions.get(id);
          return version == null || found.add(version);
        },
        key.arn());
    return found;
  }

  SchemaVersion version(@Nullable String id) {
    var found = id == null ? null : versions.get(id);
    if (found == null) {
      throw GlueErrors.notFound("Schema version is not found. SchemaVersionId: " + id);
    }
    return found;
  }

  /// The version that a request names: by its id, its number or as the latest.
  SchemaVersion version(
      @Nullable String id, @Nullable SchemaId schema, @Nullable SchemaVersionNumber number) {
    if (id != null) {
      return version(id);
    }
    var key = key(schema);
    var described = schema(key);
    if (number == null) {
      throw GlueErrors.invalid("One of schemaVersionId or schemaVersionNumber has to be provided.");
    }
    var wanted =
        Boolean.TRUE.equals(number.latestVersion())
            ? described.latestSchemaVersion()
            : number.versionNumber();
    var found = wanted == null ? null : numbers.get(new PartNumber(key.arn(), wanted));
    if (found == null) {
      throw GlueErrors.notFound(
          "Schema version is not found. SchemaName: "
              + key.name()
              + ", VersionNumber: "
              + wanted
              + ", isLatestVersion: "
              + Boolean.TRUE.equals(number.latestVersion()));
    }
    return version(found);
  }

  void remove(Batch batch, SchemaKey key) {
    for (var version : versions(key)) {
      versions.delete(batch, version.shown().schemaVersionId());
      numbers.delete(batch, new PartNumber(key.arn(), version.shown().versionNumber()));
    }
    schemas.delete(batch, key);
    catalog.tags.delete(batch, key.arn());
  }
}
