package dev.terrarium.services.s3;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.s3.model.AccessControlPolicy;
import software.amazon.awssdk.services.s3.model.Grant;
import software.amazon.awssdk.services.s3.model.Grantee;
import software.amazon.awssdk.services.s3.model.Permission;
import software.amazon.awssdk.services.s3.model.Type;

/// Access control lists: canned ones, and grants from headers and documents.
final class Acls {
  static final String ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers";
  static final String AUTHENTICATED_USERS =
      "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";
  private static final String LOG_DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery";
  private static final String EXEC_READ =
      "6aa5a366c34c1cbe25dc49211496e913e0351eb0e8c37aa3477e40942ec6b97c";
  private static final int GRANTS_MAX = 100;

  private static final Map<String, Permission> GRANT_MEMBERS =
      Map.of(
          "GrantFullControl", Permission.FULL_CONTROL,
          "GrantRead", Permission.READ,
          "GrantReadACP", Permission.READ_ACP,
          "GrantWrite", Permission.WRITE,
          "GrantWriteACP", Permission.WRITE_ACP);

  private Acls() {}

  /// What only the owner may use.
  static AccessControlPolicy privateTo(String account) {
    return policy(account, List.of());
  }

  /// The list that a request asks for by a canned name or by grants, or null if it asks for none.
  ///
  /// @param owner whose the resource will be
  /// @param bucketOwner whose the bucket is
  static @Nullable AccessControlPolicy requested(
      SdkPojo request, String owner, String bucketOwner) {
    var canned = Members.text(request, "ACL");
    var grants = new ArrayList<Grant>();
    for (var member : GRANT_MEMBERS.entrySet()) {
      var value = Members.text(request, member.getKey());
      if (value != null) {
        for (var grantee : value.split(",")) {
          grants.add(grant(grantee(grantee.strip()), member.getValue()));
        }
      }
    }
    if (canned != null && !grants.isEmpty()) {
      throw S3Errors.invalidRequest("Specifying both Canned ACLs and Header Grants is not allowed");
    }
    if (!grants.isEmpty()) {
      return AccessControlPolicy.builder().owner(Owners.of(owner)).grants(grants).build();
    }
    return canned == null ? null : canned(canned, owner, bucketOwner);
  }

  /// Whether the list says no more than that the owner has full control.
  static boolean isPrivate(AccessControlPolicy acl) {
    return acl.grants().stream()
        .allMatch(grant ->
            grant.permission() == Permission.FULL_CONTROL
                && acl.owner().id().equals(grant.grantee().id()));
  }

  /// Whether the list lets everybody in.
  static boolean isPublic(AccessControlPolicy acl) {
    return acl.grants().stream()
        .map(grant -> grant.grantee().uri())
        .anyMatch(uri -> ALL_USERS.equals(uri) || AUTHENTICATED_USERS.equals(uri));
  }

  /// Checks a list that came as a document.
  static AccessControlPolicy checked(AccessControlPolicy acl, String account) {
    if (acl.owner() == null || acl.owner().id() == null) {
      throw S3Errors.malformedXml();
    }
    if (!acl.owner().id().equals(Owners.id(account))) {
      throw S3Errors.accessDenied();
    }
    if (acl.grants().size() > GRANTS_MAX) {
      throw S3Errors.invalidRequest("An ACL has at most 100 grants");
    }
    for (var grant : acl.grants()) {
      var grantee = grant.grantee();
      if (grantee == null
          || grant.permission() == null
          || grant.permission() == Permission.UNKNOWN_TO_SDK_VERSION) {
        throw S3Errors.malformedXml();
      }
      if (grantee.type() == Type.CANONICAL_USER) {
        checkId(grantee.id());
      } else if (grantee.type() == Type.GROUP) {
        checkGroup(grantee.uri());
      } else {
        throw noSuchMail();
      }
    }
    return acl;
  }

  private static AccessControlPolicy canned(String canned, String owner, String bucketOwner) {
    var ofBucketOwner = Grantee.builder().type(Type.CANONICAL_USER).id(Owners.id(bucketOwner));
    return switch (canned) {
      case "private" -> policy(owner, List.of());
      case "public-read" -> policy(owner, List.of(grant(group(ALL_USERS), Permission.READ)));
      case "public-read-write" ->
          policy(
              owner,
              List.of(
                  grant(group(ALL_USERS), Permission.READ),
                  grant(group(ALL_USERS), Permission.WRITE)));
      case "authenticated-read" ->
          policy(owner, List.of(grant(group(AUTHENTICATED_USERS), Permission.READ)));
      case "aws-exec-read" ->
          policy(
              owner,
              List.of(
                  grant(
                      Grantee.builder().type(Type.CANONICAL_USER).id(EXEC_READ).build(),
                      Permission.READ)));
      case "bucket-owner-read" ->
          owner.equals(bucketOwner)
              ? policy(owner, List.of())
              : policy(owner, List.of(grant(ofBucketOwner.build(), Permission.READ)));
      case "bucket-owner-full-control" ->
          owner.equals(bucketOwner)
              ? policy(owner, List.of())
              : policy(owner, List.of(grant(ofBucketOwner.build(), Permission.FULL_CONTROL)));
      case "log-delivery-write" ->
          policy(
              owner,
              List.of(
                  grant(group(LOG_DELIVERY), Permission.WRITE),
                  grant(group(LOG_DELIVERY), Permission.READ_ACP)));
      default -> throw S3Errors.invalidArgument("", "x-amz-acl", canned);
    };
  }

  private static AccessControlPolicy policy(String owner, List<Grant> more) {
    var grants = new ArrayList<Grant>();
    var self = Grantee.builder().type(Type.CANONICAL_USER).id(Owners.id(owner)).build();
    grants.add(grant(self, Permission.FULL_CONTROL));
    grants.addAll(more);
    return AccessControlPolicy.builder().owner(Owners.of(owner)).grants(grants).build();
  }

  private static Grant grant(Grantee grantee, Permission permission) {
    return Grant.builder().grantee(grantee).permission(permission).build();
  }

  private static Grantee group(String uri) {
    return Grantee.builder().type(Type.GROUP).uri(uri).build();
  }

  private static Grantee grantee(String text) {
    var equals = text.indexOf('=');
    if (equals < 0) {
      throw S3Errors.invalidArgument("Argument format not recognized", "x-amz-grant", text);
    }
    var value = text.substring(equals + 1).replaceAll("^\"|\"$", "");
    return switch (text.substring(0, equals)) {
      case "id" -> {
        checkId(value);
        yield Grantee.builder().type(Type.CANONICAL_USER).id(value).build();
      }
      case "uri" -> {
        checkGroup(value);
        yield group(value);
      }
      case "emailAddress" -> throw noSuchMail();
      default ->
          throw S3Errors.invalidArgument("Argument format not recognized", "x-amz-grant", text);
    };
  }

  /// Terrarium's accounts have no addresses.
  private static RuntimeException noSuchMail() {
    return S3Errors.of(
        400,
        "UnresolvableGrantByEmailAddress",
        "The e-mail address you provided does not match any account on record.");
  }

  private static void checkId(@Nullable String id) {
    if (id == null || !id.matches("[0-9a-f]{64}")) {
      throw S3Errors.invalidArgument("Invalid id", "CanonicalUser/ID", id == null ? "" : id);
    }
  }

  private static void checkGroup(@Nullable String uri) {
    if (!ALL_USERS.equals(uri) && !AUTHENTICATED_USERS.equals(uri) && !LOG_DELIVERY.equals(uri)) {
      throw S3Errors.invalidArgument("Invalid group uri", "Group/URI", uri == null ? "" : uri);
    }
  }
}
