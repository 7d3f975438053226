package dev.terrarium.services.s3;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CreateBucketConfiguration;
import software.amazon.awssdk.services.s3.model.CreateBucketRequest;
import software.amazon.awssdk.services.s3.model.CreateBucketResponse;
import software.amazon.awssdk.services.s3.model.DeleteBucketRequest;
import software.amazon.awssdk.services.s3.model.DeleteBucketResponse;
import software.amazon.awssdk.services.s3.model.GetBucketLocationRequest;
import software.amazon.awssdk.services.s3.model.GetBucketLocationResponse;
import software.amazon.awssdk.services.s3.model.HeadBucketRequest;
import software.amazon.awssdk.services.s3.model.HeadBucketResponse;
import software.amazon.awssdk.services.s3.model.ListBucketsRequest;
import software.amazon.awssdk.services.s3.model.ListBucketsResponse;
import software.amazon.awssdk.services.s3.model.ObjectLockConfiguration;
import software.amazon.awssdk.services.s3.model.ObjectOwnership;
import software.amazon.awssdk.services.s3.model.OwnershipControls;
import software.amazon.awssdk.services.s3.model.OwnershipControlsRule;
import software.amazon.awssdk.services.s3.model.PublicAccessBlockConfiguration;
import software.amazon.awssdk.services.s3.model.Tagging;

/// Making, finding and removing buckets.
final class S3Buckets implements S3Part {
  /// AWS's default quota of buckets per account.
  private static final int BUCKETS_MAX = 10_000;

  private static final int LIST_MAX = 10_000;
  private static final Pattern REGION = Pattern.compile("[a-z]{2}(-[a-z]+)+-\\d|EU");

  private final Cloud cloud;
  private final Buckets buckets;
  private final ObjectTable objects;
  private final Uploads uploads;

  S3Buckets(Cloud cloud, Buckets buckets, ObjectTable objects, Uploads uploads) {
    this.cloud = cloud;
    this.buckets = buckets;
    this.objects = objects;
    this.uploads = uploads;
  }

  @Override
  public CreateBucketResponse createBucket(CreateBucketRequest request) {
    var name = request.bucket();
    if (name == null || !BucketName.isValid(name)) {
      throw S3Errors.invalidBucketName(name == null ? "" : name);
    }
    var call = Call.current();
    var region = region(request, call.region());
    var present = buckets.find(name);
    if (present == null) {
      if (buckets.count(call.account()) >= BUCKETS_MAX) {
        throw S3Errors.of(
            400, "TooManyBuckets", "You have attempted to create more buckets than allowed");
      }
      var lock = Boolean.TRUE.equals(request.objectLockEnabledForBucket());
      var versioning = lock ? Bucket.Versioning.ENABLED : Bucket.Versioning.OFF;
      var bucket = new Bucket(name, call.account(), region, cloud.clock().now(), versioning, lock);
      if (buckets.create(bucket, initial(request, bucket))) {
        return created(bucket);
      }
      present = buckets.require(name);
    }
    return again(present.bucket(), call);
  }

  @Override
  public HeadBucketResponse headBucket(HeadBucketRequest request) {
    return buckets.serve(
        request,
        state ->
            HeadBucketResponse.builder()
                .bucketRegion(state.bucket().region())
                .bucketArn(state.bucket().arn())
                .accessPointAlias(false)
                .build());
  }

  @Override
  public DeleteBucketResponse deleteBucket(DeleteBucketRequest request) {
    return buckets.serve(
        request,
        state -> {
          buckets.delete(
              state.bucket(),
              (bucket, batch) ->
                  objects.isEmpty(bucket.name()) && uploads.abortAll(bucket.name(), batch));
          return DeleteBucketResponse.builder().build();
        });
  }

  @Override
  public GetBucketLocationResponse getBucketLocation(GetBucketLocationRequest request) {
    return buckets.serve(
        request,
        state -> {
          var region = state.bucket().region();
          return GetBucketLocationResponse.builder()
              .locationConstraint(region.equals("us-east-1") ? null : region)
              .build();
        });
  }

  @Override
  public ListBucketsResponse listBuckets(ListBucketsRequest request) {
    var maxBuckets = request.maxBuckets();
    if (maxBuckets != null && (maxBuckets < 1 || maxBuckets > LIST_MAX)) {
      throw S3Errors.invalidArgument(
          "Argument max-buckets must be an integer between 1 and 10000",
          "max-buckets",
          maxBuckets.toString());
    }
    var token = request.continuationToken();
    var after = token == null ? "" : Tokens.decode(token);
    var account = Call.current().account();
    var prefix = request.prefix() == null ? "" : request.prefix();
    var limit = maxBuckets == null ? LIST_MAX : maxBuckets;
    var page = new ArrayList<software.amazon.awssdk.services.s3.model.Bucket>();
    String next = null;
    for (var name : buckets.ownedBy(account, after)) {
      var state = buckets.find(name);
      if (state == null
          || !name.startsWith(prefix)
          || request.bucketRegion() != null
              && !request.bucketRegion().equals(state.bucket().region())) {
        continue;
      }
      if (page.size() == limit) {
        next = Tokens.encode(page.getLast().name());
        break;
      }
      page.add(description(state.bucket()));
    }
    return ListBucketsResponse.builder()
        .buckets(page)
        .owner(Owners.of(account))
        .continuationToken(next)
        .prefix(request.prefix())
        .build();
  }

  private static software.amazon.awssdk.services.s3.model.Bucket description(Bucket bucket) {
    return software.amazon.awssdk.services.s3.model.Bucket.builder()
        .name(bucket.name())
        .creationDate(bucket.created())
        .bucketRegion(bucket.region())
        .bucketArn(bucket.arn())
        .build();
  }

  private static CreateBucketResponse created(Bucket bucket) {
    return CreateBucketResponse.builder()
        .location("/" + bucket.name())
        .bucketArn(bucket.arn())
        .build();
  }

  /// In us-east-1 alone, making one's own bucket again is no error.
  private static CreateBucketResponse again(Bucket bucket, Call call) {
    if (!bucket.account().equals(call.account())) {
      throw S3Errors.bucketAlreadyExists(bucket.name());
    }
    if (!call.region().equals("us-east-1") || !bucket.region().equals("us-east-1")) {
      throw S3Errors.bucketAlreadyOwnedByYou(bucket.name());
    }
    return created(bucket);
  }

  private static String region(CreateBucketRequest request, String endpointRegion) {
    var configuration = request.createBucketConfiguration();
    var constraint = configuration == null ? null : configuration.locationConstraintAsString();
    if (constraint == null || constraint.isEmpty()) {
      if (!endpointRegion.equals("us-east-1")) {
        throw illegalLocation("unspecified");
      }
      return endpointRegion;
    }
    if (!REGION.matcher(constraint).matches() || constraint.equals("us-east-1")) {
      throw S3Errors.draft(
              400, "InvalidLocationConstraint", "The specified location-constraint is not valid")
          .with("LocationConstraint", constraint)
          .build();
    }
    if (!endpointRegion.equals("us-east-1") && !constraint.equals(endpointRegion)) {
      throw illegalLocation(constraint);
    }
    return constraint.equals("EU") ? "eu-west-1" : constraint;
  }

  /// A request as a client in `region` sends it.
  static CreateBucketRequest inRegion(CreateBucketRequest request, String region) {
    var configuration = request.createBucketConfiguration();
    if (region.equals("us-east-1")
        || configuration != null
            && (configuration.locationConstraint() != null || configuration.location() != null)) {
      return request;
    }
    var named =
        configuration == null ? CreateBucketConfiguration.builder() : configuration.toBuilder();
    return request.toBuilder()
        .createBucketConfiguration(named.locationConstraint(region).build())
        .build();
  }

  private static RuntimeException illegalLocation(String constraint) {
    return S3Errors.of(
        400,
        "IllegalLocationConstraintException",
        "The "
            + constraint
            + " location constraint is incompatible for the region specific endpoint this request"
            + " was sent to.");
  }

  private static Map<Setting<?>, Object> initial(CreateBucketRequest request, Bucket bucket) {
    var settings = new HashMap<Setting<?>, Object>();
    var ownership = ownership(request.objectOwnershipAsString());
    var rule = OwnershipControlsRule.builder().objectOwnership(ownership).build();
    settings.put(Setting.OWNERSHIP, OwnershipControls.builder().rules(rule).build());
    settings.put(
        Setting.PUBLIC_ACCESS_BLOCK,
        PublicAccessBlockConfiguration.builder()
            .blockPublicAcls(true)
            .ignorePublicAcls(true)
            .blockPublicPolicy(true)
            .restrictPublicBuckets(true)
            .build());
    var acl = Acls.requested(request, bucket.account(), bucket.account());
    if (acl != null) {
      if (ownership == ObjectOwnership.BUCKET_OWNER_ENFORCED && !Acls.isPrivate(acl)) {
        throw S3Errors.of(
            400,
            "InvalidBucketAclWithObjectOwnership",
            "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting");
      }
      settings.put(Setting.ACL, acl);
    }
    if (bucket.objectLock()) {
      settings.put(
          Setting.OBJECT_LOCK,
          ObjectLockConfiguration.builder().objectLockEnabled("Enabled").build());
    }
    var configuration = request.createBucketConfiguration();
    if (configuration != null && configuration.hasTags() && !configuration.tags().isEmpty()) {
      settings.put(Setting.TAGGING, Tagging.builder().tagSet(configuration.tags()).build());
    }
    return settings;
  }

  private static ObjectOwnership ownership(@Nullable String requested) {
    if (requested == null) {
      return ObjectOwnership.BUCKET_OWNER_ENFORCED;
    }
    var ownership = ObjectOwnership.fromValue(requested);
    if (ownership == ObjectOwnership.UNKNOWN_TO_SDK_VERSION) {
      throw S3Errors.invalidArgument(
          "Invalid x-amz-object-ownership header: " + requested,
          "x-amz-object-ownership",
          requested);
    }
    return ownership;
  }
}
