package dev.terrarium.services.s3;

import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.Codec;
import java.time.Instant;

/// A bucket, without its configurations.
///
/// @param account whose it is
/// @param region where it is
/// @param objectLock whether its objects can be locked
record Bucket(
    String name,
    String account,
    String region,
    Instant created,
    Versioning versioning,
    boolean objectLock) {
  static final Codec<Bucket> CODEC =
      Codec.of(
          1,
          (bucket, writer) ->
              writer
                  .string(bucket.name)
                  .string(bucket.account)
                  .string(bucket.region)
                  .instant(bucket.created)
                  .number(bucket.versioning.code)
                  .flag(bucket.objectLock),
          reader ->
              new Bucket(
                  reader.string(),
                  reader.string(),
                  reader.string(),
                  reader.instant(),
                  Versioning.of(reader.integer()),
                  reader.flag()));

  /// Whether, and since when not any more, old versions of objects are kept.
  enum Versioning {
    OFF(0),
    ENABLED(1),
    SUSPENDED(2);

    private final int code;

    Versioning(int code) {
      this.code = code;
    }

    static Versioning of(int code) {
      return values()[code];
    }
  }

  Bucket withVersioning(Versioning changed) {
    return new Bucket(name, account, region, created, changed, objectLock);
  }

  Bucket withObjectLock() {
    return new Bucket(name, account, region, created, Versioning.ENABLED, true);
  }

  Scope scope() {
    return new Scope(account, region);
  }

  String arn() {
    return "arn:" + scope().partition() + ":s3:::" + name;
  }

  /// Whether objects of this bucket have version ids that S3 tells.
  boolean versioned() {
    return versioning != Versioning.OFF;
  }
}
