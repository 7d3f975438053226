package dev.terrarium.services.kms;

import dev.terrarium.kernel.store.BinaryReader;
import dev.terrarium.kernel.store.BinaryWriter;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.PojoCodec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kms.model.KeyManagerType;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.kms.model.KeyState;

/// A key.
///
/// @param metadata as it is shown
/// @param current the id of the material that encrypts, or empty if none was ever imported
/// @param materials oldest first
record KeyRecord(
    KeyMetadata metadata,
    String policy,
    Map<String, String> tags,
    Rotation rotation,
    String current,
    List<Material> materials) {
  /// When a key is rotated.
  ///
  /// @param periodDays kept while rotation is off
  /// @param next when, if it is on
  record Rotation(boolean enabled, int periodDays, @Nullable Instant next) {
    static final Rotation OFF = new Rotation(false, 365, null);
  }

  private static final PojoCodec<KeyMetadata> METADATA = new PojoCodec<>(KeyMetadata::builder);

  static final Codec<KeyRecord> CODEC =
      Codec.of(
          1,
          (key, writer) -> {
            METADATA.write(writer, key.metadata);
            writer
                .string(key.policy)
                .strings(key.tags)
                .flag(key.rotation.enabled)
                .number(key.rotation.periodDays)
                .optional(key.rotation.next, BinaryWriter::instant)
                .string(key.current)
                .list(key.materials, (to, material) -> material.write(to));
          },
          reader ->
              new KeyRecord(
                  METADATA.read(reader),
                  reader.string(),
                  reader.strings(),
                  new Rotation(
                      reader.flag(), reader.integer(), reader.optional(BinaryReader::instant)),
                  reader.string(),
                  reader.list(Material::read)));

  KeyRecord {
    tags = Map.copyOf(tags);
    materials = List.copyOf(materials);
  }

  KeyRef ref() {
    var arn = dev.terrarium.kernel.Arn.of(metadata.arn()).orElseThrow();
    return new KeyRef(arn.account(), arn.region(), metadata.keyId());
  }

  String arn() {
    return metadata.arn();
  }

  KeySpecs spec() {
    return KeySpecs.of(metadata.keySpecAsString());
  }

  KeyState state() {
    return metadata.keyState();
  }

  boolean isManaged() {
    return metadata.keyManager() == KeyManagerType.AWS;
  }

  boolean isSymmetric() {
    return spec() == KeySpecs.SYMMETRIC_DEFAULT;
  }

  boolean isExternal() {
    return metadata.originAsString().equals("EXTERNAL");
  }

  boolean isMultiRegion() {
    return Boolean.TRUE.equals(metadata.multiRegion());
  }

  /// The material that encrypts and signs.
  Material material() {
    return material(current).orElseThrow();
  }

  java.util.Optional<Material> material(String id) {
    return materials.stream().filter(material -> material.id().equals(id)).findFirst();
  }

  KeyRecord with(Consumer<KeyMetadata.Builder> change) {
    var builder = metadata.toBuilder();
    change.accept(builder);
    return new KeyRecord(builder.build(), policy, tags, rotation, current, materials);
  }

  KeyRecord withPolicy(String replacement) {
    return new KeyRecord(metadata, replacement, tags, rotation, current, materials);
  }

  KeyRecord withTags(Map<String, String> replacement) {
    return new KeyRecord(metadata, policy, replacement, rotation, current, materials);
  }

  KeyRecord withRotation(Rotation replacement) {
    return new KeyRecord(metadata, policy, tags, replacement, current, materials);
  }

  /// The same with other material, and what tells of it.
  KeyRecord withMaterials(String nowCurrent, List<Material> replacement) {
    var shown = isSymmetric() && (!isExternal() || !isMultiRegion()) && !nowCurrent.isEmpty();
    return new KeyRecord(
        metadata.toBuilder().currentKeyMaterialId(shown ? nowCurrent : null).build(),
        policy,
        tags,
        rotation,
        nowCurrent,
        replacement);
  }

  /// The same with one material replaced.
  KeyRecord change(String id, UnaryOperator<Material> change) {
    var changed = new ArrayList<Material>();
    materials.forEach(m -> changed.add(m.id().equals(id) ? change.apply(m) : m));
    return withMaterials(current, changed);
  }
}
