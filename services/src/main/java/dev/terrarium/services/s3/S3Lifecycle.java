package dev.terrarium.services.s3;

import dev.terrarium.kernel.Cloud;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.*;

/// Lifecycle configuration of buckets.
final class S3Lifecycle implements S3Part {
  private static final int RULES_MAX = 1000;

  private final Cloud cloud;
  private final Buckets buckets;
  private final Lifecycles lifecycles;

  S3Lifecycle(Cloud cloud, Buckets buckets, Lifecycles lifecycles) {
    this.cloud = cloud;
    this.buckets = buckets;
    this.lifecycles = lifecycles;
  }

  @Override
  public GetBucketLifecycleConfigurationResponse getBucketLifecycleConfiguration(
      GetBucketLifecycleConfigurationRequest request) {
    return buckets.serve(
        request,
        state ->
            GetBucketLifecycleConfigurationResponse.builder()
                .rules(
                    S3BucketSettings.present(
                            state,
                            Setting.LIFECYCLE,
                            "NoSuchLifecycleConfiguration",
                            "The lifecycle configuration does not exist")
                        .rules())
                .transitionDefaultMinimumObjectSize(
                    state.get(Setting.TRANSITION_MINIMUM) == null
                        ? Lifecycles.MINIMUM_128K
                        : state.get(Setting.TRANSITION_MINIMUM))
                .build());
  }

  @Override
  public PutBucketLifecycleConfigurationResponse putBucketLifecycleConfiguration(
      PutBucketLifecycleConfigurationRequest request) {
    return buckets.serve(
        request,
        state -> {
          var configuration = request.lifecycleConfiguration();
          if (configuration == null
              || configuration.rules().isEmpty()
              || configuration.rules().size() > RULES_MAX) {
            throw S3Errors.malformedXml();
          }
          var minimum = request.transitionDefaultMinimumObjectSizeAsString();
          if (request.transitionDefaultMinimumObjectSize()
              == TransitionDefaultMinimumObjectSize.UNKNOWN_TO_SDK_VERSION) {
            throw S3Errors.invalidRequest(
                "Invalid TransitionDefaultMinimumObjectSize found: " + minimum);
          }
          var rules = new ArrayList<LifecycleRule>();
          var ids = new HashSet<String>();
          for (var rule : configuration.rules()) {
            check(rule);
            var id = rule.id() == null || rule.id().isEmpty() ? cloud.ids().uuid() : rule.id();
            if (!ids.add(id)) {
              throw S3Errors.invalidArgument(
                  "Rule ID must be unique. Found same ID for more than one rule", "ID", id);
            }
            rules.add(rule.toBuilder().id(id).build());
          }
          buckets.set(
              state.name(),
              Setting.LIFECYCLE,
              BucketLifecycleConfiguration.builder().rules(rules).build());
          buckets.set(
              state.name(),
              Setting.TRANSITION_MINIMUM,
              minimum == null ? Lifecycles.MINIMUM_128K : minimum);
          lifecycles.schedule();
          return PutBucketLifecycleConfigurationResponse.builder()
              .transitionDefaultMinimumObjectSize(
                  minimum == null ? Lifecycles.MINIMUM_128K : minimum)
              .build();
        });
  }

  @Override
  public DeleteBucketLifecycleResponse deleteBucketLifecycle(DeleteBucketLifecycleRequest request) {
    return buckets.serve(
        request,
        state -> {
          buckets.set(state.name(), Setting.LIFECYCLE, null);
          buckets.set(state.name(), Setting.TRANSITION_MINIMUM, null);
          return DeleteBucketLifecycleResponse.builder().build();
        });
  }

  @SuppressWarnings("deprecation")
  private static void check(LifecycleRule rule) {
    if (rule.status() == null
        || rule.status() == ExpirationStatus.UNKNOWN_TO_SDK_VERSION
        || (rule.filter() == null) == (rule.prefix() == null)) {
      throw S3Errors.malformedXml();
    }
    if (rule.filter() != null) {
      check(rule.filter());
    }
    if (rule.id() != null && rule.id().length() > 255) {
      throw S3Errors.invalidArgument(
          "ID length should not exceed allowed limit of 255", "ID", rule.id());
    }
    var abort = rule.abortIncompleteMultipartUpload();
    if (rule.expiration() == null
        && rule.noncurrentVersionExpiration() == null
        && abort == null
        && rule.transitions().isEmpty()
        && rule.noncurrentVersionTransitions().isEmpty()) {
      throw S3Errors.invalidRequest("At least one action needs to be specified in a rule");
    }
    if (abort != null) {
      positive(
          abort.daysAfterInitiation(), "DaysAfterInitiation", "AbortIncompleteMultipartUpload");
      if (hasTags(rule.filter())) {
        throw S3Errors.invalidRequest(
            "AbortIncompleteMultipartUpload cannot be specified with Tags.");
      }
    }
    if (rule.expiration() != null) {
      check(rule.expiration(), rule);
    }
    var noncurrent = rule.noncurrentVersionExpiration();
    if (noncurrent != null) {
      positive(noncurrent.noncurrentDays(), "NoncurrentDays", "NoncurrentVersionExpiration");
      if (noncurrent.newerNoncurrentVersions() != null) {
        positive(
            noncurrent.newerNoncurrentVersions(),
            "NewerNoncurrentVersions",
            "NoncurrentVersionExpiration");
      }
    }
    for (var transition : rule.transitions()) {
      check(transition, rule);
    }
    for (var transition : rule.noncurrentVersionTransitions()) {
      if (transition.storageClass() == null
          || transition.storageClass() == TransitionStorageClass.UNKNOWN_TO_SDK_VERSION
          || transition.noncurrentDays() == null) {
        throw S3Errors.malformedXml();
      }
    }
  }

  /// A filter has one condition; several stand in `And`.
  private static void check(LifecycleRuleFilter filter) {
    var and = filter.and();
    if (given(
            filter.prefix(),
            filter.tag(),
            filter.objectSizeGreaterThan(),
            filter.objectSizeLessThan(),
            and)
        > 1) {
      throw S3Errors.malformedXml();
    }
    if (and == null) {
      return;
    }
    if (given(and.prefix(), and.objectSizeGreaterThan(), and.objectSizeLessThan())
            + and.tags().size()
        < 2) {
      throw S3Errors.malformedXml();
    }
    if (and.objectSizeGreaterThan() != null
        && and.objectSizeLessThan() != null
        && and.objectSizeLessThan() <= and.objectSizeGreaterThan()) {
      throw S3Errors.invalidRequest(
          "'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan'.");
    }
  }

  private static int given(@Nullable Object... members) {
    int count = 0;
    for (var member : members) {
      count += member == null ? 0 : 1;
    }
    return count;
  }

  private static void check(LifecycleExpiration expiration, LifecycleRule rule) {
    var given =
        (expiration.days() != null ? 1 : 0)
            + (expiration.date() != null ? 1 : 0)
            + (expiration.expiredObjectDeleteMarker() != null ? 1 : 0);
    if (given != 1) {
      throw S3Errors.malformedXml();
    }
    if (expiration.days() != null) {
      positive(expiration.days(), "Days", "Expiration");
    }
    if (expiration.date() != null) {
      midnight(expiration.date());
    }
    if (expiration.expiredObjectDeleteMarker() != null && hasTags(rule.filter())) {
      throw S3Errors.invalidRequest("ExpiredObjectDeleteMarker cannot be specified with Tags.");
    }
  }

  private static void check(Transition transition, LifecycleRule rule) {
    var storageClass = transition.storageClass();
    if (storageClass == null
        || storageClass == TransitionStorageClass.UNKNOWN_TO_SDK_VERSION
        || (transition.days() == null) == (transition.date() == null)) {
      throw S3Errors.malformedXml();
    }
    if (transition.date() != null) {
      midnight(transition.date());
      return;
    }
    var days = transition.days();
    if (days < 0) {
      throw S3Errors.invalidArgument(
          "'Days' in Transition action must be nonnegative", "Days", days.toString());
    }
    if (days < 30
        && (storageClass == TransitionStorageClass.STANDARD_IA
            || storageClass == TransitionStorageClass.ONEZONE_IA)) {
      throw S3Errors.invalidArgument(
          "'Days' in Transition action must be greater than or equal to 30 for storageClass '"
              + storageClass
              + "'",
          "Days",
          days.toString());
    }
    var expiration = rule.expiration();
    if (expiration != null && expiration.days() != null && expiration.days() <= days) {
      throw S3Errors.invalidArgument(
          "'Days' in the Expiration action for filter '(prefix="
              + Expirations.prefix(rule)
              + ")' must be greater than 'Days' in the Transition action",
          "Days",
          expiration.days().toString());
    }
  }

  private static void positive(@Nullable Integer days, String name, String action) {
    if (days == null) {
      throw S3Errors.malformedXml();
    }
    if (days < 1) {
      throw S3Errors.invalidArgument(
          "'" + name + "' for " + action + " action must be a positive integer",
          name,
          days.toString());
    }
  }

  private static void midnight(java.time.Instant date) {
    var utc = date.atOffset(ZoneOffset.UTC);
    if (!utc.equals(utc.truncatedTo(ChronoUnit.DAYS))) {
      throw S3Errors.invalidArgument("'Date' must be at midnight GMT", "Date", date.toString());
    }
  }

  private static boolean hasTags(@Nullable LifecycleRuleFilter filter) {
    return filter != null
        && (filter.tag() != null || filter.and() != null && !filter.and().tags().isEmpty());
  }
}
