package dev.terrarium.services.secretsmanager;

import dev.terrarium.kernel.store.BinaryReader;
import dev.terrarium.kernel.store.BinaryWriter;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.PojoCodec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.secretsmanager.model.DescribeSecretResponse;

/// A secret without its values.
///
/// @param description as it is shown, the stages of its versions among it
/// @param policy of the resource, or empty
/// @param due when the next rotation begins, if one is planned
/// @param rotating the version that a rotation is making, or empty
/// @param tries how often that rotation has failed
record SecretRecord(
    DescribeSecretResponse description,
    String policy,
    @Nullable Instant due,
    String rotating,
    int tries) {
  static final String CURRENT = "AWSCURRENT";
  static final String PREVIOUS = "AWSPREVIOUS";
  static final String PENDING = "AWSPENDING";

  private static final PojoCodec<DescribeSecretResponse> DESCRIPTION =
      new PojoCodec<>(DescribeSecretResponse::builder);

  static final Codec<SecretRecord> CODEC =
      Codec.of(
          1,
          (secret, to) -> {
            DESCRIPTION.write(to, secret.description);
            to.string(secret.policy)
                .optional(secret.due, BinaryWriter::instant)
                .string(secret.rotating)
                .number(secret.tries);
          },
          from ->
              new SecretRecord(
                  DESCRIPTION.read(from),
                  from.string(),
                  from.optional(BinaryReader::instant),
                  from.string(),
                  from.integer()));

  String arn() {
    return description.arn();
  }

  String name() {
    return description.name();
  }

  boolean isDeleted() {
    return description.deletedDate() != null;
  }

  /// Whether it is a copy of a secret in another region.
  boolean isReplica(SecretRef ref) {
    return description.primaryRegion() != null && !description.primaryRegion().equals(ref.region());
  }

  Map<String, List<String>> stages() {
    return description.versionIdsToStages();
  }

  /// The version that carries a stage.
  Optional<String> version(String stage) {
    return stages().entrySet().stream()
        .filter(entry -> entry.getValue().contains(stage))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  SecretRecord with(Consumer<DescribeSecretResponse.Builder> change) {
    var builder = description.toBuilder();
    change.accept(builder);
    return new SecretRecord(builder.build(), policy, due, rotating, tries);
  }

  SecretRecord withPolicy(String replacement) {
    return new SecretRecord(description, replacement, due, rotating, tries);
  }

  SecretRecord withDue(@Nullable Instant moment) {
    return new SecretRecord(description, policy, moment, rotating, tries);
  }

  SecretRecord withRotating(String version, int failures) {
    return new SecretRecord(description, policy, due, version, failures);
  }

  /// The same with a stage on a version, and on no other. Where `AWSCURRENT` leaves, `AWSPREVIOUS`
  /// comes.
  SecretRecord staged(String stage, String version) {
    var stages = copy();
    var left = version(stage).orElse(null);
    if (!version.equals(left)) {
      if (stage.equals(CURRENT) && left != null) {
        remove(stages, PREVIOUS);
        Objects.requireNonNull(stages.get(left)).add(PREVIOUS);
      }
      remove(stages, stage);
      stages.computeIfAbsent(version, v -> new ArrayList<>()).add(stage);
      if (stage.equals(CURRENT)) {
        Objects.requireNonNull(stages.get(version)).remove(PREVIOUS);
      }
    }
    return with(d -> d.versionIdsToStages(stages));
  }

  /// The same with a stage on no version.
  SecretRecord unstaged(String stage) {
    var stages = copy();
    remove(stages, stage);
    return with(d -> d.versionIdsToStages(stages));
  }

  /// The same without a version.
  SecretRecord without(String version) {
    var stages = copy();
    stages.remove(version);
    return with(d -> d.versionIdsToStages(stages));
  }

  private Map<String, List<String>> copy() {
    var stages = new LinkedHashMap<String, List<String>>();
    stages().forEach((version, names) -> stages.put(version, new ArrayList<>(names)));
    return stages;
  }

  private static void remove(Map<String, List<String>> stages, String stage) {
    stages.values().forEach(names -> names.remove(stage));
  }
}
