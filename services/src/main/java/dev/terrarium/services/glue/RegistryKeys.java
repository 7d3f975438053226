package dev.terrarium.services.glue;

import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.KeyCodec;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Under what the schema registry's things are stored. Their names keep their case.
final class RegistryKeys {
  private static final Pattern ARN =
      Pattern.compile(
          "arn:[^:]+:glue:([^:]*):(\\d{12}):(?:registry/([^/]+)|schema/([^/]+)/([^/]+))");

  private RegistryKeys() {}

  /// A registry of an account.
  record RegistryKey(String account, String region, String name) {
    static final KeyCodec<RegistryKey> CODEC =
        KeyCodec.of(
            (key, writer) -> writer.string(key.account).string(key.region).string(key.name),
            reader -> new RegistryKey(reader.string(), reader.string(), reader.string()));

    String arn() {
      return new Scope(account, region).arn("glue", "registry/" + name);
    }
  }

  /// A schema of a registry.
  record SchemaKey(String account, String region, String registry, String name) {
    static final KeyCodec<SchemaKey> CODEC =
        KeyCodec.of(
            (key, writer) ->
                writer.string(key.account).string(key.region).string(key.registry).string(key.name),
            reader ->
                new SchemaKey(reader.string(), reader.string(), reader.string(), reader.string()));

    RegistryKey in() {
      return new RegistryKey(account, region, registry);
    }

    String arn() {
      return new Scope(account, region).arn("glue", "schema/" + registry + "/" + name);
    }
  }

  /// The registry of an ARN, or null if it is none of a registry.
  static @Nullable RegistryKey registry(String arn) {
    var matcher = ARN.matcher(arn);
    return matcher.matches() && matcher.group(3) != null
        ? new RegistryKey(matcher.group(2), matcher.group(1), matcher.group(3))
        : null;
  }

  /// The schema of an ARN, or null if it is none of a schema.
  static @Nullable SchemaKey schema(String arn) {
    var matcher = ARN.matcher(arn);
    return matcher.matches() && matcher.group(4) != null
        ? new SchemaKey(matcher.group(2), matcher.group(1), matcher.group(4), matcher.group(5))
        : null;
  }
}
