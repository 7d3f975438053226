package dev.terrarium.services.glue;

import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.PojoCodec;
import dev.terrarium.services.glue.RegistryKeys.SchemaKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.glue.model.GetSchemaVersionResponse;
import software.amazon.awssdk.services.glue.model.SchemaVersionStatus;

/// A version of a schema.
///
/// @param schema whose it is
/// @param shown as it is described
/// @param metadata what else is said of it, the newest value of each key last
record SchemaVersion(
    SchemaKey schema, GetSchemaVersionResponse shown, Map<String, List<Said>> metadata) {
  private static final PojoCodec<GetSchemaVersionResponse> SHOWN =
      new PojoCodec<>(GetSchemaVersionResponse::builder);

  /// A value, and since when.
  record Said(String value, String since) {}

  static final Codec<SchemaVersion> CODEC =
      Codec.of(
          1,
          (version, writer) -> {
            var key = version.schema;
            writer
                .string(key.account())
                .string(key.region())
                .string(key.registry())
                .string(key.name());
            SHOWN.write(writer, version.shown);
            writer.number(version.metadata.size());
            version.metadata.forEach((name, values) -> {
              writer.string(name).number(values.size());
              values.forEach(said -> writer.string(said.value).string(said.since));
            });
          },
          reader -> {
            var key =
                new SchemaKey(reader.string(), reader.string(), reader.string(), reader.string());
            var shown = SHOWN.read(reader);
            var metadata = new LinkedHashMap<String, List<Said>>();
            for (var left = reader.number(); left > 0; left--) {
              var name = reader.string();
              var values = new ArrayList<Said>();
              for (var more = reader.number(); more > 0; more--) {
                values.add(new Said(reader.string(), reader.string()));
              }
              metadata.put(name, values);
            }
            return new SchemaVersion(key, shown, metadata);
          });

  SchemaVersion {
    metadata = Map.copyOf(metadata);
  }

  SchemaVersion withMetadata(Map<String, List<Said>> replacement) {
    return new SchemaVersion(schema, shown, replacement);
  }

  boolean isAvailable() {
    return shown.status() == SchemaVersionStatus.AVAILABLE;
  }
}
