package dev.terrarium.services.s3;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.*;

/// Configurations of a bucket that stand for themselves: versioning, tags, encryption, CORS,
/// website, payment, acceleration, object lock.
final class S3BucketSettings implements S3Part {
  private static final Set<String> CORS_METHODS = Set.of("GET", "PUT", "HEAD", "POST", "DELETE");

  private final Buckets buckets;

  S3BucketSettings(Buckets buckets) {
    this.buckets = buckets;
  }

  @Override
  public GetBucketVersioningResponse getBucketVersioning(GetBucketVersioningRequest request) {
    return buckets.serve(
        request,
        state ->
            GetBucketVersioningResponse.builder()
                .status(
                    switch (state.bucket().versioning()) {
                      case OFF -> null;
                      case ENABLED -> BucketVersioningStatus.ENABLED;
                      case SUSPENDED -> BucketVersioningStatus.SUSPENDED;
                    })
                .build());
  }

  @Override
  public PutBucketVersioningResponse putBucketVersioning(PutBucketVersioningRequest request) {
    return buckets.serve(
        request,
        state -> {
          var configuration = request.versioningConfiguration();
          if (configuration == null || configuration.status() == null) {
            throw S3Errors.of(
                400,
                "IllegalVersioningConfigurationException",
                "The Versioning element must be specified");
          }
          var versioning =
              switch (configuration.status()) {
                case ENABLED -> Bucket.Versioning.ENABLED;
                case SUSPENDED -> Bucket.Versioning.SUSPENDED;
                case UNKNOWN_TO_SDK_VERSION -> throw S3Errors.malformedXml();
              };
          if (configuration.mfaDelete() == MFADelete.ENABLED) {
            throw S3Errors.draft(
                    501,
                    "NotImplemented",
                    "A header you provided implies functionality that is not implemented")
                .with("Header", "x-amz-mfa")
                .build();
          }
          if (versioning == Bucket.Versioning.SUSPENDED) {
            checkSuspendable(state);
          }
          buckets.change(state.name(), bucket -> bucket.withVersioning(versioning));
          return PutBucketVersioningResponse.builder().build();
        });
  }

  private static void checkSuspendable(BucketState state) {
    var reason =
        state.bucket().objectLock()
            ? "An Object Lock"
            : state.get(Setting.REPLICATION) != null ? "A replication" : null;
    if (reason != null) {
      throw S3Errors.of(
          409,
          "InvalidBucketState",
          reason
              + " configuration is present on this bucket, so the versioning state cannot be"
              + " changed.");
    }
  }

  @Override
  public GetBucketTaggingResponse getBucketTagging(GetBucketTaggingRequest request) {
    return buckets.serve(
        request,
        state ->
            GetBucketTaggingResponse.builder()
                .tagSet(
                    present(state, Setting.TAGGING, "NoSuchTagSet", "The TagSet does not exist")
                        .tagSet())
                .build());
  }

  @Override
  public PutBucketTaggingResponse putBucketTagging(PutBucketTaggingRequest request) {
    return buckets.serve(
        request,
        state -> {
          if (request.tagging() == null) {
            throw S3Errors.malformedXml();
          }
          var system = systemTags(state);
          var given = new ArrayList<>(request.tagging().tagSet());
          given.removeAll(system);
          Tags.ofBucket(given);
          given.addAll(system);
          buckets.set(
              state.name(),
              Setting.TAGGING,
              given.isEmpty() ? null : Tagging.builder().tagSet(given).build());
          return PutBucketTaggingResponse.builder().build();
        });
  }

  @Override
  public DeleteBucketTaggingResponse deleteBucketTagging(DeleteBucketTaggingRequest request) {
    return buckets.serve(
        request,
        state -> {
          var system = systemTags(state);
          buckets.set(
              state.name(),
              Setting.TAGGING,
              system.isEmpty() ? null : Tagging.builder().tagSet(system).build());
          return DeleteBucketTaggingResponse.builder().build();
        });
  }

  /// The tags that AWS itself has set, which nobody else changes.
  private static List<Tag> systemTags(BucketState state) {
    var tagging = state.get(Setting.TAGGING);
    return tagging == null
        ? List.of()
        : tagging.tagSet().stream().filter(tag -> tag.key().startsWith("aws:")).toList();
  }

  @Override
  public GetBucketEncryptionResponse getBucketEncryption(GetBucketEncryptionRequest request) {
    return buckets.serve(
        request,
        state -> {
          var configured = state.get(Setting.ENCRYPTION);
          return GetBucketEncryptionResponse.builder()
              .serverSideEncryptionConfiguration(
                  configured == null ? defaultEncryption() : configured)
              .build();
        });
  }

  @Override
  public PutBucketEncryptionResponse putBucketEncryption(PutBucketEncryptionRequest request) {
    return buckets.serve(
        request,
        state -> {
          var configuration = request.serverSideEncryptionConfiguration();
          if (configuration == null || configuration.rules().size() != 1) {
            throw S3Errors.malformedXml();
          }
          var byDefault = configuration.rules().getFirst().applyServerSideEncryptionByDefault();
          if (byDefault == null
              || byDefault.sseAlgorithm() == null
              || byDefault.sseAlgorithm() == ServerSideEncryption.UNKNOWN_TO_SDK_VERSION) {
            throw S3Errors.malformedXml();
          }
          if (byDefault.sseAlgorithm() == ServerSideEncryption.AES256
              && byDefault.kmsMasterKeyID() != null) {
            throw S3Errors.invalidArgument(
                "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or"
                    + " aws:kms:dsse",
                "ApplyServerSideEncryptionByDefault",
                "AES256");
          }
          buckets.set(state.name(), Setting.ENCRYPTION, configuration);
          return PutBucketEncryptionResponse.builder().build();
        });
  }

  @Override
  public DeleteBucketEncryptionResponse deleteBucketEncryption(
      DeleteBucketEncryptionRequest request) {
    return buckets.serve(
        request,
        state -> {
          buckets.set(state.name(), Setting.ENCRYPTION, null);
          return DeleteBucketEncryptionResponse.builder().build();
        });
  }

  /// Every bucket encrypts with S3's own keys if it is not told otherwise.
  private static ServerSideEncryptionConfiguration defaultEncryption() {
    return ServerSideEncryptionConfiguration.builder()
        .rules(
            ServerSideEncryptionRule.builder()
                .applyServerSideEncryptionByDefault(
                    ServerSideEncryptionByDefault.builder()
                        .sseAlgorithm(ServerSideEncryption.AES256)
                        .build())
                .bucketKeyEnabled(false)
                .build())
        .build();
  }

  @Override
  public GetBucketCorsResponse getBucketCors(GetBucketCorsRequest request) {
    return buckets.serve(
        request,
        state ->
            GetBucketCorsResponse.builder()
                .corsRules(
                    present(
                            state,
                            Setting.CORS,
                            "NoSuchCORSConfiguration",
                            "The CORS configuration does not exist")
                        .corsRules())
                .build());
  }

  @Override
  public PutBucketCorsResponse putBucketCors(PutBucketCorsRequest request) {
    return buckets.serve(
        request,
        state -> {
          var configuration = request.corsConfiguration();
          if (configuration == null
              || configuration.corsRules().isEmpty()
              || configuration.corsRules().size() > 100) {
            throw S3Errors.malformedXml();
          }
          configuration.corsRules().forEach(S3BucketSettings::check);
          buckets.set(state.name(), Setting.CORS, configuration);
          return PutBucketCorsResponse.builder().build();
        });
  }

  private static void check(CORSRule rule) {
    if (rule.allowedMethods().isEmpty() || rule.allowedOrigins().isEmpty()) {
      throw S3Errors.malformedXml();
    }
    for (var method : rule.allowedMethods()) {
      if (!CORS_METHODS.contains(method)) {
        throw S3Errors.invalidRequest(
            "Found unsupported HTTP method in CORS config. Unsupported method is " + method);
      }
    }
    for (var origin : rule.allowedOrigins()) {
      if (origin.indexOf('*') != origin.lastIndexOf('*')) {
        throw S3Errors.invalidRequest(
            "AllowedOrigin \"" + origin + "\" can not have more than one wildcard.");
      }
    }
    for (var header : rule.allowedHeaders()) {
      if (header.indexOf('*') != header.lastIndexOf('*')) {
        throw S3Errors.invalidRequest(
            "AllowedHeader \"" + header + "\" can not have more than one wildcard.");
      }
    }
    for (var header : rule.exposeHeaders()) {
      if (header.contains("*")) {
        throw S3Errors.invalidRequest(
            "ExposeHeader \""
                + header
                + "\" contains wildcard. We currently do not support wildcard for ExposeHeader.");
      }
    }
  }

  @Override
  public DeleteBucketCorsResponse deleteBucketCors(DeleteBucketCorsRequest request) {
    return buckets.serve(
        request,
        state -> {
          buckets.set(state.name(), Setting.CORS, null);
          return DeleteBucketCorsResponse.builder().build();
        });
  }

  @Override
  public GetBucketRequestPaymentResponse getBucketRequestPayment(
      GetBucketRequestPaymentRequest request) {
    return buckets.serve(
        request,
        state -> {
          var configured = state.get(Setting.REQUEST_PAYMENT);
          return GetBucketRequestPaymentResponse.builder()
              .payer(configured == null ? Payer.BUCKET_OWNER : configured.payer())
              .build();
        });
  }

  @Override
  public PutBucketRequestPaymentResponse putBucketRequestPayment(
      PutBucketRequestPaymentRequest request) {
    return buckets.serve(
        request,
        state -> {
          var configuration = request.requestPaymentConfiguration();
          if (configuration == null
              || configuration.payer() == null
              || configuration.payer() == Payer.UNKNOWN_TO_SDK_VERSION) {
            throw S3Errors.malformedXml();
          }
          buckets.set(state.name(), Setting.REQUEST_PAYMENT, configuration);
          return PutBucketRequestPaymentResponse.builder().build();
        });
  }

  @Override
  public GetBucketAccelerateConfigurationResponse getBucketAccelerateConfiguration(
      GetBucketAccelerateConfigurationRequest request) {
    return buckets.serve(
        request,
        state -> {
          var configured = state.get(Setting.ACCELERATE);
          return GetBucketAccelerateConfigurationResponse.builder()
              .status(configured == null ? null : configured.status())
              .build();
        });
  }

  @Override
  public PutBucketAccelerateConfigurationResponse putBucketAccelerateConfiguration(
      PutBucketAccelerateConfigurationRequest request) {
    return buckets.serve(
        request,
        state -> {
          var configuration = request.accelerateConfiguration();
          if (configuration == null
              || configuration.status() == null
              || configuration.status() == BucketAccelerateStatus.UNKNOWN_TO_SDK_VERSION) {
            throw S3Errors.malformedXml();
          }
          if (state.name().contains(".")) {
            throw S3Errors.invalidRequest(
                "S3 Transfer Acceleration is not supported for buckets with periods (.) in their"
                    + " names");
          }
          buckets.set(state.name(), Setting.ACCELERATE, configuration);
          return PutBucketAccelerateConfigurationResponse.builder().build();
        });
  }

  /// A configuration that must be there.
  static <T> T present(BucketState state, Setting<T> setting, String code, String message) {
    @Nullable T value = state.get(setting);
    if (value == null) {
      throw S3Errors.draft(404, code, message).with("BucketName", state.name()).build();
    }
    return value;
  }
}
