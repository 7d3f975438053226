package dev.terrarium.services.s3;

import dev.terrarium.services.s3.Details.LegalHold;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The rules of S3 Object Lock.
final class Retentions {
  private Retentions() {}

  static void requireLock(BucketState state) {
    if (!state.bucket().objectLock()) {
      throw S3Errors.invalidRequest("Bucket is missing Object Lock Configuration");
    }
  }

  static Details.Retention checked(String mode, Instant until, Instant now) {
    if (!mode.equals("GOVERNANCE") && !mode.equals("COMPLIANCE")) {
      throw S3Errors.invalidArgument("Unknown wormMode directive.", "x-amz-object-lock-mode", mode);
    }
    if (!until.isAfter(now)) {
      throw S3Errors.invalidArgument(
          "The retain until date must be in the future!",
          "x-amz-object-lock-retain-until-date",
          until.toString());
    }
    return new Details.Retention(mode, until);
  }

  static LegalHold legalHold(String status) {
    return switch (status) {
      case "ON" -> LegalHold.ON;
      case "OFF" -> LegalHold.OFF;
      default ->
          throw S3Errors.invalidArgument(
              "Legal Hold must be either of 'ON' or 'OFF'", "x-amz-object-lock-legal-hold", status);
    };
  }

  /// Refuses to remove a version that is locked.
  ///
  /// @param bypass whether retention in governance mode is to be passed over
  static void checkRemovable(@Nullable StoredObject version, Instant now, boolean bypass) {
    if (version != null && isLocked(version, now, bypass)) {
      throw S3Errors.of(
          403, "AccessDenied", "Access Denied because object protected by object lock.");
    }
  }

  /// Whether a version must not be removed.
  static boolean isLocked(StoredObject version, Instant now, boolean bypass) {
    var retention = version.details().retention();
    var retained =
        retention != null
            && retention.until().isAfter(now)
            && !(bypass && retention.mode().equals("GOVERNANCE"));
    return retained || version.details().legalHold() == LegalHold.ON;
  }

  /// Refuses to shorten or loosen a retention that is in force.
  static void checkChange(
      Details.@Nullable Retention before,
      Details.@Nullable Retention after,
      Instant now,
      boolean bypass) {
    if (before == null || !before.until().isAfter(now)) {
      return;
    }
    var stricter =
        after != null
            && !after.until().isBefore(before.until())
            && (after.mode().equals(before.mode()) || after.mode().equals("COMPLIANCE"));
    if (!stricter && !(bypass && before.mode().equals("GOVERNANCE"))) {
      throw S3Errors.of(
          403, "AccessDenied", "Access Denied because object protected by object lock.");
    }
  }
}
