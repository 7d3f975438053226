package dev.terrarium.services.s3;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Guard;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Need;
import dev.terrarium.kernel.model.Operation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.s3.model.AccessControlPolicy;
import software.amazon.awssdk.services.s3.model.Permission;
import software.amazon.awssdk.services.s3.model.Tagging;

/// What requests to S3 need permission for, with bucket policies, access control lists and public
/// access blocks.
///
/// See "Required permissions for Amazon S3 API operations" and "How Amazon S3 authorizes a request"
/// in the S3 User Guide.
final class S3Guard implements Guard {
  private final Buckets buckets;
  private final ObjectTable objects;

  S3Guard(Buckets buckets, ObjectTable objects) {
    this.buckets = buckets;
    this.objects = objects;
  }

  @Override
  public List<Need> needs(Call call, Operation operation, SdkPojo request) {
    var name = Members.text(request, "Bucket");
    if (operation.name().equals("CreateBucket")) {
      return List.of(Need.of("s3:CreateBucket", "arn:aws:s3:::" + name, call.account()));
    }
    if (name == null) {
      name = Members.text(request, "DestinationBucket");
    }
    if (name == null) {
      return List.of(Need.of(Actions.of(operation.name(), false), "*", call.account()));
    }
    var state = buckets.find(name);
    if (state == null) {
      return List.of();
    }
    var needs = new ArrayList<Need>();
    var asked = new Asked(call, state, request);
    asked.add(operation.name(), needs);
    if (operation.name().endsWith("Copy") || operation.name().equals("CopyObject")) {
      var source = CopySource.of(request);
      var from = buckets.find(source.bucket());
      if (from != null) {
        new Asked(call, from, request).read(source.key(), source.versionId(), needs);
      }
    }
    return needs;
  }

  /// One request to one bucket.
  private final class Asked {
    private final Call call;
    private final BucketState state;
    private final SdkPojo request;
    private final @Nullable JsonNode policy;
    private final boolean closed;

    Asked(Call call, BucketState state, SdkPojo request) {
      this.call = call;
      this.state = state;
      this.request = request;
      var text = state.get(Setting.POLICY);
      this.policy = text == null ? null : Json.parse(text);
      var block = state.get(Setting.PUBLIC_ACCESS_BLOCK);
      this.closed =
          block != null
              && Boolean.TRUE.equals(block.restrictPublicBuckets())
              && policy != null
              && Policies.isPublic(policy)
              && !call.principal().account().equals(state.bucket().account());
    }

    void add(String operation, List<Need> needs) {
      var key = Members.text(request, "Key");
      if (key == null && Members.text(request, "DestinationKey") != null) {
        key = Members.text(request, "DestinationKey");
      }
      var versionId = Members.text(request, "VersionId");
      switch (operation) {
        case "GetObject", "HeadObject", "SelectObjectContent", "GetObjectAttributes" ->
            read(String.valueOf(key), versionId, needs);
        case "DeleteObjects" -> {
          // Each object is asked for by itself (S3Deletes): one that must stay holds up no other.
        }
        default -> {
          var action = Actions.of(operation, versionId != null);
          needs.add(key == null ? onBucket(action) : onObject(action, key));
          if (key != null && Actions.WRITES.contains(operation)) {
            also("Tagging", "s3:PutObjectTagging", key, needs);
            also("ACL", "s3:PutObjectAcl", key, needs);
          }
          var bypass = Members.value(request, "BypassGovernanceRetention");
          if (key != null && Boolean.TRUE.equals(bypass)) {
            needs.add(onObject("s3:BypassGovernanceRetention", key));
          }
        }
      }
    }

    private void also(String member, String action, String key, List<Need> needs) {
      var value = Members.text(request, member);
      if (value != null && !value.equals("private")) {
        needs.add(onObject(action, key));
      }
    }

    /// Whoever may not list the bucket is not told what is not in it.
    void read(String key, @Nullable String versionId, List<Need> needs) {
      needs.add(onObject(Actions.of("GetObject", versionId != null), key));
      if (objects.find(state.name(), key, versionId) == null) {
        needs.add(onBucket("s3:ListBucket"));
      }
    }

    private Need onBucket(String action) {
      var acl = state.get(Setting.ACL);
      var permission = Actions.BUCKET_GRANTS.get(action);
      return need(action, state.bucket().arn(), grants(acl, permission));
    }

    private Need onObject(String action, String key) {
      var granted = false;
      var onObject = Actions.OBJECT_GRANTS.get(action);
      if (onObject != null && !Writes.aclsDisabled(state)) {
        var found = objects.find(state.name(), key, Members.text(request, "VersionId"));
        granted = found != null && grants(found.details().acl(), onObject);
      }
      var onBucket = Actions.BUCKET_GRANTS.get(action);
      granted |= onBucket != null && grants(state.get(Setting.ACL), onBucket);
      return need(action, state.bucket().arn() + "/" + key, granted);
    }

    private Need need(String action, String resource, boolean granted) {
      return new Need(
          action,
          resource,
          state.bucket().account(),
          closed ? null : policy,
          false,
          granted && !closed,
          context());
    }

    private boolean grants(@Nullable AccessControlPolicy acl, @Nullable Permission wanted) {
      if (acl == null || wanted == null || Writes.aclsDisabled(state)) {
        return false;
      }
      var block = state.get(Setting.PUBLIC_ACCESS_BLOCK);
      var ignorePublic = block != null && Boolean.TRUE.equals(block.ignorePublicAcls());
      var caller = call.principal();
      var self = caller.isAnonymous() ? "" : Owners.id(caller.account());
      for (var grant : acl.grants()) {
        if (grant.permission() != wanted && grant.permission() != Permission.FULL_CONTROL) {
          continue;
        }
        var uri = grant.grantee().uri();
        var isPublic =
            Acls.ALL_USERS.equals(uri)
                || Acls.AUTHENTICATED_USERS.equals(uri) && !caller.isAnonymous();
        if (isPublic && !ignorePublic || self.equals(grant.grantee().id())) {
          // The owner's own users need a policy; the list speaks of accounts.
          return isPublic || !caller.account().equals(state.bucket().account());
        }
      }
      return false;
    }

    private Map<String, List<String>> context() {
      var keys = new HashMap<String, List<String>>();
      put(keys, "s3:prefix", Members.value(request, "Prefix"));
      put(keys, "s3:delimiter", Members.value(request, "Delimiter"));
      put(keys, "s3:max-keys", Members.value(request, "MaxKeys"));
      put(keys, "s3:versionid", Members.value(request, "VersionId"));
      put(keys, "s3:x-amz-acl", Members.value(request, "ACL"));
      put(keys, "s3:x-amz-storage-class", Members.value(request, "StorageClass"));
      put(keys, "s3:x-amz-server-side-encryption", Members.value(request, "ServerSideEncryption"));
      put(
          keys,
          "s3:x-amz-server-side-encryption-aws-kms-key-id",
          Members.value(request, "SSEKMSKeyId"));
      put(keys, "s3:resourceaccount", state.bucket().account());
      var tagging = Members.value(request, "Tagging");
      if (tagging instanceof String query) {
        Tags.ofHeader(query).forEach((name, value) -> tag(keys, name, value));
      } else if (tagging instanceof Tagging body) {
        body.tagSet().forEach(tag -> tag(keys, tag.key(), tag.value()));
      }
      var key = Members.text(request, "Key");
      if (key != null && policy != null && policy.toString().contains("xistingObjectTag")) {
        var found = objects.find(state.name(), key, Members.text(request, "VersionId"));
        if (found != null) {
          found
              .details()
              .tags()
              .forEach((name, value) ->
                  put(keys, "s3:existingobjecttag/" + name.toLowerCase(Locale.ROOT), value));
        }
      }
      return keys;
    }

    private static void tag(Map<String, List<String>> keys, String name, String value) {
      put(keys, "s3:requestobjecttag/" + name.toLowerCase(Locale.ROOT), value);
    }

    private static void put(Map<String, List<String>> keys, String key, @Nullable Object value) {
      if (value != null) {
        keys.put(key, List.of(value.toString()));
      }
    }
  }
}
