package dev.terrarium.services.s3;

import software.amazon.awssdk.services.s3.model.*;

/// Which buckets have their accesses logged, and where to.
final class S3Logging implements S3Part {
  private final Buckets buckets;

  S3Logging(Buckets buckets) {
    this.buckets = buckets;
  }

  @Override
  public GetBucketLoggingResponse getBucketLogging(GetBucketLoggingRequest request) {
    return buckets.serve(
        request,
        state ->
            GetBucketLoggingResponse.builder().loggingEnabled(state.get(Setting.LOGGING)).build());
  }

  @Override
  public PutBucketLoggingResponse putBucketLogging(PutBucketLoggingRequest request) {
    return buckets.serve(
        request,
        state -> {
          var status = request.bucketLoggingStatus();
          if (status == null) {
            throw S3Errors.malformedXml();
          }
          var enabled = status.loggingEnabled();
          if (enabled != null) {
            check(state, enabled);
          }
          buckets.set(state.name(), Setting.LOGGING, enabled);
          return PutBucketLoggingResponse.builder().build();
        });
  }

  private void check(BucketState state, LoggingEnabled enabled) {
    if (enabled.targetBucket() == null || enabled.targetPrefix() == null) {
      throw S3Errors.malformedXml();
    }
    var target = buckets.find(enabled.targetBucket());
    if (target == null || !target.bucket().account().equals(state.bucket().account())) {
      throw S3Errors.draft(
              400, "InvalidTargetBucketForLogging", "The target bucket for logging does not exist")
          .with("TargetBucket", enabled.targetBucket())
          .build();
    }
    if (!target.bucket().region().equals(state.bucket().region())) {
      throw S3Errors.draft(
              403, "CrossLocationLoggingProhibited", "Cross S3 location logging not allowed. ")
          .with("TargetBucketLocation", target.bucket().region())
          .build();
    }
    if (enabled.hasTargetGrants() && Writes.aclsDisabled(target)) {
      throw Writes.aclsNotSupported();
    }
  }
}
