package dev.terrarium.services.s3;

import dev.terrarium.kernel.store.BinaryReader;
import dev.terrarium.kernel.store.BinaryWriter;
import dev.terrarium.kernel.store.PojoCodec;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.AccessControlPolicy;

/// What is told about an object beside its bytes.
///
/// @param headers by the SDK's names of their members: `ContentType`, `CacheControl`, …
/// @param metadata the user's own, by lower-case name
/// @param replication `PENDING`, `COMPLETED`, `FAILED`, `REPLICA`, or empty
/// @param restoredUntil until when an archived object may be read
record Details(
    String storageClass,
    Map<String, String> headers,
    Map<String, String> metadata,
    Map<String, String> tags,
    Encryption encryption,
    @Nullable Retention retention,
    LegalHold legalHold,
    @Nullable AccessControlPolicy acl,
    String replication,
    @Nullable Instant restoredUntil) {
  private static final PojoCodec<AccessControlPolicy> ACL =
      new PojoCodec<>(AccessControlPolicy::builder);

  /// Stands for a restoration that has not come to its end.
  static final Instant ONGOING = Instant.EPOCH;

  /// What delete markers have.
  static final Details NONE =
      new Details(
          "STANDARD",
          Map.of(),
          Map.of(),
          Map.of(),
          Encryption.DEFAULT,
          null,
          LegalHold.NONE,
          null,
          "",
          null);

  /// Whether an object is held back from deletion, whoever wants it: said neither way, or the one
  /// or the other.
  enum LegalHold {
    NONE(0),
    ON(1),
    OFF(2);

    private final int number;

    /// @param number by which the store knows it
    LegalHold(int number) {
      this.number = number;
    }

    private static LegalHold of(int number) {
      return switch (number) {
        case 0 -> NONE;
        case 1 -> ON;
        default -> OFF;
      };
    }
  }

  /// Until when an object must not be deleted.
  ///
  /// @param mode `GOVERNANCE` or `COMPLIANCE`
  record Retention(String mode, Instant until) {}

  Details {
    headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    tags = Collections.unmodifiableMap(new LinkedHashMap<>(tags));
  }

  static void write(BinaryWriter writer, Details details) {
    writer
        .string(details.storageClass)
        .strings(details.headers)
        .strings(details.metadata)
        .strings(details.tags);
    Encryption.write(writer, details.encryption);
    writer
        .optional(details.retention, (w, r) -> w.string(r.mode).instant(r.until))
        .number(details.legalHold.number)
        .optional(details.acl, ACL::write)
        .string(details.replication)
        .optional(details.restoredUntil, BinaryWriter::instant);
  }

  static Details read(BinaryReader reader) {
    return new Details(
        reader.string(),
        reader.strings(),
        reader.strings(),
        reader.strings(),
        Encryption.read(reader),
        reader.optional(r -> new Retention(r.string(), r.instant())),
        LegalHold.of(reader.integer()),
        reader.optional(ACL::read),
        reader.string(),
        reader.optional(BinaryReader::instant));
  }

  /// Whether the object is in an archive from which it must be restored before it is read.
  boolean isArchived() {
    return storageClass.equals("GLACIER") || storageClass.equals("DEEP_ARCHIVE");
  }

  /// Refuses to read an archived object that is not restored.
  void checkReadable(Instant now) {
    var until = restoredUntil;
    if (isArchived() && (until == null || until.equals(ONGOING) || until.isBefore(now))) {
      throw S3Errors.invalidObjectState(storageClass);
    }
  }

  Details withTags(Map<String, String> changed) {
    return new Details(
        storageClass,
        headers,
        metadata,
        changed,
        encryption,
        retention,
        legalHold,
        acl,
        replication,
        restoredUntil);
  }

  Details withRetention(@Nullable Retention changed) {
    return new Details(
        storageClass,
        headers,
        metadata,
        tags,
        encryption,
        changed,
        legalHold,
        acl,
        replication,
        restoredUntil);
  }

  Details withLegalHold(LegalHold changed) {
    return new Details(
        storageClass,
        headers,
        metadata,
        tags,
        encryption,
        retention,
        changed,
        acl,
        replication,
        restoredUntil);
  }

  Details withAcl(@Nullable AccessControlPolicy changed) {
    return new Details(
        storageClass,
        headers,
        metadata,
        tags,
        encryption,
        retention,
        legalHold,
        changed,
        replication,
        restoredUntil);
  }

  Details withReplication(String changed) {
    return new Details(
        storageClass,
        headers,
        metadata,
        tags,
        encryption,
        retention,
        legalHold,
        acl,
        changed,
        restoredUntil);
  }

  Details withStorageClass(String changed) {
    return new Details(
        changed, headers, metadata, tags, encryption, retention, legalHold, acl, replication, null);
  }

  Details withRestoredUntil(@Nullable Instant changed) {
    return new Details(
        storageClass,
        headers,
        metadata,
        tags,
        encryption,
        retention,
        legalHold,
        acl,
        replication,
        changed);
  }
}
