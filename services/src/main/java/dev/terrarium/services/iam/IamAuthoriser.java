package dev.terrarium.services.iam;

import dev.terrarium.kernel.Authoriser;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Credentials;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Need;
import dev.terrarium.kernel.Service;
import dev.terrarium.kernel.model.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkPojo;

/// Lets pass what the caller's policies and those of the resources allow. In force where callers
/// must prove who they are.
///
/// What a call needs is told by its service's [dev.terrarium.kernel.Guard], or else read from the
/// request by [ResourceNames]. AWS's services may do everything on their clients' behalf; the root
/// of an account may do everything with what the account owns unless the resource denies it.
/// Follows "Policy evaluation logic" of the IAM User Guide, with identity, boundary, session and
/// resource policies.
public final class IamAuthoriser implements Authoriser {
  private final Cloud cloud;
  private final Identities identities;

  /// Decides by the identities that are in the cloud's store.
  public IamAuthoriser(Cloud cloud) {
    this.cloud = cloud;
    this.identities = new Identities(new IamStore(cloud));
  }

  @Override
  public void authorise(Call call, Operation operation, SdkPojo request) {
    var principal = call.principal();
    var isService = !principal.arn().startsWith("arn:") && !principal.isAnonymous();
    if (isService || isOpenToAll(call)) {
      return;
    }
    var service = Objects.requireNonNull(cloud.service(call.service()));
    var guard = service.guard();
    var needs =
        guard == null
            ? ResourceNames.needs(service, call, operation, request)
            : guard.needs(call, operation, request);
    var tags = RequestTags.of(request);
    if (principal.isAnonymous()) {
      passAnonymous(service, call, needs, tags);
      return;
    }
    var caller = caller(call, tags);
    for (var need : needs) {
      decide(service, call, caller, need);
    }
  }

  /// Whether no permission is needed: who one is everybody may know, and an answer of an identity
  /// provider is a proof of its own.
  private static boolean isOpenToAll(Call call) {
    return call.service().equals("sts")
        && switch (call.operation()) {
          case "GetCallerIdentity",
              "GetSessionToken",
              "AssumeRoleWithWebIdentity",
              "AssumeRoleWithSAML" ->
              !call.principal().isAnonymous() || call.operation().startsWith("AssumeRoleWith");
          default -> false;
        };
  }

  private void passAnonymous(
      Service service, Call call, List<Need> needs, List<Context.Entry> tags) {
    if (!needs.isEmpty()) {
      for (var need : needs) {
        var question = question(call, need, tags);
        var policies = ofResource(need);
        if (PolicyEvaluator.denies(policies, question)
            || !need.granted() && !PolicyEvaluator.allows(policies, question)) {
          throw refusedAnonymous(service);
        }
      }
      return;
    }
    if (!service.name().equals("s3") || call.operation().equals("ListBuckets")) {
      throw refusedAnonymous(service);
    }
  }

  private static AwsServiceException refusedAnonymous(Service service) {
    return service.name().equals("s3")
        ? Errors.of(403, "AccessDenied", "Access Denied")
        : Errors.of(403, "MissingAuthenticationToken", "Missing Authentication Token");
  }

  /// Who calls, and what speaks for them.
  private record Caller(
      boolean isRoot,
      List<PolicyEvaluator.Named> identity,
      List<PolicyEvaluator.Named> boundaries,
      List<PolicyEvaluator.Named> session,
      boolean narrowed,
      List<Context.Entry> keys) {
    boolean allows(PolicyEvaluator.Question question) {
      return (isRoot || PolicyEvaluator.allows(identity, question))
          && (boundaries.isEmpty() || PolicyEvaluator.allows(boundaries, question))
          && (!narrowed || PolicyEvaluator.allows(session, question));
    }

    boolean denies(PolicyEvaluator.Question question) {
      return PolicyEvaluator.denies(identity, question)
          || PolicyEvaluator.denies(boundaries, question)
          || PolicyEvaluator.denies(session, question);
    }
  }

  private Caller caller(Call call, List<Context.Entry> tags) {
    var principal = call.principal();
    var session =
        cloud
            .credentials()
            .resolve(principal.accessKeyId())
            .map(Credentials.Resolved::session)
            .orElse(Credentials.Session.NONE);
    var speaker = session.issuer().isEmpty() ? principal.arn() : session.issuer();
    var narrowing = new ArrayList<PolicyEvaluator.Named>();
    if (session.policy() != null) {
      narrowing.add(new PolicyEvaluator.Named("session", "session", Json.parse(session.policy())));
    }
    for (var arn : session.policyArns()) {
      identities.managed(arn).ifPresent(narrowing::add);
    }
    var keys = new ArrayList<>(tags);
    var isRoot = speaker.endsWith(":root");
    var own = isRoot ? Identities.Speaking.NOTHING : identities.speaking(speaker);
    own.tags().forEach((name, value) -> keys.add(Context.principalTag(name, value)));
    session.tags().forEach((name, value) -> keys.add(Context.principalTag(name, value)));
    if (!session.sourceIdentity().isEmpty()) {
      keys.add(new Context.Entry("aws:sourceidentity", session.sourceIdentity()));
    }
    var narrowed =
        session.policy() != null
            || !session.policyArns().isEmpty()
            || principal.arn().contains(":federated-user/");
    return new Caller(
        isRoot, own.policies().identity(), own.policies().boundaries(), narrowing, narrowed, keys);
  }

  private void decide(Service service, Call call, Caller caller, Need need) {
    var question = question(call, need, caller.keys());
    var resource = ofResource(need);
    if (caller.denies(question)) {
      throw refused(service, call, need, "with an explicit deny in an identity-based policy");
    }
    var rescue = caller.isRoot() && need.action().matches("s3:(Get|Put|Delete)BucketPolicy");
    if (!rescue && PolicyEvaluator.denies(resource, question)) {
      throw refused(service, call, need, "with an explicit deny in a resource-based policy");
    }
    var consents = need.granted() || PolicyEvaluator.allows(resource, question);
    var named = need.granted() || PolicyEvaluator.allowsDirectly(resource, question);
    var own = call.principal().account().equals(need.owner());
    if (own
        && named
        && (!caller.narrowed() || PolicyEvaluator.allows(caller.session(), question))) {
      return;
    }
    if (!caller.allows(question)) {
      throw refused(
          service,
          call,
          need,
          "because no identity-based policy allows the %s action".formatted(need.action()));
    }
    if ((!own || need.strict()) && !consents) {
      throw refused(
          service,
          call,
          need,
          "because no resource-based policy allows the %s action".formatted(need.action()));
    }
  }

  private static List<PolicyEvaluator.Named> ofResource(Need need) {
    var policy = need.policy();
    return policy == null
        ? List.of()
        : List.of(new PolicyEvaluator.Named("resource", "resource", policy));
  }

  private PolicyEvaluator.Question question(Call call, Need need, List<Context.Entry> keys) {
    return new PolicyEvaluator.Question(
        need.action(),
        need.resource(),
        call.principal().arn(),
        Context.of(call, cloud.clock().now(), need, keys));
  }

  /// Each protocol has its own word for it.
  private static AwsServiceException refused(
      Service service, Call call, Need need, String because) {
    var resource = service.name().equals("s3") ? "\"" + need.resource() + "\"" : need.resource();
    var message =
        "User: %s is not authorized to perform: %s on resource: %s %s"
            .formatted(call.principal().arn(), need.action(), resource, because);
    if (service.name().equals("sns")) {
      return Errors.of(403, "AuthorizationError", message);
    }
    return switch (service.model().protocol()) {
      case AWS_JSON, CBOR ->
          service.name().equals("sqs")
              ? Errors.of(403, "AccessDenied", message)
              : Errors.of(400, "AccessDeniedException", message);
      case REST_JSON -> Errors.of(403, "AccessDeniedException", message);
      case QUERY, EC2, REST_XML -> Errors.of(403, "AccessDenied", message);
    };
  }
}
