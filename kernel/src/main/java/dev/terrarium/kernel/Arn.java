package dev.terrarium.kernel;

import java.util.Optional;

/// An Amazon Resource Name, taken apart: `arn:partition:service:region:account:resource`. Region
/// and account may be empty; the resource may hold colons and slashes.
public record Arn(
    String partition, String service, String region, String account, String resource) {
  /// Takes an ARN apart, if it is one.
  public static Optional<Arn> of(String text) {
    var parts = text.split(":", 6);
    if (parts.length != 6 || !parts[0].equals("arn") || parts[1].isEmpty() || parts[2].isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new Arn(parts[1], parts[2], parts[3], parts[4], parts[5]));
  }

  /// The account and region that it names.
  public Scope scope() {
    return new Scope(account, region);
  }

  @Override
  public String toString() {
    return "arn:" + partition + ":" + service + ":" + region + ":" + account + ":" + resource;
  }
}
