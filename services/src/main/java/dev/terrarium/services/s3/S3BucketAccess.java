package dev.terrarium.services.s3;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Json;
import software.amazon.awssdk.services.s3.model.*;

/// Who may use a bucket: policy, access control list, public access block, object ownership.
final class S3BucketAccess implements S3Part {
  private final Buckets buckets;

  S3BucketAccess(Buckets buckets) {
    this.buckets = buckets;
  }

  @Override
  public GetBucketPolicyResponse getBucketPolicy(GetBucketPolicyRequest request) {
    return buckets.serve(
        request, state -> GetBucketPolicyResponse.builder().policy(policy(state)).build());
  }

  @Override
  public GetBucketPolicyStatusResponse getBucketPolicyStatus(GetBucketPolicyStatusRequest request) {
    return buckets.serve(
        request,
        state -> {
          var isPublic = Policies.isPublic(Json.parse(policy(state)));
          return GetBucketPolicyStatusResponse.builder()
              .policyStatus(PolicyStatus.builder().isPublic(isPublic).build())
              .build();
        });
  }

  @Override
  public PutBucketPolicyResponse putBucketPolicy(PutBucketPolicyRequest request) {
    return buckets.serve(
        request,
        state -> {
          var text = request.policy() == null ? "" : request.policy();
          var policy = Policies.checked(text, state.bucket());
          var block = state.get(Setting.PUBLIC_ACCESS_BLOCK);
          if (block != null
              && Boolean.TRUE.equals(block.blockPublicPolicy())
              && Policies.isPublic(policy)) {
            throw S3Errors.of(
                403,
                "AccessDenied",
                "User: "
                    + Call.current().principal().arn()
                    + " is not authorized to perform: s3:PutBucketPolicy on resource: \""
                    + state.bucket().arn()
                    + "\" because public policies are prevented by the BlockPublicPolicy setting in"
                    + " S3 Block Public Access.");
          }
          buckets.set(state.name(), Setting.POLICY, text);
          return PutBucketPolicyResponse.builder().build();
        });
  }

  @Override
  public DeleteBucketPolicyResponse deleteBucketPolicy(DeleteBucketPolicyRequest request) {
    return buckets.serve(
        request,
        state -> {
          buckets.set(state.name(), Setting.POLICY, null);
          return DeleteBucketPolicyResponse.builder().build();
        });
  }

  private static String policy(BucketState state) {
    return S3BucketSettings.present(
        state, Setting.POLICY, "NoSuchBucketPolicy", "The bucket policy does not exist");
  }

  @Override
  public GetBucketAclResponse getBucketAcl(GetBucketAclRequest request) {
    return buckets.serve(
        request,
        state -> {
          var stored = state.get(Setting.ACL);
          var acl = stored == null ? Acls.privateTo(state.bucket().account()) : stored;
          return GetBucketAclResponse.builder().owner(acl.owner()).grants(acl.grants()).build();
        });
  }

  @Override
  public PutBucketAclResponse putBucketAcl(PutBucketAclRequest request) {
    return buckets.serve(
        request,
        state -> {
          var account = state.bucket().account();
          var acl =
              request.accessControlPolicy() != null
                  ? Acls.checked(request.accessControlPolicy(), account)
                  : Acls.requested(request, account, account);
          if (acl == null) {
            throw S3Errors.of(
                400, "MissingSecurityHeader", "Your request was missing a required header");
          }
          if (Writes.aclsDisabled(state) && !Acls.isPrivate(acl)) {
            throw Writes.aclsNotSupported();
          }
          var block = state.get(Setting.PUBLIC_ACCESS_BLOCK);
          if (block != null && Boolean.TRUE.equals(block.blockPublicAcls()) && Acls.isPublic(acl)) {
            throw S3Errors.accessDenied();
          }
          buckets.set(state.name(), Setting.ACL, acl);
          return PutBucketAclResponse.builder().build();
        });
  }

  @Override
  public GetPublicAccessBlockResponse getPublicAccessBlock(GetPublicAccessBlockRequest request) {
    return buckets.serve(
        request,
        state ->
            GetPublicAccessBlockResponse.builder()
                .publicAccessBlockConfiguration(
                    S3BucketSettings.present(
                        state,
                        Setting.PUBLIC_ACCESS_BLOCK,
                        "NoSuchPublicAccessBlockConfiguration",
                        "The public access block configuration was not found"))
                .build());
  }

  @Override
  public PutPublicAccessBlockResponse putPublicAccessBlock(PutPublicAccessBlockRequest request) {
    return buckets.serve(
        request,
        state -> {
          var asked = request.publicAccessBlockConfiguration();
          if (asked == null) {
            throw S3Errors.malformedXml();
          }
          var whole =
              PublicAccessBlockConfiguration.builder()
                  .blockPublicAcls(Boolean.TRUE.equals(asked.blockPublicAcls()))
                  .ignorePublicAcls(Boolean.TRUE.equals(asked.ignorePublicAcls()))
                  .blockPublicPolicy(Boolean.TRUE.equals(asked.blockPublicPolicy()))
                  .restrictPublicBuckets(Boolean.TRUE.equals(asked.restrictPublicBuckets()))
                  .build();
          buckets.set(state.name(), Setting.PUBLIC_ACCESS_BLOCK, whole);
          return PutPublicAccessBlockResponse.builder().build();
        });
  }

  @Override
  public DeletePublicAccessBlockResponse deletePublicAccessBlock(
      DeletePublicAccessBlockRequest request) {
    return buckets.serve(
        request,
        state -> {
          buckets.set(state.name(), Setting.PUBLIC_ACCESS_BLOCK, null);
          return DeletePublicAccessBlockResponse.builder().build();
        });
  }

  @Override
  public GetBucketOwnershipControlsResponse getBucketOwnershipControls(
      GetBucketOwnershipControlsRequest request) {
    return buckets.serve(
        request,
        state ->
            GetBucketOwnershipControlsResponse.builder()
                .ownershipControls(
                    S3BucketSettings.present(
                        state,
                        Setting.OWNERSHIP,
                        "OwnershipControlsNotFoundError",
                        "The bucket ownership controls were not found"))
                .build());
  }

  @Override
  public PutBucketOwnershipControlsResponse putBucketOwnershipControls(
      PutBucketOwnershipControlsRequest request) {
    return buckets.serve(
        request,
        state -> {
          var controls = request.ownershipControls();
          if (controls == null || controls.rules().size() != 1) {
            throw S3Errors.malformedXml();
          }
          var ownership = controls.rules().getFirst().objectOwnership();
          if (ownership == null || ownership == ObjectOwnership.UNKNOWN_TO_SDK_VERSION) {
            throw S3Errors.malformedXml();
          }
          var acl = state.get(Setting.ACL);
          if (ownership == ObjectOwnership.BUCKET_OWNER_ENFORCED
              && acl != null
              && !Acls.isPrivate(acl)) {
            throw S3Errors.of(
                400,
                "InvalidBucketAclWithObjectOwnership",
                "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting");
          }
          buckets.set(state.name(), Setting.OWNERSHIP, controls);
          return PutBucketOwnershipControlsResponse.builder().build();
        });
  }

  @Override
  public DeleteBucketOwnershipControlsResponse deleteBucketOwnershipControls(
      DeleteBucketOwnershipControlsRequest request) {
    return buckets.serve(
        request,
        state -> {
          buckets.set(state.name(), Setting.OWNERSHIP, null);
          return DeleteBucketOwnershipControlsResponse.builder().build();
        });
  }
}
