package dev.terrarium.services.s3;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.*;

/// Website configuration and object lock configuration of buckets.
final class S3Websites implements S3Part {
  private static final int ROUTING_RULES_MAX = 50;

  private final Buckets buckets;

  S3Websites(Buckets buckets) {
    this.buckets = buckets;
  }

  @Override
  public GetBucketWebsiteResponse getBucketWebsite(GetBucketWebsiteRequest request) {
    return buckets.serve(
        request,
        state -> {
          var website =
              S3BucketSettings.present(
                  state,
                  Setting.WEBSITE,
                  "NoSuchWebsiteConfiguration",
                  "The specified bucket does not have a website configuration");
          return GetBucketWebsiteResponse.builder()
              .indexDocument(website.indexDocument())
              .errorDocument(website.errorDocument())
              .redirectAllRequestsTo(website.redirectAllRequestsTo())
              .routingRules(website.hasRoutingRules() ? website.routingRules() : null)
              .build();
        });
  }

  @Override
  public PutBucketWebsiteResponse putBucketWebsite(PutBucketWebsiteRequest request) {
    return buckets.serve(
        request,
        state -> {
          var website = request.websiteConfiguration();
          if (website == null) {
            throw S3Errors.malformedXml();
          }
          check(website);
          buckets.set(state.name(), Setting.WEBSITE, website);
          return PutBucketWebsiteResponse.builder().build();
        });
  }

  @Override
  public DeleteBucketWebsiteResponse deleteBucketWebsite(DeleteBucketWebsiteRequest request) {
    return buckets.serve(
        request,
        state -> {
          buckets.set(state.name(), Setting.WEBSITE, null);
          return DeleteBucketWebsiteResponse.builder().build();
        });
  }

  private static void check(WebsiteConfiguration website) {
    var all = website.redirectAllRequestsTo();
    if (all != null) {
      if (website.indexDocument() != null
          || website.errorDocument() != null
          || website.hasRoutingRules()) {
        throw S3Errors.invalidArgument(
            "RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.",
            "RedirectAllRequestsTo",
            "not null");
      }
      if (all.hostName() == null || all.hostName().isEmpty()) {
        throw S3Errors.malformedXml();
      }
      checkProtocol(all.protocol());
      return;
    }
    var index = website.indexDocument();
    if (index == null) {
      throw S3Errors.invalidArgument(
          "A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty",
          "IndexDocument",
          "null");
    }
    if (index.suffix() == null || index.suffix().isEmpty() || index.suffix().contains("/")) {
      throw S3Errors.invalidArgument(
          "The IndexDocument Suffix is not well formed",
          "IndexDocument",
          String.valueOf(index.suffix()));
    }
    if (website.errorDocument() != null
        && (website.errorDocument().key() == null || website.errorDocument().key().isEmpty())) {
      throw S3Errors.malformedXml();
    }
    if (website.routingRules().size() > ROUTING_RULES_MAX) {
      throw S3Errors.invalidRequest(
          website.routingRules().size()
              + " routing rules provided, the number of routing rules in a website configuration"
              + " is limited to 50.");
    }
    website.routingRules().forEach(S3Websites::check);
  }

  private static void check(RoutingRule rule) {
    var redirect = rule.redirect();
    if (redirect == null) {
      throw S3Errors.malformedXml();
    }
    checkProtocol(redirect.protocol());
    if (redirect.replaceKeyWith() != null && redirect.replaceKeyPrefixWith() != null) {
      throw S3Errors.invalidRequest(
          "You can only define ReplaceKeyPrefix or ReplaceKey but not both.");
    }
    var code = redirect.httpRedirectCode();
    if (code != null && !code.matches("30[12345678]")) {
      throw S3Errors.invalidRequest(
          "The provided HTTP redirect code ("
              + code
              + ") is not valid. Valid codes are 3XX except 300.");
    }
    var condition = rule.condition();
    if (condition != null) {
      var error = condition.httpErrorCodeReturnedEquals();
      if (error == null && condition.keyPrefixEquals() == null) {
        throw S3Errors.invalidRequest(
            "Condition cannot be empty. To redirect all requests without a condition, the condition"
                + " element shouldn't be present.");
      }
      if (error != null && !error.matches("[45]\\d\\d")) {
        throw S3Errors.invalidRequest(
            "The provided HTTP error code ("
                + error
                + ") is not valid. Valid codes are 4XX or 5XX.");
      }
    }
  }

  private static void checkProtocol(@Nullable Protocol protocol) {
    if (protocol == Protocol.UNKNOWN_TO_SDK_VERSION) {
      throw S3Errors.invalidRequest(
          "Invalid protocol, protocol can be http or https. If not defined the protocol will be"
              + " selected automatically.");
    }
  }

  @Override
  public GetObjectLockConfigurationResponse getObjectLockConfiguration(
      GetObjectLockConfigurationRequest request) {
    return buckets.serve(
        request,
        state ->
            GetObjectLockConfigurationResponse.builder()
                .objectLockConfiguration(
                    S3BucketSettings.present(
                        state,
                        Setting.OBJECT_LOCK,
                        "ObjectLockConfigurationNotFoundError",
                        "Object Lock configuration does not exist for this bucket"))
                .build());
  }

  @Override
  public PutObjectLockConfigurationResponse putObjectLockConfiguration(
      PutObjectLockConfigurationRequest request) {
    return buckets.serve(
        request,
        state -> {
          var configuration = request.objectLockConfiguration();
          if (configuration == null
              || configuration.objectLockEnabled() != ObjectLockEnabled.ENABLED) {
            throw S3Errors.malformedXml();
          }
          if (state.bucket().versioning() != Bucket.Versioning.ENABLED) {
            throw S3Errors.of(
                409,
                "InvalidBucketState",
                "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration");
          }
          if (configuration.rule() != null) {
            check(configuration.rule().defaultRetention());
          }
          buckets.change(state.name(), Bucket::withObjectLock);
          buckets.set(state.name(), Setting.OBJECT_LOCK, configuration);
          return PutObjectLockConfigurationResponse.builder().build();
        });
  }

  private static void check(@Nullable DefaultRetention retention) {
    if (retention == null
        || retention.mode() == null
        || retention.mode() == ObjectLockRetentionMode.UNKNOWN_TO_SDK_VERSION
        || (retention.days() == null) == (retention.years() == null)) {
      throw S3Errors.malformedXml();
    }
    var period = retention.days() != null ? retention.days() : retention.years();
    var max = retention.days() != null ? 36500 : 100;
    if (period < 1) {
      throw S3Errors.invalidArgument(
          "Default retention period must be a positive integer value.",
          "DefaultRetention",
          Integer.toString(period));
    }
    if (period > max) {
      throw S3Errors.invalidArgument(
          "Default retention period too large", "DefaultRetention", Integer.toString(period));
    }
  }
}
