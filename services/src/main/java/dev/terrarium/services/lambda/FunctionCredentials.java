package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Principal;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.sts.StsClient;

/// What a function signs its requests with: a session of its role, or, where the role is not there
/// to be assumed, an access key that only names the account.
///
/// @param variables the environment variables that the SDKs look at
/// @param usableUntil when it is too late to begin an invocation with them, for one takes up to 15
///   minutes
record FunctionCredentials(Map<String, String> variables, Instant usableUntil) {
  private static final Duration INVOCATION_MAX = Duration.ofMinutes(15);

  static FunctionCredentials of(Cloud cloud, FunctionKey function, String role) {
    if (cloud.service("sts") != null && cloud.service("iam") != null) {
      try {
        return assumed(cloud, function, role);
      } catch (AwsServiceException e) {
        System.getLogger(FunctionCredentials.class.getName())
            .log(System.Logger.Level.DEBUG, "Not assumed: " + role, e);
      }
    }
    return new FunctionCredentials(
        variables(function.scope().account(), "terrarium", "terrarium"), Instant.MAX);
  }

  private static FunctionCredentials assumed(Cloud cloud, FunctionKey function, String role) {
    var principal = Principal.service(function.scope().account(), "lambda.amazonaws.com");
    var name = function.name().length() < 2 ? function.name() + "-" : function.name();
    var session =
        cloud
            .client(StsClient.class, function.scope(), principal)
            .assumeRole(b -> b.roleArn(role).roleSessionName(name))
            .credentials();
    return new FunctionCredentials(
        variables(session.accessKeyId(), session.secretAccessKey(), session.sessionToken()),
        session.expiration().minus(INVOCATION_MAX));
  }

  private static Map<String, String> variables(String key, String secret, String token) {
    return Map.of(
        "AWS_ACCESS_KEY_ID", key, "AWS_SECRET_ACCESS_KEY", secret, "AWS_SESSION_TOKEN", token);
  }
}
