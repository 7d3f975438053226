package dev.terrarium.services.sts;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Credentials;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Json;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.sts.model.AssumeRoleWithWebIdentityRequest;
import software.amazon.awssdk.services.sts.model.AssumeRoleWithWebIdentityResponse;
import software.amazon.awssdk.services.sts.model.DecodeAuthorizationMessageRequest;
import software.amazon.awssdk.services.sts.model.DecodeAuthorizationMessageResponse;
import software.amazon.awssdk.services.sts.model.InvalidAuthorizationMessageException;
import software.amazon.awssdk.services.sts.model.PolicyDescriptorType;

/// Roles for those whom an OpenID Connect provider vouches for.
final class StsFederation implements StsPart {
  private static final String TAGS = "https://aws.amazon.com/tags";
  private static final String SOURCE_IDENTITY = "https://aws.amazon.com/source_identity";

  private final Sessions sessions;
  private final RoleDirectory roles;
  private final WebIdentity identities;

  StsFederation(Cloud cloud, Sessions sessions, RoleDirectory roles) {
    this.sessions = sessions;
    this.roles = roles;
    this.identities = new WebIdentity(cloud);
  }

  private static AwsServiceException denied() {
    return Errors.of(
        403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity");
  }

  @Override
  public AssumeRoleWithWebIdentityResponse assumeRoleWithWebIdentity(
      AssumeRoleWithWebIdentityRequest request) {
    StsService.required(request.roleArn(), "roleArn");
    StsService.required(request.roleSessionName(), "roleSessionName");
    StsService.required(request.webIdentityToken(), "webIdentityToken");
    StsService.length(request.roleArn(), "roleArn", 20, 2048);
    StsService.name(request.roleSessionName(), "roleSessionName", 2, 64);
    StsService.length(request.webIdentityToken(), "webIdentityToken", 4, 20000);
    var seconds = StsService.duration(request.durationSeconds(), 3600, 900, 43200);
    StsService.policy(request.policy());
    if (request.providerId() != null) {
      throw Errors.notImplemented("sts", "AssumeRoleWithWebIdentity with OAuth 2.0 tokens");
    }
    var arn =
        Arn.of(request.roleArn())
            .orElseThrow(() -> StsService.invalid(request.roleArn() + " is invalid"));
    var region = Call.current().region();
    var token = identities.verify(arn, region, request.webIdentityToken());
    var role = roles.find(request.roleArn(), region);
    if (role == null) {
      throw denied();
    }
    var trust =
        Json.parse(URLDecoder.decode(role.assumeRolePolicyDocument(), StandardCharsets.UTF_8));
    if (!FederatedTrust.allows(
        trust, token.providerArn(), "sts:AssumeRoleWithWebIdentity", context(token, request))) {
      throw denied();
    } else if (seconds > role.maxSessionDuration()) {
      throw StsService.invalid(
          "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
    }
    var marks = marks(token, request);
    var sessionArn =
        "arn:%s:sts::%s:assumed-role/%s/%s"
            .formatted(arn.partition(), arn.account(), role.roleName(), request.roleSessionName());
    var userId = role.roleId() + ":" + request.roleSessionName();
    var session = sessions.begin(arn.account(), sessionArn, userId, seconds, marks);
    return AssumeRoleWithWebIdentityResponse.builder()
        .credentials(StsService.credentials(session))
        .subjectFromWebIdentityToken(token.subject())
        .assumedRoleUser(user -> user.arn(sessionArn).assumedRoleId(userId))
        .packedPolicySize(SessionMarks.packedPercent(marks))
        .provider(token.providerArn())
        .audience(token.audience())
        .sourceIdentity(marks.sourceIdentity().isEmpty() ? null : marks.sourceIdentity())
        .build();
  }

  private static Map<String, List<String>> context(
      WebIdentity.Verified token, AssumeRoleWithWebIdentityRequest request) {
    var context = new HashMap<String, List<String>>();
    token
        .claims()
        .properties()
        .forEach(claim -> {
          var values = new ArrayList<String>();
          if (claim.getValue().isArray()) {
            claim.getValue().forEach(value -> values.add(value.asText()));
          } else {
            values.add(claim.getValue().asText());
          }
          var key = token.issuer() + ":" + claim.getKey();
          context.put(key.toLowerCase(Locale.ROOT), values);
        });
    context.put((token.issuer() + ":aud").toLowerCase(Locale.ROOT), List.of(token.audience()));
    context.put("sts:rolesessionname", List.of(request.roleSessionName()));
    return context;
  }

  /// The token may bring tags and a source identity for the session.
  private static Credentials.Session marks(
      WebIdentity.Verified token, AssumeRoleWithWebIdentityRequest request) {
    var given = token.claims().path(TAGS);
    var tags = new LinkedHashMap<String, String>();
    given
        .path("principal_tags")
        .properties()
        .forEach(tag -> {
          var value = tag.getValue().isArray() ? tag.getValue().path(0) : tag.getValue();
          tags.put(tag.getKey(), value.asText());
        });
    var transitive = new ArrayList<String>();
    given.path("transitive_tag_keys").forEach(key -> transitive.add(key.asText()));
    return new Credentials.Session(
        request.policy(),
        request.policyArns().stream().map(PolicyDescriptorType::arn).toList(),
        tags,
        transitive,
        token.claims().path(SOURCE_IDENTITY).asText(""),
        "");
  }

  /// No refusal of Terrarium's carries an encoded message, so none that comes is one of its own.
  @Override
  public DecodeAuthorizationMessageResponse decodeAuthorizationMessage(
      DecodeAuthorizationMessageRequest request) {
    StsService.required(request.encodedMessage(), "encodedMessage");
    throw Errors.of(
        InvalidAuthorizationMessageException.builder(),
        400,
        "InvalidAuthorizationMessageException",
        "Message is not valid");
  }
}
