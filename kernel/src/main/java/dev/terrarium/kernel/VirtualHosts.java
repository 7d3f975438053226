package dev.terrarium.kernel;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What the name of a host says: S3's clients put the bucket there.
public final class VirtualHosts {
  private static final Pattern BUCKET =
      Pattern.compile("^(.+)\\.(?:s3|s3[.-][a-z0-9-]+|s3\\.dualstack\\.[a-z0-9-]+)\\..+$");
  private static final Pattern WEBSITE = Pattern.compile("^(.+)\\.s3-website(?:[.-].*)?$");

  private VirtualHosts() {}

  /// The bucket of `bucket.s3.us-east-1.…` or `bucket.localhost`, or null.
  ///
  /// @param host as in the header, with or without a port
  public static @Nullable String bucket(String host) {
    var name = withoutPort(host);
    if (name.startsWith("s3.") || name.startsWith("s3-") || website(host) != null) {
      return null;
    }
    var matcher = BUCKET.matcher(name);
    if (matcher.matches()) {
      return matcher.group(1);
    }
    var rest = name.endsWith(".localhost") ? name.substring(0, name.length() - 10) : "";
    return rest.isEmpty() || rest.contains(".lambda-url.") ? null : rest;
  }

  /// The bucket of `bucket.s3-website-us-east-1.…` or `bucket.s3-website.localhost`, or null.
  public static @Nullable String website(String host) {
    var matcher = WEBSITE.matcher(withoutPort(host));
    return matcher.matches() ? matcher.group(1) : null;
  }

  private static String withoutPort(String host) {
    var colon = host.lastIndexOf(':');
    return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
  }
}
