package dev.terrarium.services.sts;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Principal;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;
import software.amazon.awssdk.services.sts.model.AssumeRoleResponse;
import software.amazon.awssdk.services.sts.model.Credentials;
import software.amazon.awssdk.services.sts.model.GetAccessKeyInfoRequest;
import software.amazon.awssdk.services.sts.model.GetAccessKeyInfoResponse;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityRequest;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityResponse;
import software.amazon.awssdk.services.sts.model.GetFederationTokenRequest;
import software.amazon.awssdk.services.sts.model.GetFederationTokenResponse;
import software.amazon.awssdk.services.sts.model.GetSessionTokenRequest;
import software.amazon.awssdk.services.sts.model.GetSessionTokenResponse;
import software.amazon.awssdk.services.sts.model.MalformedPolicyDocumentException;

/// The operations of STS.
final class StsService implements StsPart {
  private static final Pattern SESSION_NAME = Pattern.compile("[\\w+=,.@-]*");
  private static final Pattern ACCOUNT = Pattern.compile("\\d{12}");
  private static final int CHAINED_SECONDS_MAX = 3600;

  private final Cloud cloud;
  private final Sessions sessions;
  private final RoleDirectory roles;

  StsService(Cloud cloud, Sessions sessions, RoleDirectory roles) {
    this.cloud = cloud;
    this.sessions = sessions;
    this.roles = roles;
  }

  @Override
  public GetCallerIdentityResponse getCallerIdentity(GetCallerIdentityRequest request) {
    var caller = Call.current().principal();
    return GetCallerIdentityResponse.builder()
        .account(caller.account())
        .arn(caller.arn())
        .userId(caller.userId())
        .build();
  }

  @Override
  public AssumeRoleResponse assumeRole(AssumeRoleRequest request) {
    required(request.roleArn(), "roleArn");
    required(request.roleSessionName(), "roleSessionName");
    length(request.roleArn(), "roleArn", 20, 2048);
    name(request.roleSessionName(), "roleSessionName", 2, 64);
    var seconds = duration(request.durationSeconds(), 3600, 900, 43200);
    policy(request.policy());
    var caller = Call.current().principal();
    if (caller.arn().contains(":assumed-role/") && seconds > CHAINED_SECONDS_MAX) {
      throw invalid(
          "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by"
              + " role chaining");
    }
    var arn =
        Arn.of(request.roleArn()).orElseThrow(() -> invalid(request.roleArn() + " is invalid"));
    var role = roles.find(request.roleArn(), Call.current().region());
    if (role == null) {
      // AWS does not tell a role that is not there from one that may not be assumed.
      throw denied(caller, arn);
    }
    var marks = SessionMarks.of(request, sessions.marks(caller));
    if (seconds > role.maxSessionDuration()) {
      throw invalid(
          "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
    }
    var sessionArn =
        "arn:%s:sts::%s:assumed-role/%s/%s"
            .formatted(arn.partition(), arn.account(), role.roleName(), request.roleSessionName());
    var userId = role.roleId() + ":" + request.roleSessionName();
    var session = sessions.begin(arn.account(), sessionArn, userId, seconds, marks);
    return AssumeRoleResponse.builder()
        .credentials(credentials(session))
        .assumedRoleUser(user -> user.arn(sessionArn).assumedRoleId(userId))
        .packedPolicySize(SessionMarks.packedPercent(marks))
        .sourceIdentity(marks.sourceIdentity().isEmpty() ? null : marks.sourceIdentity())
        .build();
  }

  @Override
  public GetSessionTokenResponse getSessionToken(GetSessionTokenRequest request) {
    var seconds = duration(request.durationSeconds(), 43200, 900, 129600);
    var caller = Call.current().principal();
    if (caller.arn().contains(":assumed-role/") || caller.arn().contains(":federated-user/")) {
      throw Errors.of(403, "AccessDenied", "Cannot call GetSessionToken with session credentials");
    }
    var session =
        sessions.begin(
            caller.account(),
            caller.arn(),
            caller.userId(),
            seconds,
            dev.terrarium.kernel.Credentials.Session.NONE);
    return GetSessionTokenResponse.builder().credentials(credentials(session)).build();
  }

  @Override
  public GetFederationTokenResponse getFederationToken(GetFederationTokenRequest request) {
    required(request.name(), "name");
    name(request.name(), "name", 2, 32);
    var seconds = duration(request.durationSeconds(), 43200, 900, 129600);
    policy(request.policy());
    var caller = Call.current().principal();
    if (caller.arn().contains(":assumed-role/") || caller.arn().contains(":federated-user/")) {
      throw Errors.of(
          403, "AccessDenied", "Cannot call GetFederationToken with session credentials");
    }
    var arn =
        "arn:%s:sts::%s:federated-user/%s"
            .formatted(Call.current().scope().partition(), caller.account(), request.name());
    var userId = caller.account() + ":" + request.name();
    var marks = SessionMarks.of(request, caller.arn());
    var session = sessions.begin(caller.account(), arn, userId, seconds, marks);
    return GetFederationTokenResponse.builder()
        .credentials(credentials(session))
        .federatedUser(user -> user.arn(arn).federatedUserId(userId))
        .packedPolicySize(SessionMarks.packedPercent(marks))
        .build();
  }

  @Override
  public GetAccessKeyInfoResponse getAccessKeyInfo(GetAccessKeyInfoRequest request) {
    var id = request.accessKeyId();
    required(id, "accessKeyId");
    length(id, "accessKeyId", 16, 128);
    var account =
        cloud
            .credentials()
            .resolve(id)
            .map(resolved -> resolved.principal().account())
            .orElse(ACCOUNT.matcher(id).matches() ? id : cloud.defaultScope().account());
    return GetAccessKeyInfoResponse.builder().account(account).build();
  }

  private static AwsServiceException denied(Principal caller, Arn arn) {
    return Errors.of(
        403,
        "AccessDenied",
        "User: %s is not authorized to perform: sts:AssumeRole on resource: %s"
            .formatted(caller.arn(), arn));
  }

  static Credentials credentials(Sessions.Session session) {
    return Credentials.builder()
        .accessKeyId(session.accessKeyId())
        .secretAccessKey(session.secretAccessKey())
        .sessionToken(session.token())
        .expiration(session.expires())
        .build();
  }

  static void policy(@Nullable String policy) {
    if (policy == null) {
      return;
    }
    length(policy, "policy", 1, 2048);
    try {
      if (!Json.parse(policy).path("Statement").isContainerNode()) {
        throw new IllegalArgumentException("No statement");
      }
    } catch (IllegalArgumentException e) {
      MalformedPolicyDocumentException malformed =
          Errors.of(
              MalformedPolicyDocumentException.builder(),
              400,
              "MalformedPolicyDocument",
              "This policy contains invalid Json");
      malformed.addSuppressed(e);
      throw malformed;
    }
  }

  static int duration(@Nullable Integer asked, int otherwise, int min, int max) {
    if (asked == null) {
      return otherwise;
    }
    if (asked < min) {
      throw constraint(
          asked, "durationSeconds", "Member must have value greater than or equal to " + min);
    }
    if (asked > max) {
      throw constraint(
          asked, "durationSeconds", "Member must have value less than or equal to " + max);
    }
    return asked;
  }

  static void required(@Nullable Object value, String member) {
    if (value == null) {
      throw invalid(
          "1 validation error detected: Value null at '%s' failed to satisfy constraint: Member must not be null"
              .formatted(member));
    }
  }

  static void name(String value, String member, int min, int max) {
    length(value, member, min, max);
    if (!SESSION_NAME.matcher(value).matches()) {
      throw constraint(
          value, member, "Member must satisfy regular expression pattern: [\\w+=,.@-]*");
    }
  }

  static void length(String value, String member, int min, int max) {
    if (value.length() < min) {
      throw constraint(value, member, "Member must have length greater than or equal to " + min);
    }
    if (value.length() > max) {
      throw constraint(value, member, "Member must have length less than or equal to " + max);
    }
  }

  private static AwsServiceException constraint(Object value, String member, String constraint) {
    return invalid(
        "1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: %s"
            .formatted(value, member, constraint));
  }

  static AwsServiceException invalid(String message) {
    return Errors.of(400, "ValidationError", message);
  }
}
