package dev.terrarium.kernel;

/// Who calls.
///
/// @param account the caller's account, twelve digits
/// @param arn the caller's ARN: a user, an assumed role, the root, or a service
/// @param userId AWS's unique id of the caller
/// @param accessKeyId the access key that signed, or empty
public record Principal(String account, String arn, String userId, String accessKeyId) {
  private static final Principal ANONYMOUS =
      new Principal("anonymous", "anonymous", "anonymous", "");

  /// The root of an account: whoever calls without an identity of their own.
  public static Principal root(String account) {
    return new Principal(account, "arn:aws:iam::" + account + ":root", account, "");
  }

  /// Whoever signed nothing, where callers must prove who they are.
  public static Principal anonymous() {
    return ANONYMOUS;
  }

  /// Whether nobody knows who this is.
  public boolean isAnonymous() {
    return arn.equals(ANONYMOUS.arn);
  }

  /// A service that acts on somebody's behalf, such as `sns.amazonaws.com`.
  public static Principal service(String account, String name) {
    return new Principal(account, name, name, "");
  }
}
