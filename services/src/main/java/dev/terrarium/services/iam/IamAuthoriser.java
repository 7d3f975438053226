package dev.terrarium.services.iam;

import dev.terrarium.kernel.Authoriser;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.model.Operation;
import java.util.HashMap;
import java.util.List;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkPojo;

/// Lets pass what the caller's policies allow. Not installed unless somebody asks for it:
/// `cloud.authoriser(new IamAuthoriser(cloud))`.
///
/// The action is `<service>:<Operation>` with the service's signing name; the resource is an ARN
/// found in the request, or `*`. Root and AWS's services may do everything.
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
    var arn = call.principal().arn();
    if (arn.endsWith(":root") || !arn.startsWith("arn:") || isAlwaysAllowed(call)) {
      return;
    }
    var service = cloud.service(call.service());
    var prefix = service == null ? call.service() : service.model().signingName();
    var action = prefix + ":" + operation.name();
    var resource = resource(request);
    var context = new HashMap<String, List<String>>();
    context.put("aws:principalarn", List.of(arn));
    context.put("aws:principalaccount", List.of(call.principal().account()));
    context.put("aws:userid", List.of(call.principal().userId()));
    context.put("aws:sourceip", List.of(call.sourceIp()));
    context.put("aws:requestedregion", List.of(call.region()));
    context.put("aws:currenttime", List.of(cloud.clock().now().toString()));
    if (arn.contains(":user/")) {
      context.put("aws:username", List.of(arn.substring(arn.lastIndexOf('/') + 1)));
    }
    PolicyEvaluator.Answer answer;
    try {
      var policies = identities.of(arn);
      answer =
          PolicyEvaluator.evaluate(
              new PolicyEvaluator.Question(action, resource, arn, context),
              policies.identity(),
              policies.boundaries(),
              List.of());
    } catch (AwsServiceException e) {
      var denied = denied(arn, action, resource, "no identity-based policy allows");
      denied.addSuppressed(e);
      throw denied;
    }
    switch (answer.decision()) {
      case ALLOWED -> {}
      case EXPLICIT_DENY ->
          throw Errors.of(
              403,
              "AccessDenied",
              "User: %s is not authorized to perform: %s on resource: %s with an explicit deny in an identity-based policy"
                  .formatted(arn, action, resource));
      case IMPLICIT_DENY -> throw denied(arn, action, resource, "no identity-based policy allows");
    }
  }

  private static boolean isAlwaysAllowed(Call call) {
    return call.service().equals("sts") && call.operation().equals("GetCallerIdentity");
  }

  private static AwsServiceException denied(
      String arn, String action, String resource, String because) {
    return Errors.of(
        403,
        "AccessDenied",
        "User: %s is not authorized to perform: %s on resource: %s because %s the %s action"
            .formatted(arn, action, resource, because, action));
  }

  /// The first member of the request that is an ARN.
  private static String resource(SdkPojo request) {
    for (var field : request.sdkFields()) {
      var value = field.getValueOrDefault(request);
      if (value instanceof String text && text.startsWith("arn:")) {
        return text;
      }
    }
    return "*";
  }
}
