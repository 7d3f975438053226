package dev.terrarium.kernel;

/// Where a call happens: an account and a region. Part of the key of everything that is not global.
///
/// @param account twelve digits
/// @param region such as `us-east-1`
public record Scope(String account, String region) {
  /// The ARN of something of this account and region:
  /// `arn:aws:<service>:<region>:<account>:<resource>`.
  public String arn(String service, String resource) {
    return "arn:" + partition() + ":" + service + ":" + region + ":" + account + ":" + resource;
  }

  /// `aws`, `aws-cn` or `aws-us-gov`.
  public String partition() {
    if (region.startsWith("cn-")) {
      return "aws-cn";
    }
    return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
  }
}
