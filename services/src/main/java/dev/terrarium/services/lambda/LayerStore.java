package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.kernel.store.PojoCodec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.GetLayerVersionResponse;
import software.amazon.awssdk.services.lambda.model.Layer;

/// What is stored of layers, and their files for the sandboxes.
final class LayerStore {
  /// A layer version's place.
  record LayerKey(Scope scope, String name, long version) {
    String arn() {
      return layerArn() + ":" + version;
    }

    String layerArn() {
      return scope.arn("lambda", "layer:" + name);
    }
  }

  /// A layer version.
  ///
  /// @param policy statements by id, as JSON
  /// @param deleted whether it is only there for the functions that use it
  record LayerVersion(
      String blob,
      GetLayerVersionResponse description,
      Map<String, String> policy,
      boolean deleted) {
    LayerVersion withPolicy(Map<String, String> changed) {
      return new LayerVersion(blob, description, changed, deleted);
    }

    LayerVersion asDeleted() {
      return new LayerVersion(blob, description, policy, true);
    }
  }

  private static final PojoCodec<GetLayerVersionResponse> DESCRIPTIONS =
      new PojoCodec<>(GetLayerVersionResponse::builder);

  final Keyspace<LayerKey, LayerVersion> versions;

  /// The number of a layer's latest version; numbers are never used again.
  final Keyspace<LayerKey, Long> latest;

  private final CodeStore code;

  LayerStore(Cloud cloud, CodeStore code) {
    this.code = code;
    KeyCodec<LayerKey> keys =
        KeyCodec.of(
            (key, to) ->
                to.string(key.scope.account())
                    .string(key.scope.region())
                    .string(key.name)
                    .number(key.version),
            from ->
                new LayerKey(
                    new Scope(from.string(), from.string()), from.string(), from.number()));
    versions =
        new Keyspace<>(
            cloud.store(),
            "lambda.layers",
            keys,
            Codec.of(
                1,
                (layer, to) -> {
                  to.string(layer.blob);
                  to.strings(layer.policy).flag(layer.deleted);
                  DESCRIPTIONS.write(to, layer.description);
                },
                from -> {
                  var blob = from.string();
                  var policy = from.strings();
                  var deleted = from.flag();
                  return new LayerVersion(blob, DESCRIPTIONS.read(from), policy, deleted);
                }));
    latest =
        new Keyspace<>(
            cloud.store(),
            "lambda.layernumbers",
            keys,
            Codec.of(1, (number, to) -> to.number(number), from -> from.number()));
  }

  /// The layer version that an ARN names, or null.
  @Nullable LayerVersion find(String arn) {
    var key = key(arn);
    return key == null ? null : find(key);
  }

  /// A layer version, or null if it is not there or was deleted.
  @Nullable LayerVersion find(LayerKey key) {
    var version = versions.get(key);
    return version == null || version.deleted ? null : version;
  }

  /// The place that a layer version's ARN names, or null if it is none.
  static @Nullable LayerKey key(String arn) {
    var parsed = Arn.of(arn).orElse(null);
    if (parsed == null || !parsed.service().equals("lambda")) {
      return null;
    }
    var parts = parsed.resource().split(":");
    if (parts.length != 3 || !parts[0].equals("layer") || !parts[2].matches("[0-9]{1,18}")) {
      return null;
    }
    return new LayerKey(parsed.scope(), parts[1], Long.parseLong(parts[2]));
  }

  /// The folder with the files of the given layers, the later over the earlier.
  Path unpacked(List<Layer> layers) {
    var blobs = new ArrayList<String>();
    var name = new StringBuilder("layers");
    for (var layer : layers) {
      var key = key(layer.arn());
      var version = key == null ? null : versions.get(key);
      if (version == null) {
        throw LambdaErrors.invalid("Layer version " + layer.arn() + " does not exist.");
      }
      blobs.add(version.blob());
      name.append(' ').append(version.description().content().codeSha256());
    }
    return code.unpacked(blobs, name.toString());
  }
}
