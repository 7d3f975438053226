package dev.terrarium.services.s3;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.ExpirationStatus;
import software.amazon.awssdk.services.s3.model.LifecycleRule;
import software.amazon.awssdk.services.s3.model.LifecycleRuleFilter;
import software.amazon.awssdk.services.s3.model.Tag;

/// When a lifecycle rule applies to an object.
final class Expirations {
  private Expirations() {}

  /// What `x-amz-expiration` says of an object, or null if no rule will expire it.
  static @Nullable String header(BucketState state, @Nullable String key, StoredObject object) {
    var lifecycle = state.get(Setting.LIFECYCLE);
    if (lifecycle == null || key == null) {
      return null;
    }
    Instant earliest = null;
    String ruleId = null;
    for (var rule : lifecycle.rules()) {
      if (applies(rule, key, object)) {
        var due = expiry(rule, object.modified());
        if (due != null && (earliest == null || due.isBefore(earliest))) {
          earliest = due;
          ruleId = rule.id();
        }
      }
    }
    return earliest == null || ruleId == null
        ? null
        : "expiry-date=\""
            + Reads.HTTP_DATE.format(earliest)
            + "\", rule-id=\""
            + URLEncoder.encode(ruleId, StandardCharsets.UTF_8)
            + "\"";
  }

  /// When an upload will be aborted, and by which rule.
  record Abort(Instant date, String ruleId) {}

  /// When the first rule will abort an upload, or null if none will.
  static @Nullable Abort abort(BucketState state, String key, Upload upload) {
    var lifecycle = state.get(Setting.LIFECYCLE);
    Abort first = null;
    if (lifecycle != null) {
      for (var rule : lifecycle.rules()) {
        var abort = rule.abortIncompleteMultipartUpload();
        if (abort != null
            && rule.status() == ExpirationStatus.ENABLED
            && key.startsWith(prefix(rule))) {
          var date = after(upload.begun(), abort.daysAfterInitiation());
          if (first == null || date.isBefore(first.date)) {
            first = new Abort(date, rule.id());
          }
        }
      }
    }
    return first;
  }

  /// When a rule expires a current version that was made at `modified`, or null if it does not.
  static @Nullable Instant expiry(LifecycleRule rule, Instant modified) {
    var expiration = rule.expiration();
    if (expiration == null) {
      return null;
    }
    if (expiration.date() != null) {
      return expiration.date();
    }
    return expiration.days() == null ? null : after(modified, expiration.days());
  }

  /// Some days after a moment, rounded up to the next midnight as S3 does.
  static Instant after(Instant moment, int days) {
    return moment
        .atOffset(ZoneOffset.UTC)
        .plusDays(days)
        .truncatedTo(ChronoUnit.DAYS)
        .plusDays(1)
        .toInstant();
  }

  /// Whether a rule is in force for an object.
  static boolean applies(LifecycleRule rule, String key, StoredObject object) {
    return rule.status() == ExpirationStatus.ENABLED
        && key.startsWith(prefix(rule))
        && matches(rule.filter(), object);
  }

  /// With what the keys of a rule's objects begin.
  @SuppressWarnings("deprecation")
  static String prefix(LifecycleRule rule) {
    var filter = rule.filter();
    if (filter == null) {
      return rule.prefix() == null ? "" : rule.prefix();
    }
    if (filter.and() != null && filter.and().prefix() != null) {
      return filter.and().prefix();
    }
    return filter.prefix() == null ? "" : filter.prefix();
  }

  private static boolean matches(@Nullable LifecycleRuleFilter filter, StoredObject object) {
    if (filter == null) {
      return true;
    }
    var tags = object.details().tags();
    var size = object.content().size();
    var and = filter.and();
    if (and != null) {
      return and.tags().stream().allMatch(tag -> has(tags, tag))
          && (and.objectSizeGreaterThan() == null || size > and.objectSizeGreaterThan())
          && (and.objectSizeLessThan() == null || size < and.objectSizeLessThan());
    }
    return (filter.tag() == null || has(tags, filter.tag()))
        && (filter.objectSizeGreaterThan() == null || size > filter.objectSizeGreaterThan())
        && (filter.objectSizeLessThan() == null || size < filter.objectSizeLessThan());
  }

  private static boolean has(Map<String, String> tags, Tag tag) {
    return tag.value().equals(tags.get(tag.key()));
  }
}
